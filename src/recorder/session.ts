/**
 * A session: runs of ffmpeg until it is stopped, and their log.
 *
 * @module
 */

import { Segments } from "./repeats/repeats.ts";
import { transportOf } from "../audio/device.ts";
import { messageOf } from "../errors.ts";
import type {
  FailureCode,
  GapCause,
  Seconds,
  SessionStop,
  StopReason,
} from "../events.ts";
import { describeFault } from "../ffmpeg/locate.ts";
import type { MonotonicMs } from "../platform/clock.ts";
import { INDEX_FILE } from "../sessions/chunks/chunk_index.ts";
import { round } from "../sessions/totals.ts";
import { Patience } from "../platform/locks/patience.ts";
import { adviceOf, whyNotRun } from "../platform/programs/spawn.ts";
import { causeOf, describeEnd, NO_AUDIO } from "./run/cause.ts";
import { CloseRetryQueue } from "./chunks/retry_queue.ts";
import { Elapsed } from "./end/elapsed.ts";
import { FirstAudio } from "./clock/first_audio.ts";
import { GapTracker } from "./clock/gaps.ts";
import { limitTime, timedOut } from "./end/limits.ts";
import { type ClockJump, jumpWarning } from "./clock/wall_clock.ts";
import type { EventStream } from "./event_stream.ts";
import { DeadAir } from "./run/dead_air.ts";
import { LevelMeter } from "./run/levels.ts";
import type { Former, SessionOptions } from "./options.ts";
import { EndController, type Outcome } from "./end/outcome.ts";
import { Retries } from "./retries.ts";
import { Run } from "./run/run.ts";
import type { RunResult } from "./run/run_types.ts";
import { FormatChanges } from "./run/format_changes.ts";
import { type DiskFault, problemOf } from "./watches/disk_wait.ts";
import { FolderWatch } from "./watches/folder_watch.ts";

/** Milliseconds that a new run waits for chunks that the disk had refused. */
const CLOSE_MS = 1_500;

/** One recording, from `session_start` to `session_stop`. */
export class Session {
  readonly #options: SessionOptions;
  readonly #events: EventStream;
  readonly #gapTracker: GapTracker;
  readonly #levels = new LevelMeter();
  readonly #deadAir: DeadAir;
  readonly #segments = new Segments();
  readonly #closeRetries = new CloseRetryQueue();
  readonly #end = new EndController();
  readonly #elapsed: Elapsed;
  #lastProblem: string | null = null;
  /** Whether ffmpeg reported audio, kept or not. */
  #wasCaptured = false;
  #run: Run | null = null;
  readonly #firstAudio = new FirstAudio();
  /** When the last ffmpeg had ended. */
  #stoppedAt: MonotonicMs | null = null;
  /** Returns the number of the next chunk, which an empty file may still free. */
  #nextChunk = () => 1;
  readonly #folderWatch: FolderWatch;
  readonly #formatChanges = new FormatChanges();
  /** What is wrong with the disk, before the next run. */
  #diskFault: DiskFault | null = null;
  /**
   * Resolves when the chunks of earlier runs are closed and their end is known.
   */
  #settled: Promise<void> = Promise.resolve();
  readonly #sourceFreed = Promise.withResolvers<void>();
  readonly #audioEnd = Promise.withResolvers<MonotonicMs | null>();

