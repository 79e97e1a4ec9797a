/**
 * Reads a session from its log alone: its chunks, its gaps with ffmpeg's
 * messages, its warnings, and its end.
 *
 * @module
 */

import type {
  CauseWord,
  ChunkCreated,
  EpochMs,
  Failure,
  FfmpegStderr,
  FfmpegStopped,
  Gap,
  Seconds,
  SessionEvent,
  SessionStart,
  SessionStop,
  Warning,
} from "../events.ts";
import { overlapIn } from "../sessions/coverage.ts";
import { decodeEvent } from "../log/format/event_fields.ts";
import { type ReadLine, readLogBlocks } from "../log/read/reader.ts";
import { readIndex } from "../sessions/chunks/chunk_index.ts";

/** A gap, and the lines logged while it lasted. */
export interface GapContext {
  /** The gap. */
  readonly gap: Gap;
  /** ffmpeg's lines from its last audio on, oldest first. */
  readonly said: readonly FfmpegStderr[];
  /** How the ffmpeg before it ended, or `null`. */
  readonly stopped: FfmpegStopped | null;
  /** echolog's own errors and warnings. */
  readonly notes: readonly (Warning | Failure)[];
  /** How often ffmpeg was started again until audio was back. */
  readonly retries: number;
  /** Why the audio stopped, by the first recovery, or `null`. */
  readonly cause: CauseWord | null;
  /** When that recovery was logged, by the clock of the session's start, or `null`. */
  readonly recoveredFrom: EpochMs | null;
}

/** Warnings or errors of one code. */
export interface Note {
  /** The first of them. */
  readonly first: Warning | Failure;
  /** Time of the last. */
  readonly last: EpochMs;
  /** Number of them. */
  readonly count: number;
  /** Length of the audio that they report as recorded twice. */
  readonly overlap: Seconds;
}

/** A session as read from its log. */
export interface History {
  /** Name of the session, or `null` when no line has it. */
  readonly sessionId: string | null;
  /** When the session started, or `null`. */
  readonly startedAt: EpochMs | null;
  /** Its first line, or `null` when that part of the log is gone. */
  readonly start: SessionStart | null;
  /** Its chunks in the order of the log. */
  readonly chunks: readonly ChunkCreated[];
  /**
   * Chunks that the index has and the log has not, by number: their lines were
   * rotated away, or are below its level.
   */
  readonly unloggedChunks: readonly ChunkCreated[];
  /** Whether the session has an index. */
  readonly hasIndex: boolean;
  /** Its gaps in the order of the log. */
  readonly gaps: readonly GapContext[];
  /** Lines logged since the last audio, when the log ends without a gap. */
  readonly openContext: Omit<GapContext, "gap">;
  /** Spans with audio, by the clock of the session's start: a clock that was set later does not move them. */
  readonly audio: readonly Span[];
  /** Spans without audio, by the same clock. */
  readonly outages: readonly Span[];
  /** Milliseconds that the clock was set forward since the session's start. */
  readonly clockShift: number;
  /** Warnings and errors by code. */
  readonly notes: readonly Note[];
  /**
   * Its last line, or `null` when the session is active or its recorder died.
   */
  readonly stop: SessionStop | null;
  /** When the audio of the last ffmpeg began, by the clock of the session's start; `null` when it has ended. */
  readonly runningSince: EpochMs | null;
  /** Time of the last line, or `null` when there is none. */
  readonly last: EpochMs | null;
  /** Part number of each file of the log, oldest first, without files that lack a header. */
  readonly parts: readonly number[];
}

/** Offset of the level after a time in UTC. */
const LEVEL_AT = "2025-09-22T10:00:00Z ".length;
/** Maximum number of lines kept for one gap. */
const MAX_SAID = 200;

/**
 * Reads a log, and the index of its session.
 *
 * @param folder The session's folder, or `null` for a log alone.
 * @throws {Deno.errors.NotFound} If the log has no file.
 */
export async function readHistory(
  path: string,
  folder: string | null = null,
): Promise<History> {
  const index = folder === null ? new Map() : readIndex(folder);
  const reader = new HistoryReader(index);
  for await (const lines of readLogBlocks(path)) {
    for (const line of lines) {
      const event = eventOf(line);
      if (event !== null) reader.take(event);
    }
  }
  return reader.history();
}

