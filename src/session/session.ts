/**
 * A session: runs of ffmpeg until it is stopped, and the log of all that.
 *
 * @module
 */

import { messageOf } from "../errors.ts";
import type {
  EventSink,
  Seconds,
  SessionEvent,
  StopReason,
} from "../events.ts";
import { exists } from "../platform/host.ts";
import type { MonotonicMs } from "./capture_clock.ts";
import { Backoff } from "./backoff.ts";
import { type Cause, causeOf } from "./cause.ts";
import { Decision } from "./decision.ts";
import { Ledger } from "./ledger.ts";
import { LevelMeter } from "./levels.ts";
import type { Outcome, SessionOptions } from "./options.ts";
import { limitTime } from "./limits.ts";
import { Run, type RunResult, tailEvents } from "./run.ts";
import { Timeline } from "./timeline.ts";
import { type ClockJump, WallClock } from "./wall_clock.ts";

/** A run that ends this close to the wanted duration has reached it. */
const DURATION_TOLERANCE: Seconds = 0.05;
/** What is said of a run about which nothing is known. */
const NO_AUDIO = "ffmpeg gave no audio";
/** Audio that lasted this long was healthy: attempts are counted anew. */
const HEALTHY: Seconds = 60;

/** One recording, from `session_start` to `session_stop`. */
export class Session {
  readonly #options: SessionOptions;
  readonly #ledger: Ledger;
  readonly #sink: EventSink;
  readonly #wall: WallClock;
  readonly #timeline: Timeline;
  readonly #levels = new LevelMeter();
  readonly #decision = new Decision();
  readonly #begun: MonotonicMs;
  #lastProblem = NO_AUDIO;
  #run: Run | null = null;
  #hadAudio = false;
  #nextChunk = 1;
  /** The runs before, until their chunks are closed and their end is known. */
  #settled: Promise<void> = Promise.resolve();

