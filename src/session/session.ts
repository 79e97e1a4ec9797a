/**
 * A session: runs of ffmpeg until it is stopped, and the log of all that.
 *
 * @module
 */

import { messageOf } from "../errors.ts";
import type {
  EpochMs,
  EventSink,
  Level,
  Seconds,
  SessionEvent,
  SessionStart,
  StopReason,
} from "../events.ts";
import type { RunSpec } from "../ffmpeg/args.ts";
import type { Clock } from "../platform/clock.ts";
import { callAt, type Deadline } from "./deadline.ts";
import { Ledger } from "./ledger.ts";
import { Run, type RunResult, type Spawn, tailEvents } from "./run.ts";

/** What the log knows of itself, for `session_stop`. */
export interface LogCounts {
  /** Lines logged at WARNING. */
  readonly warnings: number;
  /** Lines logged at ERROR. */
  readonly errors: number;
  /** Lines that could not be written. */
  readonly dropped: number;
}

/** Options of {@linkcode Session}. */
export interface SessionOptions {
  /** The first event: who records what, where and how. */
  readonly start: Omit<SessionStart, "time" | "event">;
  /** ffmpeg's path, or `null` when there is none. */
  readonly ffmpeg: string | null;
  /** What to say when there is no ffmpeg. */
  readonly ffmpegHint: string;
  /** What each run records, numbers and times aside. */
  readonly spec: Omit<RunSpec, "duration" | "firstChunk" | "folder">;
  /** When to stop, or `null` to go on until stopped. */
  readonly duration: Seconds | null;
  /** Starts ffmpeg. */
  readonly spawn: Spawn;
  /** Hears what happens: the log first. */
  readonly sinks: readonly EventSink[];
  /** Whether lines of a level are logged. */
  isShown(level: Level): boolean;
  /** What the log counted so far. */
  logCounts(): LogCounts;
  /** Tells the time. */
  readonly clock: Clock;
}

/** How a session ended. */
export interface Outcome {
  /** Why. */
  readonly reason: StopReason;
  /** Exit code of echolog. */
  readonly exitCode: number;
  /** What failed, in words, or `null` when it was stopped as asked. */
  readonly problem: string | null;
}

/** Why a session that was not asked to stop has ended. */
interface Verdict {
  readonly reason: StopReason;
  readonly exitCode: number;
  readonly code: string;
  readonly problem: string;
  readonly details?: Record<string, string | number | null>;
}

/** A run that ends this close to the wanted duration has reached it. */
const DURATION_TOLERANCE: Seconds = 0.05;
/** A source that is slow to come up gets this much more before the wall clock ends the session. */
const DURATION_SLACK_MS = 3_000;

/** One recording, from `session_start` to `session_stop`. */
export class Session {
  readonly #options: SessionOptions;
  readonly #ledger: Ledger;
  readonly #sink: EventSink;
  #stopReason: StopReason | null = null;
  #problem: string | null = null;
  #run: Run | null = null;

  /** A session that has not begun. */
  constructor(options: SessionOptions) {
    this.#options = options;
    this.#ledger = new Ledger(options.start.start);
    this.#sink = { emit: (event) => this.#emit(event) };
  }

  /** Asks the session to stop. The first reason counts; later ones change nothing. */
  stop(reason: StopReason): void {
    this.#stopReason ??= reason;
    this.#run?.stop();
  }

