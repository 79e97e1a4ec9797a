/**
 * Reads the events of one session.
 *
 * @module
 */

import type {
  ChunkCreated,
  EpochMs,
  Failure,
  Gap,
  SessionEvent,
  SessionStart,
  SessionStop,
  Warning,
} from "../events.ts";
import { overlapIn } from "../sessions/coverage.ts";
import {
  type GapContext,
  namesChunks,
  type Note,
  type Span,
} from "./history.ts";
import type { KnownFacts } from "./log_faults.ts";
import { OpenOutage } from "./open_outage.ts";

/** Takes the events of one session. */
export class SessionReader {
  #start: SessionStart | null = null;
  #sessionId: string | null = null;
  #startedAt: EpochMs | null = null;
  #stop: SessionStop | null = null;
  #first: EpochMs | null = null;
  #last: EpochMs | null = null;
  #runningSince: EpochMs | null = null;
  readonly #chunks: ChunkCreated[] = [];
  readonly #gaps: GapContext[] = [];
  readonly #audio: Span[] = [];
  readonly #outages: Span[] = [];
  #clockShift = 0;
  readonly #notes = new Map<string, Note>();
  /** Stalls since the last audio: how much they cost is not known yet. */
  #stalls: Warning[] = [];
  #hasCommands = false;
  readonly #parts: number[] = [];
  #open = new OpenOutage();

  /** Its name, or `null` when no line has it yet. */
  get name(): string | null {
    return this.#sessionId;
  }

  /** What decides whether an event can be true. */
  get facts(): KnownFacts {
    return {
      startedAt: this.#startedAt,
      hasEnded: this.#stop !== null,
      isClockSet: this.#notes.has("clock_step"),
    };
  }

  /** Whether an event begins another session. */
  isOther(event: SessionEvent): boolean {
    switch (event.event) {
      case "session_start":
        return this.#start !== null ||
          this.#sessionId !== null && this.#sessionId !== event.session_id;
      case "log_rotated":
        return this.#sessionId !== null && this.#sessionId !== event.session_id;
      default:
        return false;
    }
  }

  take(event: SessionEvent): void {
    this.#first ??= event.time;
    this.#last = event.time;
    switch (event.event) {
      case "session_start":
        this.#start = event;
        this.#identify(event);
        this.#parts.push(1);
        break;
      case "log_rotated":
        this.#identify(event);
        this.#parts.push(event.part);
        break;
      case "ffmpeg_stderr":
        this.#open.addLine(event);
        break;
      case "ffmpeg_started":
        this.#runningSince = event.time - this.#clockShift;
        break;
      case "ffmpeg_stopped":
        this.#runningSince = null;
        this.#open.addStop(event);
        break;
      case "recovery":
        // A damaged log may lack the end of the run.
        this.#runningSince = null;
        this.#open.addRecovery(event, event.time - this.#clockShift);
        break;
      case "chunk_created":
        // The line that the audio is back is damaged.
        if (this.#open.isBefore(event.start)) this.#beginAnew(new OpenOutage());
        this.#chunks.push(event);
        this.#audio.push(this.#onFirstClock(event));
        break;
      case "gap":
        this.#endOutage(event);
        break;
      case "warning":
      case "error":
        this.#takeNote(event);
        break;
      case "session_stop":
        this.#stop = event;
        this.#runningSince = null;
        break;
      case "ffmpeg_command":
        this.#hasCommands = true;
        this.#open.addCommand();
        break;
    }
  }

  history(index: ReadonlyMap<number, ChunkCreated>) {
    return {
      sessionId: this.#sessionId,
      startedAt: this.#startedAt,
      start: this.#start,
      chunks: this.#chunks,
      unloggedChunks: this.#unlogged(index),
      hasIndex: index.size > 0,
      gaps: this.#gaps,
      audio: this.#audio,
      outages: this.#outages,
      clockShift: this.#clockShift,
      openContext: this.#open.context(this.#namesCommands),
      notes: [...this.#notes.values()],
      stop: this.#stop,
      runningSince: this.#runningSince,
      first: this.#first,
      last: this.#last,
      parts: this.#parts,
    };
  }

  #unlogged(index: ReadonlyMap<number, ChunkCreated>): ChunkCreated[] {
    const logged = new Set(this.#chunks.map(({ seq }) => seq));
    return [...index.values()].filter(({ seq }) => !logged.has(seq))
      .sort((one, other) => one.seq - other.seq);
  }

  #identify({ session_id, start }: { session_id: string; start: EpochMs }) {
    this.#sessionId = session_id;
    this.#startedAt = start;
  }

  /** Whether the log has a line for each start of ffmpeg. */
  get #namesCommands(): boolean {
    return this.#start === null
      ? this.#hasCommands
      : namesChunks({ start: this.#start });
  }

  #endOutage(gap: Gap): void {
    this.#gaps.push({ gap, ...this.#open.during(gap, this.#namesCommands) });
    this.#outages.push(this.#onFirstClock(gap));
    this.#beginAnew(this.#open.after(gap));
  }

  /** There is audio again. */
  #beginAnew(open: OpenOutage): void {
    this.#open = open;
    this.#stalls = [];
  }

  #onFirstClock({ start, end }: Span): Span {
    return { start: start - this.#clockShift, end: end - this.#clockShift };
  }

  #takeNote(event: Warning | Failure): void {
    switch (event.code) {
      case "stall":
        if (event.event === "warning") this.#stalls.push(event);
        return;
      case "audio_overlap":
        // Nothing is missing after these stalls. Those before a gap are reported
        // with it.
        for (const stall of this.#stalls) this.#note(stall);
        this.#beginAnew(new OpenOutage());
        break;
      case "clock_step":
        this.#clockShift += stepOf(event);
        break;
    }
    this.#note(event);
  }

  #note(event: Warning | Failure): void {
    const known = this.#notes.get(event.code);
    this.#notes.set(event.code, {
      first: known?.first ?? event,
      last: event.time,
      count: (known?.count ?? 0) + 1,
      overlap: (known?.overlap ?? 0) + overlapIn(event),
    });
  }
}

/** Returns the milliseconds that a clock was set by. */
function stepOf({ details }: Warning | Failure): number {
  const seconds = parseFloat(String(details?.by));
  return Number.isFinite(seconds) ? seconds * 1000 : 0;
}
