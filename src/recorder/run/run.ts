/**
 * One run: one ffmpeg process from its command to its end.
 *
 * @module
 */

import { type Transport, transportOf } from "../../audio/device.ts";
import { chunkName, PART } from "../../audio/chunk_name.ts";
import type { Seconds } from "../../events.ts";
import { buildArgs } from "../../ffmpeg/command/command.ts";
import { endsPeak, frameStart } from "../../ffmpeg/command/filters.ts";
import { piecesOf } from "../../ffmpeg/command/pieces.ts";
import type { Exit, RecorderProcess } from "../../ffmpeg/process.ts";
import { SourceFormat } from "../../ffmpeg/source/source_format.ts";
import { StderrReader } from "../../ffmpeg/stderr.ts";
import { parseReport, type ReportOf } from "../../ffmpeg/stdout.ts";
import type { MonotonicMs } from "../../platform/clock.ts";
import { shellCommand } from "../../platform/shell.ts";
import { ChunkCloser } from "../chunks/chunk_closer.ts";
import {
  beginsOutput,
  openedAddress,
  RepeatedAudio,
} from "../repeats/repeats.ts";
import { type CaptureReport, RunClock } from "../clock/run_clock.ts";
import { DEVICE_WAIT, STREAM_WAIT } from "../clock/start_estimate.ts";
import { ErrorLines } from "./error_lines.ts";
import { KeptAudio } from "./kept_audio.ts";
import { silenceAt } from "./dead_air.ts";
import { PeakTrack, SILENCE } from "./levels.ts";
import { Progress } from "./progress.ts";
import type { RunFault, RunOptions, RunResult } from "./run_types.ts";

/**
 * One ffmpeg process. It is started once; `stop` may be called at any time and
 * repeatedly.
 */
export class Run {
  readonly #options: RunOptions;
  readonly #closer: ChunkCloser;
  readonly #runClock: RunClock;
  readonly #peaks = new PeakTrack();
  /** Peaks of the channels, before that of all. */
  readonly #channelPeaks: number[] = [];
  readonly #stderr: StderrReader;
  readonly #errorLines = new ErrorLines();
  readonly #sourceFormat = new SourceFormat();
  #process: RecorderProcess | null = null;
  #isStopping = false;
  #endedFor: RunFault | null = null;
  #spawnedAt: MonotonicMs = 0;
  #endedAt: MonotonicMs = 0;
  #wasOverdue = false;
  readonly #transport: Transport;
  readonly #progress: Progress;
  readonly #repeated: RepeatedAudio;
  #frame = -1;
  readonly #kept: KeptAudio;
  #position: Seconds | null = null;