  /** A session that has not begun. */
  constructor(options: SessionOptions) {
    const { clock } = options;
    this.#options = options;
    this.#ledger = new Ledger();
    this.#sink = { emit: (event) => this.#emit(event) };
    this.#wall = new WallClock(clock, () => options.uptime());
    void this.#decision.made.then(() =>
      options.onStopping?.(this.#decision.outcome.reason)
    );
    this.#begun = clock.monotonic() - (clock.now() - options.start.start);
    this.#timeline = new Timeline({
      sink: this.#sink,
      clock,
      wall: this.#wall,
      begun: this.#begun,
    });
  }

  /** Asks the session to stop. The first reason counts; later ones change nothing. */
  stop(reason: StopReason): void {
    this.#decision.stop(reason);
    this.#run?.stop();
  }

  /** Stops the session because of an error that nobody caught. */
  fail(error: unknown): void {
    const stack = error instanceof Error ? error.stack ?? null : null;
    this.#giveUp("fatal_error", 1, "uncaught", messageOf(error), { stack });
  }

  /** Stops the session because the disk is full. */
  diskFull(): void {
    if (this.#decision.isMade) return;
    const message = "No space is left for the recording";
    this.#giveUp("disk_full", 1, "disk_full", message);
  }

  /** Records until stopped. Settles when everything is closed and logged. */
  async toEnd(): Promise<Outcome> {
    const { start } = this.#options;
    this.#emit({ event: "session_start", time: start.start, ...start });
    {
      using _limits = this.#limit();
      await this.#record();
      await this.#settled;
    }
    this.#timeline.finish();
    return this.#finish();
  }

  /** Runs ffmpeg again and again until the session is stopped. */
  async #record(): Promise<void> {
    const { ffmpeg, ffmpegHint, backoffMax, chance } = this.#options;
    const { ffmpegWanted } = this.#options;
    const ffmpegNamed = ffmpegWanted === null
      ? ""
      : `: ${ffmpegWanted} is no program`;
    if (ffmpeg === null) {
      const problem = `Cannot find ffmpeg${ffmpegNamed}; ${ffmpegHint}`;
      this.#timeline.audioEnds(null, "ffmpeg_unusable");
      this.#giveUp("start_failed", 69, "ffmpeg_missing", problem);
    }
    const backoff = new Backoff(backoffMax);
    for (let run = 1; ffmpeg !== null && !this.#decision.isMade; run++) {
      const { cause, result } = await this.#runOnce(ffmpeg, run);
      if (this.#decision.isMade) return;
      if ((result?.captured ?? 0) >= HEALTHY) backoff.reset();
      const { attempt, delay } = backoff.next(chance());
      this.#emit({
        event: "recovery",
        time: this.#options.clock.now(),
        attempt,
        delay,
        cause,
        exit_code: result?.exit.code ?? null,
        signal: result?.exit.signal ?? null,
      });
      if (await this.#wait(delay) === "returned") {
        backoff.returned(this.#options.clock.monotonic());
      }
    }
  }

  async #runOnce(
    ffmpeg: string,
    run: number,
  ): Promise<{ cause: Cause; result: RunResult | null }> {
    if (!this.#options.keepFolder()) {
      const { folder } = this.#options;
      const problem = `Cannot write to the session's folder ${folder}`;
      this.#giveUp("gave_up", 1, "folder_gone", problem);
      return { cause: "folder_gone", result: null };
    }
    this.#options.source?.mark();
    this.#run = this.#newRun(ffmpeg, run);
    let result: RunResult;
    try {
      result = await this.#run.toEnd();
    } catch (error) {
      this.#cannotRun(ffmpeg, run, error);
      return { cause: "ffmpeg_unusable", result: null };
    } finally {
      this.#run = null;
    }
    const cause = causeOf(result);
    this.#settle(result, cause);
    if (!this.#decision.isMade) this.#judge(result, cause);
    return { cause, result };
  }

  #newRun(ffmpeg: string, run: number): Run {
    const { spec, folder, spawn, clock, stallTimeout } = this.#options;
    return new Run({
      run,
      ffmpeg,
      spec: {
        ...spec,
        folder,
        duration: this.#durationLeft(),
        firstChunk: this.#nextChunk,
      },
      stallTimeout,
      spawn,
      sink: this.#sink,
      clock,
      wall: this.#wall,
      levels: this.#levels,
      listener: {
        onFirstAudio: (moment) => this.#onFirstAudio(moment),
        onLoss: (moment, length) =>
          this.#timeline.lost(moment, length, "audio_lost"),
        onJump: (jump) => this.#onJump(jump),
        onProgress: () => this.#onProgress(),
        onPeak: (dbfs) => this.#options.onPeak?.(dbfs),
      },
      isShown: (level) => this.#options.isShown(level),
    });
  }

  /** Time since the session began; a clock that is set does not change it. */
  #passed(): Seconds {
    const { clock } = this.#options;
    return (clock.monotonic() - this.#begun) / 1000 + this.#wall.slept;
  }

  /** The first run gets all of the duration, to the sample; later ones what is left of the time. */
  #durationLeft(): Seconds | null {
    const { duration } = this.#options;
    if (duration === null || !this.#hadAudio) return duration;
    return Math.max(0.1, duration - this.#passed());
  }

  #onFirstAudio(moment: MonotonicMs): void {
    this.#hadAudio = true;
    // The end of the run before may not be known yet.
    this.#settled = this.#settled.then(() =>
      this.#timeline.audioBegins(moment)
    );
  }

  #settle(result: RunResult, cause: Cause): void {
    this.#nextChunk = Math.max(this.#nextChunk, result.lastChunk + 1);
    const isAsked = this.#decision.isMade || this.#isComplete(result);
    this.#settled = this.#settled.then(async () => {
      const end = await result.closed;
      this.#timeline.audioEnds(
        end,
        isAsked ? result.endedFor ?? "stop" : cause,
      );
    });
  }

  /** Decides what a run that ended unasked means for the session. */
  #judge(result: RunResult, cause: Cause): void {
    if (this.#isComplete(result)) {
      this.stop("duration_reached");
      return;
    }
    const now = this.#options.clock.now();
    for (const event of tailEvents(result.tail, now)) this.#emit(event);
    // What ffmpeg said counts for more than that it ended.
    if (result.errors.length > 0 || this.#lastProblem === NO_AUDIO) {
      this.#lastProblem = describeEnd(result);
    }
    if (cause === "disk_full") this.diskFull();
  }

  #isComplete({ exit, captured }: RunResult): boolean {
    const { duration } = this.#options;
    if (duration === null || exit.code !== 0) return false;
    const enough = duration - DURATION_TOLERANCE;
    return captured >= enough || this.#hadAudio && this.#passed() >= enough;
  }

  #cannotRun(ffmpeg: string, run: number, error: unknown): void {
    const { ffmpegHint } = this.#options;
    const problem = `Cannot run ${ffmpeg}: ${messageOf(error)}`;
    if (run === 1) {
      const advice = `${problem}; ${ffmpegHint}`;
      this.#giveUp("start_failed", 69, "ffmpeg_unusable", advice);
    } else {
      // It was there before: somebody is replacing it.
      this.#error("ffmpeg_unusable", problem, { run });
      this.#settled = this.#settled.then(() =>
        this.#timeline.audioEnds(null, "ffmpeg_unusable")
      );
    }
  }

  #onJump({ kind, seconds }: ClockJump): void {
    this.#emit({
      event: "warning",
      time: this.#options.clock.now(),
      code: kind,
      message: kind === "suspend"
        ? "The machine slept"
        : "The wall clock was set",
      details: { by: `${seconds.toFixed(3)}s` },
    });
    if (kind === "suspend") this.#timeline.slept(seconds);
  }

  #onProgress(): void {
    this.#options.onAudio?.();
    // What ffmpeg writes into a deleted folder is lost: better a new run at once.
    if (!exists(this.#options.folder)) {
      this.#run?.giveUp("folder_gone");
    }
  }

  /** Waits, but no longer than until the source is back or the session is to end. */
  async #wait(delay: Seconds): Promise<"over" | "returned"> {
    if (delay === 0) return "over";
    const { clock, source } = this.#options;
    const { promise, resolve } = Promise.withResolvers<"over" | "returned">();
    const timer = clock.setTimeout(() => resolve("over"), delay * 1000);
    using _return = source?.onReturn(() => resolve("returned"));
    using _stop = this.#decision.onMade(() => resolve("over"));
    const why = await promise;
    clock.clearTimeout(timer);
    const jump = this.#wall.look();
    if (jump !== null) this.#onJump(jump);
    return why;
  }

  #limit(): Disposable {
    const { clock, duration, startTimeout } = this.#options;
    return limitTime({
      clock,
      passed: () => this.#passed(),
      duration,
      startTimeout,
      isSilent: () => this.#timeline.isSilent,
      isOpen: () => !this.#hadAudio && !this.#decision.isMade,
      onDuration: () => this.stop("duration_reached"),
      onNoAudio: (what) => {
        const problem = `${what}: ${this.#lastProblem}`;
        this.#giveUp("start_failed", 1, "start_failed", problem);
      },
    });
  }

  #giveUp(
    reason: StopReason,
    exitCode: number,
    code: string,
    problem: string,
    details: Record<string, string | number | null> = {},
  ): void {
    this.#error(code, problem, details);
    this.#decision.fail(reason, exitCode, problem);
    this.#run?.stop();
  }

  #finish(): Outcome {
    const { clock } = this.#options;
    const { outcome } = this.#decision;
    const wall = this.#passed();
    const { gapTotal, ...sums } = this.#ledger.summary(wall);
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

  #error(
    code: string,
    message: string,
    details: Record<string, string | number | null>,
  ): void {
    const time = this.#options.clock.now();
    this.#emit({ event: "error", time, code, message, details });
  }

  #emit(event: SessionEvent): void {
    this.#ledger.record(event);
    for (const sink of this.#options.sinks) sink.emit(event);
  }
}

function describeEnd({ exit, errors, endedFor }: RunResult): string {
  if (endedFor === "stall") return `${NO_AUDIO} and was stopped`;
  const how = exit.signal === null
    ? `with exit code ${exit.code}`
    : `by ${exit.signal}`;
  const words = errors.at(-1);
  const said = words === undefined ? "" : `: ${words}`;
  return `ffmpeg ended unasked ${how}${said}`;
}
