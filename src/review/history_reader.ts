/**
 * Reads a session from its log, and from the index of its chunks.
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
import { decodeEvent, isKnownEvent } from "../log/format/event_fields.ts";
import type { ReadLine } from "../log/read/reader.ts";
import { overlapIn } from "../sessions/coverage.ts";
import { FaultCollector, type KnownFacts } from "./log_faults.ts";
import type { GapContext, History, Note, Span } from "./history.ts";
import { OpenOutage } from "./open_outage.ts";

/**
 * Reads the lines of a log.
 *
 * @param blocks The lines, the oldest first.
 * @param index The chunks of the session's index, by number.
 */
export async function readHistory(
  blocks: AsyncIterable<readonly ReadLine[]>,
  index: ReadonlyMap<number, ChunkCreated> = new Map(),
): Promise<History> {
  const reader = new HistoryReader(index);
  for await (const lines of blocks) {
    for (const line of lines) reader.takeLine(line);
  }
  return reader.history();
}

/** Offset of the level after a time in UTC. */
const LEVEL_AT = "2025-09-22T10:00:00Z ".length;

/** Takes the lines or events of a session in order. */
export class HistoryReader {
  readonly #index: ReadonlyMap<number, ChunkCreated>;
  readonly #faults = new FaultCollector();
  #isDebug = false;
  #session = new SessionReader();

  /** A reader of a session with these chunks in its index. */
  constructor(index: ReadonlyMap<number, ChunkCreated> = new Map()) {
    this.#index = index;
  }

  /** Takes a line. */
  takeLine(line: ReadLine): void {
    // ffmpeg's DEBUG lines may be most of a log.
    if (line.text.startsWith("DEBUG ", LEVEL_AT)) {
      this.#isDebug = true;
      return;
    }
    const { head, text } = line;
    if (head === null) {
      // The recorder may be writing a torn line now.
      if (!line.isTorn && text.trim() !== "") this.#faults.addUnreadable(text);
      return;
    }
    if (head.level === "DEBUG") {
      this.#isDebug = true;
      return;
    }
    const { entry } = line;
    const event = entry === null ? null : decodeEvent(entry);
    if (event !== null) this.take(event);
    else if (isKnownEvent(head)) this.#faults.addUnreadable(text);
    else this.#faults.addUnknown(head.event);
  }

  /** Takes an event. */
  take(event: SessionEvent): void {
    const session = this.#session;
    if (session.isOther(event)) {
      this.#faults.addSession(session.name);
      this.#session = new SessionReader();
    }
    const plausible = this.#faults.check(event, this.#session.facts);
    if (plausible !== null) this.#session.take(plausible);
  }

  /** Returns the session as read so far. */
  history(): History {
    const session = this.#session.history(this.#index);
    return {
      ...session,
      isDebug: this.#isDebug,
      faults: this.#faults.faults(session.sessionId),
    };
  }
}

/** Takes the events of one session. */
class SessionReader {
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
        this.#chunks.push(event);
        this.#audio.push(this.#onFirstClock(event));
        break;
      case "gap":
        this.#endOutage(event);
        break;
      case "warning":
      case "error":
        if (event.code === "clock_step") this.#clockShift += stepOf(event);
        this.#note(event);
        if (event.code === "audio_overlap") this.#open = new OpenOutage();
        break;
      case "session_stop":
        this.#stop = event;
        this.#runningSince = null;
        break;
      case "ffmpeg_command":
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
      openContext: this.#open.context(),
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

  #endOutage(gap: Gap): void {
    this.#gaps.push({ gap, ...this.#open.during(gap) });
    this.#outages.push(this.#onFirstClock(gap));
    this.#open = this.#open.after(gap);
  }

  #onFirstClock({ start, end }: Span): Span {
    return { start: start - this.#clockShift, end: end - this.#clockShift };
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
