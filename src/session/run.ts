/**
 * One run: one ffmpeg from its command to its end.
 *
 * @module
 */

import type {
  EpochMs,
  EventSink,
  FfmpegStderr,
  Level,
  Seconds,
} from "../events.ts";
import { buildArgs, type RunSpec, shellCommand } from "../ffmpeg/args.ts";
import type {
  Exit,
  OutputListener,
  RecorderProcess,
} from "../ffmpeg/process.ts";
import { parseReport } from "../ffmpeg/progress.ts";
import { ownLevel, StderrReader } from "../ffmpeg/stderr.ts";
import { levelOf } from "../log/severity.ts";
import type { Clock } from "../platform/clock.ts";
import { CaptureClock } from "./capture_clock.ts";
import { ChunkCloser } from "./closer.ts";

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
  /** What to record. */
  readonly spec: RunSpec;
  /** Starts the process. */
  readonly spawn: Spawn;
  /** Hears what happens. */
  readonly sink: EventSink;
  /** Tells the time. */
  readonly clock: Clock;
  /** Whether lines of a level are logged. */
  isShown(level: Level): boolean;
}

/** What came of a run. */
export interface RunResult {
  /** How ffmpeg ended. */
  readonly exit: Exit;
  /** Audio in its chunks. */
  readonly captured: Seconds;
  /** Number of its last chunk, or 0 when it made none. */
  readonly lastChunk: number;
  /** ffmpeg's last lines that are not in the log, oldest first. */
  readonly tail: readonly FfmpegStderr[];
  /** ffmpeg's last line of severity error or worse, or `null`. */
  readonly lastError: string | null;
}

/** How many lines that were not shown are kept for the case that the run fails. */
const TAIL_LINES = 50;

/** One ffmpeg. Started once; stopping may be asked for at any time and again. */
export class Run {
  readonly #options: RunOptions;
  readonly #closer: ChunkCloser;
  readonly #captureClock = new CaptureClock();
  readonly #stderr: StderrReader;
  readonly #tail: FfmpegStderr[] = [];
  #lastError: string | null = null;
  #process: RecorderProcess | null = null;
  #spawnedAt: EpochMs = 0;
  #hasAudio = false;

  /** A run that has not been started. */
  constructor(options: RunOptions) {
    this.#options = options;
    this.#stderr = new StderrReader(options.run);
    this.#closer = new ChunkCloser({
      run: options.run,
      folder: options.spec.folder,
      format: options.spec.format,
      firstChunk: options.spec.firstChunk,
      sink: options.sink,
      clock: options.clock,
      timeOf: (position) => this.#captureClock.timeOf(position),
    });
  }

  /**
   * Runs ffmpeg to its end and closes every chunk it left.
   *
   * @throws when ffmpeg cannot be started at all.
   */
  async toEnd(): Promise<RunResult> {
    const { ffmpeg, spec, run, clock, sink, spawn } = this.#options;
    const args = buildArgs(spec);
    const command = shellCommand([ffmpeg, ...args]);
    this.#spawnedAt = clock.now();
    sink.emit({ event: "ffmpeg_command", time: this.#spawnedAt, run, command });
    this.#process = spawn(ffmpeg, args, {
      onStdout: (line) => this.#onStdout(line),
      onStderr: (line) => this.#onStderr(line),
    });
    const exit = await this.#process.ended;
    await this.#closer.closeRest();
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
      captured: this.#closer.captured,
      lastChunk: this.#closer.lastNumber,
      tail: this.#tail,
      lastError: this.#lastError,
    };
  }

  /** Asks ffmpeg to stop; {@linkcode toEnd} then settles. */
  stop(): void {
    void this.#process?.stop();
  }

  #onStdout(line: string): void {
    const report = parseReport(line);
    if (report === null) return;
    if (report.kind === "segment") {
      this.#closer.close(report.file, report);
    } else if (report.captured > 0) {
      this.#captureClock.observe(report.captured, this.#options.clock.now());
      this.#noteFirstAudio();
    }
  }

  #noteFirstAudio(): void {
    const { run, clock, sink } = this.#options;
    const origin = this.#captureClock.origin;
    if (this.#hasAudio || origin === null || this.#process === null) return;
    this.#hasAudio = true;
    sink.emit({
      event: "ffmpeg_started",
      time: clock.now(),
      run,
      pid: this.#process.pid,
      latency: Math.max(0, origin - this.#spawnedAt) / 1000,
    });
  }

  #onStderr(line: string): void {
    const { clock, sink, isShown } = this.#options;
    const event = this.#stderr.read(line, clock.now());
    if (ownLevel(event.severity) === "ERROR") this.#lastError = event.line;
    sink.emit(event);
    if (isShown(levelOf(event))) return;
    this.#tail.push(event);
    if (this.#tail.length > TAIL_LINES) this.#tail.shift();
  }
}

/** The events that add a run's last lines to the log, at their own severity and with the time each came. */
export function tailEvents(
  tail: readonly FfmpegStderr[],
  now: EpochMs,
): FfmpegStderr[] {
  return tail.map((event) => ({
    ...event,
    time: now,
    at: event.time,
    level: ownLevel(event.severity),
  }));
}
