/**
 * One run: one ffmpeg process from its command to its end.
 *
 * @module
 */

import { type Transport, transportOf } from "../audio/device.ts";
import { chunkName, PART } from "../audio/chunk_name.ts";
import type { GapCause, Seconds, Sink } from "../events.ts";
import { buildArgs } from "../ffmpeg/command/command.ts";
import {
  endsPeak,
  frameStart,
  PEAK_FRAMES,
} from "../ffmpeg/command/filters.ts";
import type { RunSpec } from "../ffmpeg/command/run_spec.ts";
import type {
  Exit,
  OutputListener,
  RecorderProcess,
} from "../ffmpeg/process.ts";
import { SourceFormat } from "../ffmpeg/source/source_format.ts";
import { StderrReader } from "../ffmpeg/stderr.ts";
import { parseReport } from "../ffmpeg/stdout.ts";
import type { Clock, MonotonicMs } from "../platform/clock.ts";
import { exists } from "../platform/fs.ts";
import { shellCommand } from "../platform/shell.ts";
import { ChunkCloser } from "./chunks/chunk_closer.ts";
import type { CloseRetryQueue } from "./chunks/retry_queue.ts";
import { Bursts } from "./clock/bursts.ts";
import { type CaptureReport, RunClock } from "./clock/run_clock.ts";
import { StallTimer } from "./clock/stall_timer.ts";
import { DEVICE_WAIT, STREAM_WAIT } from "./clock/start_estimate.ts";
import type { ClockJump, WallClock } from "./clock/wall_clock.ts";
import { ErrorLines } from "./error_lines.ts";
import { type LevelMeter, PeakTrack } from "./levels.ts";

/** Starts a process; throws when it cannot be run. */
export type Spawn = (
  path: string,
  args: readonly string[],
  listener: OutputListener,
) => RecorderProcess;

/** Options of {@linkcode Run}. */
export interface RunOptions {
  /** Number of the run inside the session, from 1. */
  readonly run: number;
  /** ffmpeg's path. */
  readonly ffmpeg: string;
  /** Specification of the recording. */
  readonly spec: RunSpec;
  /** Time without new audio after which ffmpeg is stopped. */
  readonly stallTimeout: Seconds;
  /** Starts the process. */
  readonly spawn: Spawn;
  /** Takes events. */
  readonly sink: Sink;
  /** The clock. */
  readonly clock: Clock;
  /** Knows the wall-clock time of moments. */
  readonly wall: WallClock;
  /** Keeps the chunks that cannot be closed. */
  readonly closeRetries: CloseRetryQueue;
  /** Judges the levels of the session. */
  readonly levels: LevelMeter;
  /** Whether ffmpeg has written audio to a file of the folder. */
  hasAudioFile(file: string): Promise<boolean>;
  /** Called as audio arrives. */
  readonly listener: RunListener;
}

/** Callbacks for the audio of a run. */
export interface RunListener {
  /** There is audio. */
  onFirstAudio(): void;
  /**
   * The first sample was captured at `moment`, which is known later, and as
   * late as `isKept` whether it is in a file. Resolves when it is reported.
   */
  onStart(moment: MonotonicMs, isKept: Promise<boolean>): Promise<void>;
  /** Audio was lost at `moment` while ffmpeg ran. */
  onLoss(moment: MonotonicMs, length: Seconds, cause: GapCause): void;
  /** The wall clock jumped. */
  onJumps(jumps: readonly ClockJump[]): void;
  /** More audio has been captured. */
  onProgress(): void;
}

/** Result of a run, as soon as ffmpeg has ended. */
export interface RunResult {
  /** How ffmpeg ended. */
  readonly exit: Exit;
  /** Why echolog ended it, or `null`. */
  readonly endedFor: RunFault | null;
  /** Whether it captured anything. */
  readonly hadAudio: boolean;
  /** Whether any of that is in a file. */
  readonly isKept: boolean;
  /** Audio by ffmpeg's own count. */
  readonly captured: Seconds;
  /** Codec, rate and channels of its source, or `null` when unknown. */
  readonly sourceFormat: string | null;
  /** Number of its last chunk, or 0 when it made none. */
  readonly lastChunk: number;
  /** Whether ffmpeg reported that a signal ended it. */
  readonly wasSignalled: boolean;
  /** ffmpeg's very last line, logged or not, or `null`. */
  readonly lastLine: string | null;
  /** ffmpeg's last lines of severity error or worse, oldest first. */
  readonly errors: readonly string[];
  /** Settles when every chunk is closed, with the moment after the last sample, or `null` when there is none. */
  readonly closed: Promise<MonotonicMs | null>;
}