  /** A session that has not begun. */
  constructor(options: SessionOptions) {
    const { clock, wall, startedAt, end, waited } = options;
    this.#options = options;
    this.#events = options.events;
    this.#deadAir = new DeadAir(options.silence);
    this.#folderWatch = new FolderWatch(options.ownFolder, clock);
    this.#end.signal.addEventListener("abort", () => {
      this.#events.observe({ kind: "stopping", time: clock.now() });
    });
    this.#elapsed = new Elapsed({ clock, wall, startedAt, waited, ...end });
    this.#gapTracker = new GapTracker({
      sink: this.#events,
      clock,
      wall,
      startedAt,
    });
    const { former } = options;
    if (former) this.#settled = this.#follow(former);
  }

  /** Resolves when the session was stopped and no ffmpeg of it runs. */
  get sourceFreed(): Promise<void> {
    return this.#sourceFreed.promise;
  }

  /** Resolves after the last run to the end of the audio, or `null` without any. */
  get audioEnd(): Promise<MonotonicMs | null> {
    return this.#audioEnd.promise;
  }

  /** Time until the session is due to end, or `null` without an end. */
  get left(): Seconds | null {
    return this.#elapsed.left;
  }

  /** Time since the session began, sleep included. */
  get passed(): Seconds {
    return this.#elapsed.passed;
  }

  /** Whether it waits until its disk can be written. */
  get isWaitingForDisk(): boolean {
    return this.#options.disk?.isWaiting ?? false;
  }

  /** Whether audio is missing now. */
  get isMissingAudio(): boolean {
    return this.#gapTracker.outageSince !== null;
  }

  /** Ends the session because it cannot begin; one that has ended stays as it is. */
  abandon(problem: string): void {
    if (this.#end.signal.aborted) return;
    this.#giveUp("start_failed", "start_failed", problem);
  }

  /** Asks the session to stop. The first reason counts; later ones change nothing. */
  stop(reason: StopReason): void {
    this.#end.stop(reason);
    this.#run?.stop();
  }

  /** Stops the session because of an uncaught error. */
  fail(error: unknown): void {
    const stack = error instanceof Error ? error.stack ?? null : null;
    this.#giveUp("fatal_error", "internal_error", messageOf(error), {
      stack,
    });
  }

  /** Nothing can be written: ends the run, and the session unless it is to wait. */
  diskFailed(fault: DiskFault): void {
    const { disk } = this.#options;
    if (this.#end.signal.aborted || disk?.isWaiting) return;
    if (!disk?.isPatient) return this.#endForDisk(fault);
    this.#diskFault = fault;
    this.#run?.giveUp(fault);
  }

  /** Ends the run, which no longer gets the named source. */
  sourceMoved(): void {
    this.#run?.giveUp("source_moved");
  }

  /** Records until stopped. Resolves when everything is closed and logged. */
  async toEnd(): Promise<Outcome> {
    const { start, wall } = this.#options;
    this.#events.emit({ event: "session_start", time: start.start, ...start });
    await this.#options.onBegun?.();
    this.#reportEnd();
    // Much may have happened while the session was prepared.
    this.#onJumps(wall.check({ wasInOutage: true }));
    {
      using _limits = this.#limit();
      await this.#record();
      this.#sourceFreed.resolve();
      await this.#settled;
    }
    this.#audioEnd.resolve(this.#gapTracker.outageSince);
    const recoveredEnd = await this.#closeRetries.recover();
    this.#gapTracker.finish(recoveredEnd, this.#stoppedAt);
    // The last notifications are not part of the recording.
    const length = this.#elapsed.passed;
    await this.#options.onEnding?.(this.#lastEvent(length));
    return this.#finish(length);
  }

  /** Runs ffmpeg again and again until the session is stopped. */
  async #record(): Promise<void> {
    const { ffmpeg, clock, wall, backoffMax, chance, source } = this.#options;
    const retries = new Retries({
      clock,
      maxDelay: backoffMax,
      chance,
      source: source ?? null,
      signal: this.#end.signal,
    });
    for (let run = 1; !this.#end.signal.aborted; run++) {
      const { cause, result } = await this.#runOnce(ffmpeg, run);
      if (this.#end.signal.aborted) return;
      const fresh = (result?.captured ?? 0) - (result?.repeated ?? 0);
      const { attempt, delay } = retries.next(fresh);
      this.#events.emit({
        event: "recovery",
        time: clock.now(),
        attempt,
        delay,
        cause,
        exit_code: result?.exit.code ?? null,
        signal: result?.exit.signal ?? null,
      });
      const hasWaited = await this.#waitForDisk();
      await retries.wait(hasWaited ? 0 : delay);
      this.#onJumps(wall.check({ wasInOutage: true }));
    }
  }

  async #runOnce(
    ffmpeg: string,
    run: number,
  ): Promise<{ cause: GapCause; result: RunResult | null }> {
    const { mount } = this.#options;
    if (await mount?.wait(this.#end.signal)) {
      this.#settled = this.#settled.then(() =>
        this.#gapTracker.audioEnds(null, "mount_missing")
      );
      return { cause: "mount_missing", result: null };
    }
    await this.#waitForDisk();
    if (this.#end.signal.aborted) return { cause: "disk_full", result: null };
    const { folder, chunks, ownFolder } = this.#options;
    const wasThere = await ownFolder.isThere();
    if (!await ownFolder.make()) {
      const problem = `Cannot write to the session's folder ${folder}`;
      this.#giveUp("gave_up", "folder_gone", problem);
      return { cause: "folder_gone", result: null };
    }
    // A disk that was away has come back, if the list of chunks is there.
    const isNew = !wasThere && await chunks.isGone(INDEX_FILE);
    if (isNew) this.#settled = this.#settled.then(() => this.#reportLost());
    const free = await chunks.firstFree(this.#nextChunk());
    // The disk may have kept it waiting until the session was stopped.
    if (this.#end.signal.aborted) return { cause: "disk_error", result: null };
    this.#options.source?.mark();
    this.#run = this.#newRun(ffmpeg, run, free);
    let result: RunResult;
    try {
      result = await this.#run.toEnd();
      this.#stoppedAt = this.#wasAsked(result) ? result.endedAt : null;
    } catch (error) {
      // Without its folder ffmpeg cannot be started either.
      if (!await this.#options.ownFolder.isThere()) return this.#noFolder();
      this.#cannotRun(ffmpeg, run, error);
      return { cause: "ffmpeg_unusable", result: null };
    } finally {
      this.#run = null;
    }
    const cause = await this.#causeOf(result);
    this.#formatChanges.ends(result.sourceFormat, cause === "format_changed");
    const isLost = this.#firstAudio.ends(result);
    this.#settle(result, cause);
    this.#onJumps(this.#options.wall.check());
    if (!this.#end.signal.aborted) this.#handleFailure(result, cause);
    const isFirst = run === 1 && !this.#options.former;
    if (cause === "ffmpeg_unusable" && isFirst && !this.#end.signal.aborted) {
      const why = describeFault(result.exit, result.lastLine);
      this.#cannotRun(ffmpeg, run, new Error(why));
    }
    const isWaiting = this.#diskFault !== null || this.#end.signal.aborted;
    if (isLost && !isWaiting) this.#checkStartTimeout();
    return { cause, result };
  }

  /** Reports the chunks that were in a folder that is gone. */
  #reportLost(): void {
    const { totals: { chunks, audio, lost } } = this.#events;
    if (chunks === lost.chunks) return;
    this.#error(
      "chunks_lost",
      "The session's folder was deleted or moved; the chunks in it count as recorded, but are not in the new folder",
      { chunks, audio: round(audio, 3) },
    );
  }

  /** The folder was deleted before ffmpeg was in it: the next run makes it again. */
  #noFolder(): { cause: GapCause; result: null } {
    this.#settled = this.#settled.then(() =>
      this.#gapTracker.audioEnds(null, "folder_gone")
    );
    return { cause: "folder_gone", result: null };
  }

  /** Returns why a run ended; where that may be its disk, the disk is tried. */
  async #causeOf(result: RunResult): Promise<GapCause> {
    const { mount, disk } = this.#options;
    if (await mount?.isMissing()) return "mount_missing";
    const cause = causeOf(result, this.#isStream);
    if (this.#end.signal.aborted || this.#isComplete(result)) return cause;
    // The next run does not wait for a trial where the disk is not the cause.
    if (APART_FROM_DISK.has(cause)) return cause;
    const fault = await disk?.faultAfter(cause) ?? null;
    this.#diskFault ??= fault;
    return fault ?? cause;
  }

  /**
   * After a fault of the disk, waits until it can be written.
   *
   * @returns whether it had to wait.
   */
  async #waitForDisk(): Promise<boolean> {
    const { disk } = this.#options;
    const fault = this.#diskFault;
    if (fault === null || !disk) return false;
    // A duration counts from here, too.
    this.#elapsed.beginRun();
    this.#settled = this.#settled.then(async () => {
      this.#gapTracker.audioEnds(null, fault);
      await this.#closeRetries.tryAgain();
    });
    const hasWaited = await disk.wait(fault, this.#end.signal);
    this.#diskFault = null;
    if (hasWaited) await this.#closeRest();
    return hasWaited;
  }

  /**
   * Closes chunks that the disk refused: an empty one frees its number for the
   * next run. A disk that hangs again holds the run for a moment only.
   */
  async #closeRest(): Promise<void> {
    const { clock } = this.#options;
    const patience = new Patience({ clock, onWait() {}, limitMs: CLOSE_MS });
    await patience.waitFor(this.#closeRetries.tryAgain());
  }

  #newRun(ffmpeg: string, run: number, firstChunk: number): Run {
    const { spec, folder, spawn, clock, wall, stallTimeout } = this.#options;
    const { hasAudioFile, ownFolder, chunks, sync } = this.#options;
    const duration = this.#elapsed.beginRun();
    return new Run({
      run,
      ffmpeg,
      spec: {
        ...spec,
        folder,
        duration,
        ...(duration === null ? {} : { since: clock.now() }),
        firstChunk,
      },
      stallTimeout,
      spawn,
      sink: this.#events,
      clock,
      wall,
      chunks,
      closeRetries: this.#closeRetries,
      sync,
      levels: this.#levels,
      deadAir: this.#deadAir,
      segments: this.#segments,
      hasAudioFile,
      isFolderThere: () => ownFolder.isThere(),
      isElsewhere: (pid) => ownFolder.isElsewhere(pid),
      listener: {
        onFirstAudio: () => {
          this.#wasCaptured = true;
          this.#firstAudio.begins();
        },
        onExit: () => {
          if (this.#end.signal.aborted) this.#sourceFreed.resolve();
        },
        onStart: (moment, isKept) => this.#onStart(moment, isKept, run),
        onDiskFault: (fault) => this.diskFailed(fault),
        onRepeat: () =>
          this.#settled.then(() =>
            this.#gapTracker.outageSince ?? clock.monotonic()
          ),
        onLoss: (moment, length, cause) =>
          this.#gapTracker.lost(moment, length, cause),
        onJumps: (jumps) => this.#onJumps(jumps),
        onProgress: () => this.#onProgress(),
      },
    });
  }

  #onStart(
    moment: MonotonicMs,
    isKept: Promise<boolean>,
    run: number,
  ): Promise<MonotonicMs> {
    this.#elapsed.begin(moment);
    this.#reportEnd();
    this.#reportFormat();
    // The end of the previous run may not be known yet.
    const begun = this.#settled.then(async () => {
      const recoveredEnd = await this.#closeRetries.recover();
      if (!await isKept) return moment;
      this.#options.onAudio?.();
      return this.#gapTracker.audioBegins(moment, recoveredEnd, run);
    });
    this.#settled = begun.then(() => {});
    return begun;
  }

  /** The gap before the first audio begins with the end of the former session's. */
  async #follow({ audioEnd }: Former): Promise<void> {
    const end = await audioEnd;
    if (end !== null) this.#gapTracker.follows(end);
  }

  /** Shows when the session will end. */
  #reportEnd(): void {
    const time = this.#options.clock.now();
    this.#events.observe({ kind: "end", time, at: this.#elapsed.endsAt });
  }

  /** Reports how the source's format changed, once the new one is known. */
  #reportFormat(): void {
    const message = this.#formatChanges.begins(this.#run?.sourceFormat ?? null);
    if (message === null) return;
    const time = this.#options.clock.now();
    const code = "format_changed";
    this.#events.emit({ event: "warning", time, code, message });
  }

  get #isStream(): boolean {
    const { device, inputArgs } = this.#options.spec;
    return transportOf(device, inputArgs) !== "local";
  }

  #settle(result: RunResult, cause: GapCause): void {
    const next = this.#nextChunk();
    this.#nextChunk = () => Math.max(next, result.lastChunk + 1);
    const isAsked = this.#wasAsked(result);
    const atStop = result.wasOverdue ? "stall" : "slow_stop";
    this.#settled = this.#settled.then(async () => {
      const end = await result.closed;
      this.#gapTracker.audioEnds(
        end,
        isAsked ? result.endedFor ?? atStop : cause,
      );
    });
  }

  /** Ends the session or plans a retry after a run exited unexpectedly. */
  #handleFailure(result: RunResult, cause: GapCause): void {
    if (this.#isComplete(result)) {
      this.stop("duration_reached");
      return;
    }
    this.#events.observe({
      kind: "run_failed",
      time: this.#options.clock.now(),
    });
    // ffmpeg's messages say more than its exit.
    if (result.errors.length > 0 || this.#lastProblem === null) {
      this.#lastProblem = describeEnd(result);
    }
    this.#handleDiskFault(cause);
    // Before any audio it is the setting that is wrong: no retry can help.
    if (cause === "channel_missing" && this.#isNew) {
      const problem = this.#lastProblem;
      this.#giveUp("start_failed", "start_failed", problem);
    }
  }

  /** Ends the session after a fault of its disk, unless it waits. */
  #handleDiskFault(cause: GapCause): void {
    if (this.#options.disk?.isPatient) return;
    const fault = this.#diskFault ?? (cause === "disk_full" ? cause : null);
    if (fault !== null) this.#endForDisk(fault);
  }

  #endForDisk(fault: DiskFault): void {
    const reason = fault === "disk_full" ? fault : "gave_up";
    this.#giveUp(reason, fault, problemOf(fault));
  }

  /**
   * Fails the start after its timeout, when the audio that the timer found was
   * lost.
   */
  #checkStartTimeout(): void {
    const { startTimeout } = this.#options;
    if (startTimeout === 0 || this.#searched < startTimeout) return;
    this.#failToStart(timedOut(startTimeout));
  }

  /** How long the session has tried to get audio; without audio its disk may be the reason. */
  get #searched(): Seconds {
    return this.#elapsed.passed - (this.#options.disk?.waited ?? 0);
  }

  /** Stops the session because it has no audio; `what` is the message. */
  #failToStart(what: string): void {
    const problem = `${what}: ${this.#lastProblem ?? NO_AUDIO}`;
    this.#giveUp("start_failed", "start_failed", problem);
  }

  /** Whether the recorder has had no audio so far. */
  get #isNew(): boolean {
    return !this.#firstAudio.had && !this.#options.former;
  }

  /** Whether a run ended because the session ends. */
  #wasAsked(result: RunResult): boolean {
    return this.#end.signal.aborted || this.#isComplete(result);
  }

  #isComplete({ exit }: RunResult): boolean {
    return exit.code === 0 && this.#elapsed.isNearEnd;
  }

  #cannotRun(ffmpeg: string, run: number, error: unknown): void {
    const { ffmpegHint } = this.#options;
    const problem = `Cannot run ${ffmpeg}: ${whyNotRun(error)}`;
    if (run === 1 && !this.#options.former) {
      const advice = `${problem}; ${adviceOf(error) ?? ffmpegHint}`;
      this.#giveUp("start_failed", "ffmpeg_unusable", advice);
    } else {
      // ffmpeg worked before: it is being replaced.
      this.#error("ffmpeg_unusable", problem, { run });
      this.#settled = this.#settled.then(() =>
        this.#gapTracker.audioEnds(null, "ffmpeg_unusable")
      );
    }
  }

  #onJumps(jumps: readonly ClockJump[]): void {
    const { clock } = this.#options;
    for (const jump of jumps) {
      this.#events.emit(jumpWarning(jump, clock.now()));
      if (jump.kind !== "suspend") continue;
      // Whether there was audio is known once the end of the previous run is.
      this.#settled = this.#settled.then(() =>
        this.#gapTracker.slept(jump.moment, jump.seconds)
      );
    }
    if (jumps.length > 0) this.#reportEnd();
  }

  #onProgress(): void {
    this.#events.observe({ kind: "audio" });
    void this.#checkFolder();
  }

  /**
   * Audio that ffmpeg writes into a deleted folder is lost: a new run starts at
   * once. Audio does not wait for a disk that hangs.
   */
  async #checkFolder(): Promise<void> {
    const run = this.#run;
    if (await this.#folderWatch.isGone()) run?.giveUp("folder_gone");
  }

  #limit(): Disposable {
    const { clock, startTimeout } = this.#options;
    return limitTime({
      clock,
      passed: () => this.#searched,
      isWaiting: () => this.#options.disk?.isWaiting ?? false,
      left: () => this.#elapsed.left,
      startTimeout,
      isOpen: () => !this.#firstAudio.had && !this.#end.signal.aborted,
      isEnding: () => this.#run?.isEnding ?? false,
      onEnd: () => this.stop("duration_reached"),
      onNoAudio: (what) => this.#failToStart(what),
    });
  }

  #giveUp(
    reason: StopReason,
    code: FailureCode,
    problem: string,
    details: Record<string, string | number | null> = {},
  ): void {
    this.#error(code, problem, details);
    this.#end.fail(reason, code, problem);
    this.#run?.stop();
  }

  #finish(wall: Seconds): Outcome {
    const stop = this.#lastEvent(wall);
    this.#events.observe({ kind: "finishing" });
    this.#events.emit(stop);
    return this.#end.outcome;
  }

  #lastEvent(wall: Seconds): SessionStop {
    const { clock } = this.#options;
    const { totals } = this.#events;
    if (totals.chunks === 0) {
      this.#end.keptNothing(this.#lastProblem, this.#wasCaptured);
    }
    const { outcome } = this.#end;
    const { gapTotal, ...sums } = totals.summary(wall);
    return {
      event: "session_stop",
      time: clock.now(),
      reason: outcome.reason,
      exit_code: outcome.exitCode,
      ...sums,
      gap_total: gapTotal,
      // Only the log knows these.
      warnings: 0,
      errors: 0,
      log_lines_dropped: 0,
    };
  }

  #error(
    code: FailureCode,
    message: string,
    details: Record<string, string | number | null>,
  ): void {
    const time = this.#options.clock.now();
    this.#events.emit({ event: "error", time, code, message, details });
  }
}

/** Causes that a fault of the disk does not bring about. */
const APART_FROM_DISK: ReadonlySet<GapCause> = new Set([
  "ffmpeg_killed",
  "format_changed",
  "source_moved",
]);