  /** Stops the session because of an error that nobody caught. */
  fail(error: unknown): void {
    const message = messageOf(error);
    this.#problem ??= message;
    this.#error("uncaught", message, {
      stack: error instanceof Error ? error.stack ?? null : null,
    });
    this.stop("fatal_error");
  }

  /** Records until stopped. Settles when everything is closed and logged. */
  async toEnd(): Promise<Outcome> {
    const { start, clock, duration } = this.#options;
    this.#emit({ event: "session_start", time: start.start, ...start });
    using _deadline = this.#deadline(duration);
    const verdict = await this.#record();
    if (verdict !== null) {
      this.#error(verdict.code, verdict.problem, verdict.details ?? {});
    }
    const outcome = this.#outcome(verdict);
    const { gapTotal, ...sums } = this.#ledger.summary(clock.now());
    const counts = this.#options.logCounts();
    this.#emit({
      event: "session_stop",
      time: clock.now(),
      reason: outcome.reason,
      exit_code: outcome.exitCode,
      ...sums,
      gap_total: gapTotal,
      warnings: counts.warnings,
      errors: counts.errors,
      log_lines_dropped: counts.dropped,
    });
    return outcome;
  }

  /** Runs ffmpeg until the session is stopped or can't go on; `null` when it was stopped. */
  async #record(): Promise<Verdict | null> {
    const { ffmpeg, ffmpegHint } = this.#options;
    if (ffmpeg === null) {
      return unusable("ffmpeg_missing", `Cannot find ffmpeg; ${ffmpegHint}`);
    }
    if (this.#stopReason !== null) return null;
    let result: RunResult;
    try {
      result = await this.#runOnce(ffmpeg, 1);
    } catch (error) {
      return unusable(
        "ffmpeg_unusable",
        `Cannot run ${ffmpeg}: ${messageOf(error)}; ${ffmpegHint}`,
      );
    }
    if (this.#stopReason !== null) return null;
    if (this.#hasReachedDuration(result)) {
      this.#stopReason = "duration_reached";
      return null;
    }
    // Recovery belongs here: a new run instead of a verdict.
    const now = this.#options.clock.now();
    for (const event of tailEvents(result.tail, now)) this.#emit(event);
    return endedUnasked(result);
  }

  async #runOnce(ffmpeg: string, run: number): Promise<RunResult> {
    const { spec, start, duration, spawn, isShown, clock } = this.#options;
    this.#run = new Run({
      run,
      ffmpeg,
      spec: { ...spec, folder: start.output_dir, duration, firstChunk: 1 },
      spawn,
      sink: this.#sink,
      clock,
      isShown,
    });
    return await this.#run.toEnd();
  }

  #hasReachedDuration({ captured, exit }: RunResult): boolean {
    const { duration } = this.#options;
    return duration !== null && exit.code === 0 &&
      captured >= duration - DURATION_TOLERANCE;
  }

  #deadline(duration: Seconds | null): Deadline | null {
    if (duration === null) return null;
    const { clock, start } = this.#options;
    const time = start.start + duration * 1000 + DURATION_SLACK_MS;
    return callAt(clock, time, () => this.stop("duration_reached"));
  }

  #outcome(verdict: Verdict | null): Outcome {
    if (verdict !== null) return verdict;
    const reason = this.#stopReason ?? "fatal_error";
    return {
      reason,
      exitCode: reason === "fatal_error" ? 1 : 0,
      problem: this.#problem,
    };
  }

  #error(
    code: string,
    message: string,
    details: Record<string, string | number | null>,
  ): void {
    const time: EpochMs = this.#options.clock.now();
    this.#emit({ event: "error", time, code, message, details });
  }

  #emit(event: SessionEvent): void {
    this.#ledger.record(event);
    for (const sink of this.#options.sinks) sink.emit(event);
  }
}

function unusable(code: string, problem: string): Verdict {
  return { reason: "start_failed", exitCode: 69, code, problem };
}

function endedUnasked({ exit, captured, lastError }: RunResult): Verdict {
  const how = exit.signal === null
    ? `with exit code ${exit.code}`
    : `by ${exit.signal}`;
  const words = lastError === null ? "" : `: ${lastError}`;
  return {
    reason: captured > 0 ? "gave_up" : "start_failed",
    exitCode: 1,
    code: "ffmpeg_exited",
    problem: `ffmpeg ended unasked ${how}${words}`,
    details: { exit_code: exit.code, signal: exit.signal },
  };
}