/** An ffmpeg that cannot write has failed before it captured this much. */
const SURELY_KEPT: Seconds = 5;
/** A report of the last seconds: they come once a second. */
const FRESH: Seconds = 2;
/** ffmpeg is about to end when its audio is this close to the end. */
const NEAR_END: Seconds = 1;

/** Why echolog ends a run without a request to stop. */
export type RunFault =
  | "stall"
  | "folder_gone"
  | "format_changed"
  | "source_moved";

/**
 * One ffmpeg process. It is started once; `stop` may be called at any time and
 * repeatedly.
 */
export class Run {
  readonly #options: RunOptions;
  readonly #closer: ChunkCloser;
  readonly #runClock: RunClock;
  readonly #peaks = new PeakTrack();
  readonly #stderr: StderrReader;
  readonly #errorLines = new ErrorLines();
  readonly #sourceFormat = new SourceFormat();
  #process: RecorderProcess | null = null;
  #isStopping = false;
  #endedFor: RunFault | null = null;
  #spawnedAt: MonotonicMs = 0;
  #endedAt: MonotonicMs = 0;
  #captured: Seconds = 0;
  #progressAt: MonotonicMs = 0;
  readonly #bursts = new Bursts();
  readonly #transport: Transport;
  #frame = -1;
  /** Whether any of its audio is in a file; resolved once that is known. */
  readonly #kept = Promise.withResolvers<boolean>();
  #isKept = false;
  #isLooking = false;
  #position: Seconds | null = null;
  readonly #stallTimer: StallTimer;