  /** A run that has not been started. */
  constructor(options: RunOptions) {
    this.#options = options;
    this.#stderr = new StderrReader(options.run);
    const { device, inputArgs, firstChunk, format } = options.spec;
    const transport = transportOf(device, inputArgs);
    this.#transport = transport;
    this.#repeated = new RepeatedAudio(options.segments);
    this.#progress = new Progress({
      clock: options.clock,
      transport,
      stallTimeout: options.stallTimeout,
      onStall: () => this.#stall(),
    });
    const file = `${chunkName(firstChunk, format)}${PART}`;
    this.#kept = new KeptAudio(() => options.hasAudioFile(file));
    this.#runClock = new RunClock({
      clock: options.clock,
      startWait: transport === "local" ? DEVICE_WAIT : STREAM_WAIT,
      transport,
      onStart: (moment) => {
        this.#warnOfRepeat();
        return options.listener.onStart(moment, this.#kept.known);
      },
      repeated: () => this.#repeated.length,
      onRepeat: () => {
        this.#warnOfRepeat();
        return options.listener.onRepeat();
      },
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
      naming: options.spec.chunkNames ?? "number",
      tags: options.spec.tags ?? null,
      firstChunk: options.spec.firstChunk,
      chunks: options.chunks,
      closeRetries: options.closeRetries,
      sync: options.sync,
      sink: options.sink,
      clock: options.clock,
      onKept: () => this.#kept.keep(),
      onDiskFault: (fault) => options.listener.onDiskFault(fault),
      dated: (position) => this.#runClock.dated(position),
      hasBegun: () => this.#runClock.hasBegun,
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
    this.#spawnedAt = clock.monotonic();
    this.#process = spawn(ffmpeg, args, spec.folder, {
      onStdout: (line) => this.#onStdout(line),
      onStderr: (line) => this.#onStderr(line),
    });
    if (this.#isStopping) void this.#process.stop(this.#isBlocked);
    void this.#confirmFolder(this.#process);
    this.#progress.begin();
    const exit = await this.#process.ended;
    this.#options.listener.onExit();
    this.#endedAt = clock.monotonic();
    this.#progress.end();
    this.#repeated.finish({
      isComplete: exit.code === 0 && !this.#isStopping,
      elapsed: this.#elapsed,
    });
    this.#runClock.finish(this.#closer.position);
    // ffmpeg may be the first to notice: it cannot open its next chunk.
    if (!this.#isStopping && !await this.#options.isFolderThere()) {
      this.#endedFor = "folder_gone";
    }
    this.#reportSurvivor(exit);
    const errors = this.#errorLines.errorsBefore(clock.monotonic());
    await this.#closer.closeRest();
    // A chunk that cannot be closed is there, too.
    if (this.#closer.lastNumber > 0) this.#kept.keep();
    this.#kept.end();
    await this.#runClock.started();
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
    const closer = this.#closer;
    return {
      exit,
      endedFor: this.#endedFor,
      hadAudio: this.hasAudio || this.#kept.isKept,
      isKept: this.#kept.isKept,
      captured: this.#progress.captured,
      repeated: this.#repeated.length ?? 0,
      sourceFormat: this.sourceFormat,
      get lastChunk() {
        return closer.lastNumber;
      },
      endedAt: this.#endedAt,
      wasOverdue: this.#wasOverdue,
      lastLine: this.#errorLines.last,
      errors,
      wasSignalled: this.#errorLines.wasSignalled,
      closed: closer.closed.then(() => this.#endOfAudio()),
    };
  }

  /** Codec, rate and channels of its source, or `null` when unknown. */
  get sourceFormat(): string | null {
    return this.#sourceFormat.of(0);
  }

  /** Whether there has been audio. */
  get hasAudio(): boolean {
    return this.#progress.captured > 0;
  }

  /** Kills an ffmpeg whose folder was replaced while it was started. */
  async #confirmFolder(process: RecorderProcess): Promise<void> {
    if (!await this.#options.isElsewhere(process.pid)) return;
    process.kill();
    this.giveUp("folder_gone");
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
    const reached = isAsked ? this.#progress.captured : 0;
    const end = this.#closer.end ?? this.#runClock.timeOf(reached);
    if (end === null || !isAsked || this.#transport === "local") return end;
    // The next segment of the source has not come yet.
    const due = end + this.#progress.ahead * 1000;
    return Math.max(end, Math.min(due, this.#endedAt));
  }

  /** Asks ffmpeg to stop; {@linkcode toEnd} then resolves. */
  stop(): void {
    if (!this.#isStopping) this.#wasOverdue = this.#progress.isOverdue;
    this.#isStopping = true;
    void this.#process?.stop(this.#isBlocked);
  }

  /** Whether ffmpeg is about to reach the end that it was given. */
  get isEnding(): boolean {
    const { spec: { duration }, run } = this.#options;
    return duration !== null && this.#progress.isEnding(duration, run === 1);
  }

  get #isBlocked(): boolean {
    return this.#endedFor === "stall" || this.#progress.isBlocked;
  }

  /** Ends the run because of a fault. */
  giveUp(fault: RunFault): void {
    if (this.#isStopping) return;
    this.#endedFor = fault;
    this.stop();
  }

  /** Time since ffmpeg was started. */
  get #elapsed(): Seconds {
    return (this.#options.clock.monotonic() - this.#spawnedAt) / 1000;
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

  #warnOfRepeat(): void {
    const { clock, sink, run } = this.#options;
    const length = this.#repeated.length ?? 0;
    if (length === 0) return;
    sink.emit({
      event: "warning",
      time: clock.now(),
      code: "audio_repeated",
      message: "The source sent audio again that was recorded before",
      details: { run, overlap: `${length.toFixed(3)}s` },
    });
  }

  #stall(): void {
    const { clock, sink, run } = this.#options;
    const { silence, captured } = this.#progress;
    sink.emit({
      event: "warning",
      time: clock.now(),
      code: "stall",
      message: `No new audio for ${Math.round(silence)} s: stopping ffmpeg`,
      details: { run, captured: `${captured.toFixed(3)}s` },
    });
    this.giveUp("stall");
  }

  #onStdout(line: string): void {
    const report = parseReport(line);
    switch (report?.kind) {
      case "segment":
        void this.#closeReported(report);
        break;
      case "frame":
        this.#onFrame(report.frame, report.clock);
        break;
      case "channel_peak":
        // Partial peaks of the first second are replaced.
        this.#channelPeaks[report.channel - 1] = report.dbfs;
        break;
      case "peak":
        this.#onPeak(report.dbfs, this.#channelPeaks.splice(0));
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

  /** Closes a chunk that ffmpeg reports; one that is missing is no progress. */
  async #closeReported(
    { file, start, end }: ReportOf<"segment">,
  ): Promise<void> {
    if (await this.#closer.close(file, { start, end })) this.#onProgress(end);
  }

  #onFrame(frame: number, clock: number): void {
    const { spec } = this.#options;
    // A source with a new format makes ffmpeg restart its filters and their
    // counts.
    if (frame < this.#frame) this.giveUp("format_changed");
    this.#frame = frame;
    this.#position = endsPeak(spec, frame)
      ? frameStart(spec, frame + 1 - piecesOf(spec).perSecond)
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
    const { wall, listener, sink } = this.#options;
    const isFirst = !this.hasAudio;
    if (!this.#progress.report(captured, this.#isStopping)) return;
    this.#repeated.report(captured, this.#elapsed);
    const jumps = wall.check({ wasInOutage: isFirst });
    if (jumps.length > 0) {
      this.#runClock.settleStart();
      listener.onJumps(jumps);
    }
    this.#runClock.report({ captured, ...details }, this.#closer.position);
    if (details.resumed !== null && !isFirst) {
      sink.observe?.({ kind: "resumed" });
    }
    if (isFirst) this.#onFirstAudio();
    this.#kept.report(captured);
    listener.onProgress();
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

  #onPeak(dbfs: number, channels: readonly number[]): void {
    const position = this.#position;
    if (position === null) return;
    const { clock, levels, deadAir, sink } = this.#options;
    sink.observe?.({ kind: "peak", dbfs, channels });
    this.#peaks.add({ position, dbfs });
    this.#repeated.addPeak(dbfs);
    const wasSilent = levels.isSilent;
    const note = levels.observe(dbfs, clock.monotonic() / 1000);
    if (levels.isSilent !== wasSilent) {
      const time = clock.now();
      const since = wasSilent ? null : time - SILENCE * 1000;
      sink.observe?.({ kind: "silence", what: "zero", time, since });
    }
    if (note !== null) {
      sink.emit({ event: "warning", time: clock.now(), ...note });
    }
    for (const change of deadAir.observe(dbfs, channels)) {
      const { note, ...silence } = silenceAt(clock.now(), change);
      sink.observe?.(silence);
      sink.emit({ event: "warning", time: silence.time, ...note });
    }
  }

  #onStderr(line: string): void {
    const { clock, sink } = this.#options;
    const event = this.#stderr.read(line, clock.now());
    sink.emit(event);
    const address = openedAddress(event.line);
    if (address !== null) this.#repeated.open(address);
    if (beginsOutput(event.line)) this.#repeated.beginOutput();
    this.#sourceFormat.read(event.line);
    this.#errorLines.add(event, clock.monotonic());
  }
}
