/**
 * One run: one ffmpeg process from its command to its end.
 *
 * @module
 */

import type { Seconds, Sink } from "../events.ts";
import {
  buildArgs,
  endsPeak,
  frameStart,
  PEAK_FRAMES,
  type RunSpec,
} from "../ffmpeg/command.ts";
import type {
  Exit,
  OutputListener,
  RecorderProcess,
} from "../ffmpeg/process.ts";
import { StderrReader } from "../ffmpeg/stderr.ts";
import { parseReport } from "../ffmpeg/stdout.ts";
import type { Clock, MonotonicMs } from "../platform/clock.ts";
import { exists } from "../platform/fs.ts";
import { shellCommand } from "../platform/shell.ts";
import { ChunkCloser } from "./chunks/chunk_closer.ts";
import type { CloseRetryQueue } from "./chunks/retry_queue.ts";
import { CaptureClock } from "./clock/capture_clock.ts";
import { StartEstimator } from "./clock/gaps.ts";
import { StallTimer } from "./clock/stall_timer.ts";
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
  /** Called as audio arrives. */
  readonly listener: RunListener;
}

/** Callbacks for the audio of a run. */
export interface RunListener {
  /** There is audio. */
  onFirstAudio(): void;
  /**
   * The first sample was captured at `moment`, which is known later. Resolves
   * when it is reported.
   */
  onStart(moment: MonotonicMs): Promise<void>;
  /** Audio was lost at `moment` while ffmpeg ran. */
  onLoss(moment: MonotonicMs, length: Seconds): void;
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
  /** Audio by ffmpeg's own count. */
  readonly captured: Seconds;
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

/** Why echolog ends a run without a request to stop. */
export type RunFault = "stall" | "folder_gone" | "source_moved";

/**
 * One ffmpeg process. It is started once; `stop` may be called at any time and
 * repeatedly.
 */
export class Run {
  readonly #options: RunOptions;
  readonly #closer: ChunkCloser;
  readonly #captureClock = new CaptureClock();
  readonly #peaks = new PeakTrack();
  readonly #stderr: StderrReader;
  readonly #errorLines = new ErrorLines();
  #process: RecorderProcess | null = null;
  #isStopping = false;
  #endedFor: RunFault | null = null;
  #spawnedAt: MonotonicMs = 0;
  #captured: Seconds = 0;
  readonly #startEstimator: StartEstimator;
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
    this.#startEstimator = new StartEstimator(
      options.clock,
      () => this.#reportStart(),
    );
    this.#closer = new ChunkCloser({
      run: options.run,
      folder: options.spec.folder,
      format: options.spec.format,
      firstChunk: options.spec.firstChunk,
      closeRetries: options.closeRetries,
      sink: options.sink,
      clock: options.clock,
      dated: this.#startEstimator.reported,
      timeOf: (position) => this.#captureClock.timeOf(position),
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
    this.#spawnedAt = clock.monotonic();
    this.#process = spawn(ffmpeg, args, {
      onStdout: (line) => this.#onStdout(line),
      onStderr: (line) => this.#onStderr(line),
    });
    if (this.#isStopping) void this.#process.stop();
    this.#stallTimer.begin();
    const exit = await this.#process.ended;
    this.#stallTimer.end();
    this.#startEstimator.end();
    await this.#startEstimator.reported;
    // ffmpeg may be the first to notice: it cannot open its next chunk.
    if (!this.#isStopping && !exists(spec.folder)) {
      this.#endedFor = "folder_gone";
    }
    this.#reportSurvivor(exit);
    const errors = this.#errorLines.errorsBefore(clock.monotonic());
    await this.#closer.closeRest();
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
      hadAudio: this.hasAudio || this.#closer.lastNumber > 0,
      captured: this.#captured,
      lastChunk: this.#closer.lastNumber,
      lastLine: this.#errorLines.last,
      errors,
      wasSignalled: this.#errorLines.wasSignalled,
      closed: this.#closer.closed.then(() => this.#endOfAudio()),
    };
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
    return this.#closer.end ?? this.#captureClock.timeOf(reached);
  }

  /** Asks ffmpeg to stop; {@linkcode toEnd} then resolves. */
  stop(): void {
    this.#isStopping = true;
    void this.#process?.stop();
  }

  /** Ends the run because of a fault. */
  giveUp(fault: RunFault): void {
    if (this.#isStopping) return;
    this.#endedFor = fault;
    this.stop();
  }

  #stall(): void {
    const { clock, sink, run, stallTimeout } = this.#options;
    sink.emit({
      event: "warning",
      time: clock.now(),
      code: "stall",
      message: `No new audio for ${stallTimeout} s: stopping ffmpeg`,
      details: { run, captured: `${this.#captured.toFixed(3)}s` },
    });
    this.giveUp("stall");
  }

  #onStdout(line: string): void {
    const report = parseReport(line);
    switch (report?.kind) {
      case "segment":
        this.#closer.close(report.file, report);
        this.#onProgress(report.end);
        break;
      case "frame":
        this.#onFrame(report.frame);
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

  #onFrame(frame: number): void {
    const { spec } = this.#options;
    this.#position = endsPeak(frame)
      ? frameStart(spec, frame + 1 - PEAK_FRAMES)
      : null;
    this.#onProgress(frameStart(spec, frame + 1));
  }

  #onProgress(captured: Seconds): void {
    const { clock, wall, listener } = this.#options;
    // A report that does not increase is not progress.
    if (captured <= this.#captured) return;
    const isFirst = this.#captured === 0;
    this.#captured = captured;
    const moment = clock.monotonic();
    this.#stallTimer.progress();
    const jumps = wall.check({ wasInOutage: isFirst });
    if (jumps.length > 0) {
      this.#startEstimator.settle();
      listener.onJumps(jumps);
    }
    const settled = this.#closer.position;
    const loss = this.#captureClock.observe(captured, moment, settled);
    if (isFirst) this.#onFirstAudio();
    this.#startEstimator.report(moment);
    if (loss !== null) {
      const since = this.#captureClock.timeOf(loss.position);
      if (since !== null) listener.onLoss(since, loss.length);
    }
    listener.onProgress();
  }

  #onFirstAudio(): void {
    const { run, clock, sink, listener } = this.#options;
    const first = this.#captureClock.timeOf(0) ?? clock.monotonic();
    sink.emit({
      event: "ffmpeg_started",
      time: clock.now(),
      run,
      pid: this.#process?.pid ?? 0,
      latency: Math.max(0, first - this.#spawnedAt) / 1000,
    });
    listener.onFirstAudio();
  }

  #reportStart(): Promise<void> {
    const { clock, listener } = this.#options;
    const moment = this.#captureClock.timeOf(0) ?? clock.monotonic();
    return listener.onStart(moment);
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
    this.#errorLines.add(event, clock.monotonic());
  }
}