  /** A run that has not been started. */
  constructor(options: RunOptions) {
    this.#options = options;
    this.#stderr = new StderrReader(options.run);
    this.#stallTimer = new StallTimer(
      options.clock,
      options.stallTimeout,
      () => this.#stall(),
    );
    const { device, inputArgs } = options.spec;
    const transport = transportOf(device, inputArgs);
    this.#transport = transport;
    this.#runClock = new RunClock({
      clock: options.clock,
      startWait: transport === "local" ? DEVICE_WAIT : STREAM_WAIT,
      losesAudio: transport !== "reliable",
      onStart: (moment) => options.listener.onStart(moment, this.#kept.promise),
      onSlow: (lag) => this.#warnOfSlowness(lag),
      onLoss: (moment, length) => {
        // The move itself takes a moment.
        const isMove = this.#endedFor === "source_moved";
        const cause = isMove ? "source_moved" : "audio_lost";
        options.listener.onLoss(moment, length, cause);
      },
    });
    this.#closer = new ChunkCloser({
      run: options.run,
      folder: options.spec.folder,
      format: options.spec.format,
      firstChunk: options.spec.firstChunk,
      closeRetries: options.closeRetries,
      sink: options.sink,
      clock: options.clock,
      onKept: () => this.#keep(),
      dated: (position) => this.#runClock.dated(position),
      begunAt: () => this.#runClock.begunAt,
      timeOf: (position) => this.#runClock.timeOf(position),
      wallAt: (moment) => options.wall.at(moment),
      takePeak: (start, end) => this.#peaks.take(start, end),
    });
  }

  /**
   * Runs ffmpeg to its end.
   *
   * @throws when ffmpeg cannot be started at all.
   */
  async toEnd(): Promise<RunResult> {
    const { ffmpeg, spec, run, clock, sink, spawn } = this.#options;
    const args = buildArgs(spec);
    const command = shellCommand([ffmpeg, ...args]);
    sink.emit({ event: "ffmpeg_command", time: clock.now(), run, command });
    this.#options.levels.startRun();
    this.#spawnedAt = this.#progressAt = clock.monotonic();
    this.#process = spawn(ffmpeg, args, {
      onStdout: (line) => this.#onStdout(line),
      onStderr: (line) => this.#onStderr(line),
    });
    if (this.#isStopping) void this.#process.stop(this.#isBlocked);
    this.#stallTimer.begin();
    const exit = await this.#process.ended;
    this.#endedAt = clock.monotonic();
    this.#stallTimer.end();
    this.#runClock.finish(this.#closer.position);
    // ffmpeg may be the first to notice: it cannot open its next chunk.
    if (!this.#isStopping && !exists(spec.folder)) {
      this.#endedFor = "folder_gone";
    }
    this.#reportSurvivor(exit);
    const errors = this.#errorLines.errorsBefore(clock.monotonic());
    await this.#closer.closeRest();
    // A chunk that cannot be closed is there, too.
    this.#isKept ||= this.#closer.lastNumber > 0;
    this.#kept.resolve(this.#isKept);
    await this.#runClock.started;
    // Only after a failure is there no time to wait: the next run must start.
    if (this.#isStopping || exit.code === 0) await this.#closer.closed;
    sink.emit({
      event: "ffmpeg_stopped",
      time: clock.now(),
      run,
      exit_code: exit.code,
      signal: exit.signal,
      stopped_by: exit.stoppedBy,
    });
    return {
      exit,
      endedFor: this.#endedFor,
      hadAudio: this.hasAudio || this.#isKept,
      isKept: this.#isKept,
      captured: this.#captured,
      sourceFormat: this.sourceFormat,
      lastChunk: this.#closer.lastNumber,
      lastLine: this.#errorLines.last,
      errors,
      wasSignalled: this.#errorLines.wasSignalled,
      closed: this.#closer.closed.then(() => this.#endOfAudio()),
    };
  }

  /** Codec, rate and channels of its source, or `null` when unknown. */
  get sourceFormat(): string | null {
    return this.#sourceFormat.of(0);
  }

  /** Whether there has been audio. */
  get hasAudio(): boolean {
    return this.#captured > 0;
  }

  #reportSurvivor({ code, signal }: Exit): void {
    if (code !== null || signal !== null) return;
    const { clock, sink, run } = this.#options;
    const pid = this.#process?.pid ?? 0;
    sink.emit({
      event: "error",
      time: clock.now(),
      code: "ffmpeg_kill_failed",
      message: `Cannot stop ffmpeg (pid ${pid}): it may still be recording`,
      details: { run, pid },
    });
  }

  #endOfAudio(): MonotonicMs | null {
    // A failed run without chunks leaves no audio: its first sample is its end.
    const isAsked = this.#isStopping && this.#endedFor === null;
    const reached = isAsked ? this.#captured : 0;
    const end = this.#closer.end ?? this.#runClock.timeOf(reached);
    if (end === null || !isAsked || this.#transport === "local") return end;
    // The next segment of the source has not come yet.
    const due = end + this.#bursts.ahead * 1000;
    return Math.max(end, Math.min(due, this.#endedAt));
  }

  /** Asks ffmpeg to stop; {@linkcode toEnd} then resolves. */
  stop(): void {
    this.#isStopping = true;
    void this.#process?.stop(this.#isBlocked);
  }

  /**
   * Whether ffmpeg is about to reach the end that it was given. A frozen one
   * has the audio of a device in its buffers, and on a busy machine the first
   * one may just be starting.
   */
  get isEnding(): boolean {
    const { spec, clock, run } = this.#options;
    if (spec.duration === null) return false;
    if (!this.hasAudio) return this.#transport === "local" && run === 1;
    const since = (clock.monotonic() - this.#progressAt) / 1000;
    if (since > FRESH) return this.#transport === "local";
    return Math.abs(spec.duration - this.#captured - since) <= NEAR_END;
  }

  /** Whether ffmpeg seems to wait for its source. */
  get #isBlocked(): boolean {
    if (this.#endedFor === "stall") return true;
    const { clock } = this.#options;
    const since = (clock.monotonic() - this.#progressAt) / 1000;
    return this.#transport !== "local" && since > FRESH;
  }

  /** Ends the run because of a fault. */
  giveUp(fault: RunFault): void {
    if (this.#isStopping) return;
    this.#endedFor = fault;
    this.stop();
  }

  #warnOfSlowness(lag: Seconds): void {
    const { clock, sink, run } = this.#options;
    sink.emit({
      event: "warning",
      time: clock.now(),
      code: "source_slow",
      message: "The source sends audio slower than real time; nothing is lost",
      details: { run, behind: `${lag.toFixed(3)}s` },
    });
  }

  #stall(): void {
    const { clock, sink, run } = this.#options;
    const silent = Math.round((clock.monotonic() - this.#progressAt) / 1000);
    sink.emit({
      event: "warning",
      time: clock.now(),
      code: "stall",
      message: `No new audio for ${silent} s: stopping ffmpeg`,
      details: { run, captured: `${this.#captured.toFixed(3)}s` },
    });
    this.giveUp("stall");
  }

  #onStdout(line: string): void {
    const report = parseReport(line);
    switch (report?.kind) {
      case "segment":
        if (this.#closer.close(report.file, report)) {
          this.#onProgress(report.end);
        }
        break;
      case "frame":
        this.#onFrame(report.frame, report.clock);
        break;
      case "peak":
        this.#onPeak(report.dbfs);
        break;
      // The user's own arguments may enable levels that echolog did not
      // request.
      case "progress":
        this.#onProgress(report.captured);
        break;
      case undefined:
        break;
    }
  }

  #onFrame(frame: number, clock: number): void {
    const { spec } = this.#options;
    // A source with a new format makes ffmpeg restart its filters and their
    // counts.
    if (frame < this.#frame) this.giveUp("format_changed");
    this.#frame = frame;
    this.#position = endsPeak(frame)
      ? frameStart(spec, frame + 1 - PEAK_FRAMES)
      : null;
    const time = 1000 * Math.abs(clock) / spec.sampleRate;
    this.#onProgress(frameStart(spec, frame + 1), {
      stamp: clock === 0 ? null : time,
      // Before the second frame, no time was known.
      resumed: clock < 0 && frame > 1 ? frameStart(spec, frame) : null,
    });
  }

  #onProgress(
    captured: Seconds,
    details: Omit<CaptureReport, "captured"> = { stamp: null, resumed: null },
  ): void {
    const { wall, listener, clock } = this.#options;
    // A report that does not increase is not progress.
    if (captured <= this.#captured) return;
    const isFirst = this.#captured === 0;
    this.#captured = captured;
    this.#progressAt = clock.monotonic();
    // What ffmpeg had held back comes when it stops, and is no burst.
    if (!this.#isStopping) this.#bursts.report(captured, this.#progressAt);
    this.#stallTimer.progress(
      this.#transport === "local" ? 0 : this.#bursts.ahead,
    );
    const jumps = wall.check({ wasInOutage: isFirst });
    if (jumps.length > 0) {
      this.#runClock.settleStart();
      listener.onJumps(jumps);
    }
    this.#runClock.report({ captured, ...details }, this.#closer.position);
    if (details.resumed !== null && !isFirst) {
      this.#options.sink.observe?.({ kind: "resumed" });
    }
    if (isFirst) this.#onFirstAudio();
    this.#lookForFile();
    listener.onProgress();
  }

  /**
   * Looks whether ffmpeg writes what it captures: it reports audio before it
   * fails to open a file.
   */
  #lookForFile(): void {
    const { spec, hasAudioFile } = this.#options;
    if (this.#captured >= SURELY_KEPT) this.#keep();
    if (this.#isLooking) return;
    this.#isLooking = true;
    const file = `${chunkName(spec.firstChunk, spec.format)}${PART}`;
    void hasAudioFile(file).then((hasAudio) => {
      if (hasAudio) this.#keep();
      else this.#isLooking = false;
    });
  }

  #keep(): void {
    this.#isKept = true;
    this.#kept.resolve(true);
  }

  #onFirstAudio(): void {
    const { run, clock, sink, listener } = this.#options;
    const first = this.#runClock.timeOf(0) ?? clock.monotonic();
    sink.emit({
      event: "ffmpeg_started",
      time: clock.now(),
      run,
      pid: this.#process?.pid ?? 0,
      latency: Math.max(0, first - this.#spawnedAt) / 1000,
    });
    listener.onFirstAudio();
  }

  #onPeak(dbfs: number): void {
    const position = this.#position;
    if (position === null) return;
    const { clock, levels, sink } = this.#options;
    sink.observe?.({ kind: "peak", dbfs });
    this.#peaks.add({ position, dbfs });
    const note = levels.observe(dbfs, clock.monotonic() / 1000);
    if (note === null) return;
    sink.emit({ event: "warning", time: clock.now(), ...note });
  }

  #onStderr(line: string): void {
    const { clock, sink } = this.#options;
    const event = this.#stderr.read(line, clock.now());
    sink.emit(event);
    this.#sourceFormat.read(event.line);
    this.#errorLines.add(event, clock.monotonic());
  }
}
