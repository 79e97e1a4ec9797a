/**
 * Runs commands one at a time, in order, without making the recording wait.
 *
 * @module
 */

import type { Seconds } from "../events.ts";
import { type Clock, type MonotonicMs, pause } from "../platform/clock.ts";
import { type CommandInput, runCommand } from "./command.ts";
import type { NoticeName } from "./notice.ts";

/** A command that waits. */
export interface Job {
  /** What it is about. */
  readonly event: NoticeName;
  /** What it gets on stdin. */
  readonly stdin: string;
  /** Its variables. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Options of {@linkcode NotifyQueue}. */
export interface NotifyQueueOptions {
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** How long it may take. */
  readonly timeout: Seconds;
  /** Milliseconds before the first command: the recording starts first. */
  readonly delay?: number;
  /** The clock. */
  readonly clock: Clock;
  /** Runs it; unless given, as a program. */
  run?(input: CommandInput, signal: AbortSignal): Promise<string | null>;
  /** Takes a failure, as a sentence without its period. */
  onFailure(message: string, failures: number): void;
}

/** Maximum number of notifications that wait. */
const MAX_JOBS = 50;
/** Failures that follow each other are reported once in this time. */
const REPORT_MS = 3_600_000;
/** Milliseconds that the end of a session waits, and half of it for the current command. */
const LAST_MS = 4_400;

/** Commands that are to be run. */
export class NotifyQueue {
  readonly #options: NotifyQueueOptions;
  readonly #jobs: Job[] = [];
  #current = new AbortController();
  #working: Promise<void> | null = null;
  #hasBegun = false;
  #dropped = 0;
  #failures = 0;
  #reportedAt: MonotonicMs | null = null;

  /** An empty queue. */
  constructor(options: NotifyQueueOptions) {
    this.#options = options;
  }

  /** Adds a notification. A full queue loses heartbeats first, then its oldest. */
  push(job: Job): void {
    if (this.#jobs.length >= MAX_JOBS) {
      const beat = this.#jobs.findIndex(({ event }) => event === "heartbeat");
      this.#jobs.splice(Math.max(0, beat), 1);
      this.#dropped++;
    }
    this.#jobs.push(job);
    this.#working ??= this.#work();
  }

  /** Waits for the last notifications, but no more than five seconds. */
  async finish(): Promise<void> {
    const { clock } = this.#options;
    const done = new AbortController();
    const working = this.#working ?? Promise.resolve();
    void working.then(() => done.abort());
    const isBehind = this.#jobs.length > 0;
    if (isBehind) {
      // One that hangs must not take the time of the last one.
      const beats = this.#jobs.filter(({ event }) => event !== "heartbeat");
      this.#jobs.splice(0, Infinity, ...beats);
      const current = this.#current;
      await pause(clock, LAST_MS / 2, done.signal);
      if (current === this.#current) current.abort();
    }
    await pause(clock, isBehind ? LAST_MS / 2 : LAST_MS, done.signal);
    this.#dropped += this.#jobs.splice(0).length;
    this.#current.abort();
    await working;
    this.#reportDropped();
  }

  /** Ends the command that is running and drops the others. */
  stop(): void {
    this.#jobs.length = 0;
    this.#current.abort();
  }

  async #work(): Promise<void> {
    const { command, clock, timeout } = this.#options;
    const run = this.#options.run ??
      ((input: CommandInput, signal: AbortSignal) =>
        runCommand(input, { clock, timeout, signal }));
    // What happened is handled first.
    const { delay = 0 } = this.#options;
    if (!this.#hasBegun && delay > 0) await pause(clock, delay);
    else await Promise.resolve();
    this.#hasBegun = true;
    for (let job = this.#jobs.shift(); job; job = this.#jobs.shift()) {
      this.#current = new AbortController();
      const { event, ...input } = job;
      const why = await run({ command, ...input }, this.#current.signal);
      if (why === null) this.#failures = 0;
      else this.#report(event, why);
    }
    this.#reportDropped();
    this.#working = null;
  }

  #report(event: NoticeName, why: string): void {
    const { clock, onFailure } = this.#options;
    this.#failures++;
    const now = clock.monotonic();
    const isNew = this.#failures === 1 || this.#reportedAt === null ||
      now >= this.#reportedAt + REPORT_MS;
    if (!isNew) return;
    this.#reportedAt = now;
    onFailure(
      `The notification ${event} was not sent: notify.command failed: ${why}`,
      this.#failures,
    );
  }

  #reportDropped(): void {
    const dropped = this.#dropped;
    if (dropped === 0) return;
    this.#dropped = 0;
    this.#options.onFailure(
      `${dropped} notifications were not sent: notify.command was too slow`,
      dropped,
    );
  }
}