/**
 * Returns the event of a line, or `null` for ffmpeg's DEBUG lines, which may be
 * most of a log.
 */
function eventOf(line: ReadLine): SessionEvent | null {
  if (line.text.startsWith("DEBUG ", LEVEL_AT)) return null;
  const { head } = line;
  if (head === null || head.level === "DEBUG") return null;
  const { entry } = line;
  return entry === null ? null : decodeEvent(entry);
}

/** Whether chunks have lines in the log; at `warning` and above they have none. */
export function namesChunks({ start }: Pick<History, "start">): boolean {
  return start === null || !/^(?:warning|error)$/.test(start.log_level);
}

/** Takes the events of a session in order. */
export class HistoryReader {
  readonly #index: ReadonlyMap<number, ChunkCreated>;
  #start: SessionStart | null = null;
  #sessionId: string | null = null;
  #startedAt: EpochMs | null = null;
  #stop: SessionStop | null = null;
  #last: EpochMs | null = null;
  #runningSince: EpochMs | null = null;
  readonly #chunks: ChunkCreated[] = [];
  readonly #gaps: GapContext[] = [];
  readonly #audio: Span[] = [];
  readonly #outages: Span[] = [];
  #clockShift = 0;
  readonly #notes = new Map<string, Note>();
  readonly #parts: number[] = [];
  #open = emptyContext();

  /** A reader of a session with these chunks in its index. */
  constructor(index: ReadonlyMap<number, ChunkCreated> = new Map()) {
    this.#index = index;
  }

  /** Takes an event. */
  take(event: SessionEvent): void {
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
        keep(this.#open.said, event);
        break;
      case "ffmpeg_started":
        this.#runningSince = event.time - this.#clockShift;
        break;
      case "ffmpeg_stopped":
        this.#runningSince = null;
        // A later end is that of a failed attempt: the first end counts.
        this.#open.stopped ??= event;
        break;
      case "recovery":
        this.#open.retries++;
        this.#open.cause ??= event.cause;
        this.#open.recoveredFrom ??= event.time - this.#clockShift;
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
        keep(this.#open.notes, event);
        this.#note(event);
        if (event.code === "audio_overlap") this.#open = emptyContext();
        break;
      case "session_stop":
        this.#stop = event;
        this.#runningSince = null;
        break;
      case "ffmpeg_command":
        break;
    }
  }

  /** Returns the session as read so far. */
  history(): History {
    return {
      sessionId: this.#sessionId,
      startedAt: this.#startedAt,
      start: this.#start,
      chunks: this.#chunks,
      unloggedChunks: this.#unlogged(),
      hasIndex: this.#index.size > 0,
      gaps: this.#gaps,
      audio: this.#audio,
      outages: this.#outages,
      clockShift: this.#clockShift,
      openContext: this.#open,
      notes: [...this.#notes.values()],
      stop: this.#stop,
      runningSince: this.#runningSince,
      last: this.#last,
      parts: this.#parts,
    };
  }

  #unlogged(): ChunkCreated[] {
    const logged = new Set(this.#chunks.map(({ seq }) => seq));
    return [...this.#index.values()].filter(({ seq }) => !logged.has(seq))
      .sort((one, other) => one.seq - other.seq);
  }

  #identify({ session_id, start }: { session_id: string; start: EpochMs }) {
    this.#sessionId = session_id;
    this.#startedAt = start;
  }

  #endOutage(gap: Gap): void {
    this.#gaps.push({ gap, ...this.#open });
    this.#outages.push(this.#onFirstClock(gap));
    this.#open = emptyContext();
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

interface OpenContext {
  said: FfmpegStderr[];
  notes: (Warning | Failure)[];
  stopped: FfmpegStopped | null;
  retries: number;
  cause: CauseWord | null;
  recoveredFrom: EpochMs | null;
}

function emptyContext(): OpenContext {
  return {
    said: [],
    notes: [],
    stopped: null,
    retries: 0,
    cause: null,
    recoveredFrom: null,
  };
}

/**
 * Adds a line up to the limit: the first lines show why the audio stopped,
 * later ones repeat them.
 */
function keep<T>(list: T[], item: T): void {
  if (list.length < MAX_SAID) list.push(item);
}

/** A span of time. */
export interface Span {
  /** When it begins. */
  readonly start: EpochMs;
  /** When it ends. */
  readonly end: EpochMs;
}
