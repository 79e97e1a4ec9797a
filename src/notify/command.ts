/**
 * Runs a command in a process group of its own, and leaves nothing of it
 * behind.
 *
 * @module
 */

import { messageOf, oneLine } from "../errors.ts";
import type { Seconds } from "../events.ts";
import { type Clock, pause, type TimerHandle } from "../platform/clock.ts";
import { isGroupRunning } from "../platform/processes.ts";
import { startProgram, whyNotRun } from "../platform/programs/spawn.ts";

/** What a command gets. */
export interface CommandInput {
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** What it can read on stdin. */
  readonly stdin: string;
  /** Further variables of its environment. */
  readonly variables: Readonly<Record<string, string>>;
}

/** How a command is run. */
export interface CommandOptions {
  /** The clock. */
  readonly clock: Clock;
  /** How long it may take. */
  readonly timeout: Seconds;
  /** Ends it at once. */
  readonly signal: AbortSignal;
}

/** Milliseconds for a command to end after SIGTERM. */
const GRACE_MS = 400;
/** Milliseconds between two looks for processes that a command left running. */
const LOOK_MS = 100;
const MAX_LOOK_MS = 1_000;
/** Bytes of stderr that are read at once; more is read slowly. */
const FLOOD_BYTES = 65_536;
/** Characters of stderr that are kept. */
const TAIL = 2_000;

/**
 * Runs a command and the processes that it starts.
 *
 * @returns why it failed, as a phrase, or `null` when it succeeded.
 */
export async function runCommand(
  { command, stdin, variables }: CommandInput,
  { clock, timeout, signal }: CommandOptions,
): Promise<string | null> {
  const [program = "", ...args] = command;
  let child: Deno.ChildProcess;
  try {
    child = startProgram(program, {
      args,
      // Ctrl-C is for the recording, and the whole group can be ended.
      detached: true,
      stdin: "piped",
      stdout: "null",
      stderr: "piped",
      env: { ...variables },
    });
  } catch (error) {
    return `Cannot run it: ${whyNotRun(error)}`;
  }
  const group = new ProcessGroup(child, clock);
  const endAtExit = () => group.signal("SIGKILL");
  addEventListener("unload", endAtExit);
  try {
    const over = new AbortController();
    const tail = readTail(child.stderr, clock, over.signal);
    void write(child.stdin, stdin);
    const isInTime = await group.isOverWithin(timeout * 1000, signal);
    if (!isInTime) await group.end();
    over.abort();
    const status = await child.status;
    const last = await tail;
    const said = last === "" ? "" : `: ${last}`;
    if (!isInTime) {
      return signal.aborted
        ? `It was ended with the recording${said}`
        : `It did not end within ${timeout} s${said}`;
    }
    if (status.signal !== null) return `${status.signal} ended it${said}`;
    return status.code === 0
      ? null
      : `It exited with code ${status.code}${said}`;
  } finally {
    removeEventListener("unload", endAtExit);
  }
}

/** A process and those that it started. */
class ProcessGroup {
  readonly #child: Deno.ChildProcess;
  readonly #clock: Clock;
  readonly #ended = new AbortController();

  constructor(child: Deno.ChildProcess, clock: Clock) {
    this.#child = child;
    this.#clock = clock;
    void child.status.then(() => this.#ended.abort());
  }

  /** Whether all processes of the group end within a time. */
  async isOverWithin(limit: number, signal: AbortSignal): Promise<boolean> {
    const end = this.#clock.monotonic() + limit;
    await pause(this.#clock, limit, this.#ended.signal, signal);
    for (let wait = LOOK_MS; await this.#isRunning(); wait = longer(wait)) {
      const left = end - this.#clock.monotonic();
      if (left <= 0 || signal.aborted) return false;
      await pause(this.#clock, Math.min(left, wait), signal);
    }
    return this.#ended.signal.aborted;
  }

  /** Ends the group. */
  async end(): Promise<void> {
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      this.signal(signal);
      const end = this.#clock.monotonic() + GRACE_MS;
      while (this.#clock.monotonic() < end && await this.#isRunning()) {
        await pause(this.#clock, LOOK_MS / 4);
      }
    }
  }

  /** Sends a signal to every process of the group; false when there is none. */
  signal(signal: Deno.Signal): boolean {
    try {
      if (Deno.build.os !== "windows") Deno.kill(-this.#child.pid, signal);
      else if (!this.#ended.signal.aborted) this.#child.kill("SIGKILL");
      return true;
    } catch {
      // No process is left.
      return false;
    }
  }

  /** Whether the process, or one that it started, still runs. */
  async #isRunning(): Promise<boolean> {
    if (!this.#ended.signal.aborted) return true;
    // SIGCONT changes nothing.
    if (Deno.build.os === "windows" || !this.signal("SIGCONT")) return false;
    // In a container, nothing may take away a process that has ended.
    return await isGroupRunning(this.#child.pid) ?? true;
  }
}

function longer(wait: number): number {
  return Math.min(2 * wait, MAX_LOOK_MS);
}

async function write(
  stream: WritableStream<Uint8Array>,
  text: string,
): Promise<void> {
  try {
    const writer = stream.getWriter();
    await writer.write(new TextEncoder().encode(text));
    await writer.close();
  } catch {
    // A command need not read its stdin.
  }
}

/**
 * Reads all of a command's stderr, a flood of it slowly, and returns its last
 * line.
 */
async function readTail(
  stream: ReadableStream<Uint8Array>,
  clock: Clock,
  over: AbortSignal,
): Promise<string> {
  const decoder = new TextDecoder();
  const reader = stream.getReader();
  let tail = "";
  let size = 0;
  let isRead = false;
  // Processes outside the group may keep it open.
  let timer: TimerHandle | null = null;
  const stop = () => void reader.cancel().catch(() => {});
  over.addEventListener("abort", () => {
    if (!isRead) timer = clock.setTimeout(stop, GRACE_MS);
  });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      tail = (tail + decoder.decode(value, { stream: true })).slice(-TAIL);
      size += value.length;
      if (size > FLOOD_BYTES && !over.aborted) {
        await pause(clock, LOOK_MS, over);
      }
    }
  } catch (error) {
    tail += messageOf(error);
  }
  isRead = true;
  if (timer !== null) clock.clearTimeout(timer);
  const lines = tail.split(/[\r\n]+/).filter((line) => line.trim() !== "");
  return oneLine(lines.at(-1)?.trim().slice(-300) ?? "");
}
