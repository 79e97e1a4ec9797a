/**
 * Finds what is wrong with a log itself: damaged lines, lines of other
 * sessions, and values that cannot be.
 *
 * @module
 */

import type {
  ChunkCreated,
  EpochMs,
  Gap,
  SessionEvent,
  SessionStop,
} from "../events.ts";
import { pluralize } from "../terminal/units.ts";
import { TimeFormat } from "../times/shown.ts";
import type { LogFaults } from "./history.ts";

/** What is known of a session when an event of it is checked. */
export interface KnownFacts {
  /** When it started, or `null`. */
  readonly startedAt: EpochMs | null;
  /** Whether its end was read. */
  readonly hasEnded: boolean;
  /** Whether the clock was set meanwhile: times then prove nothing. */
  readonly isClockSet: boolean;
}

/** Matches what is left of a line that has facts about audio. */
const FACTS = /chunk_created|[: "]gap[" ]|session_stop/;
/** Maximum number of sentences kept. */
const MAX_ODD = 5;

/** Gathers the faults of a log. */
export class FaultCollector {
  #unreadable = 0;
  #lost = 0;
  #isMixed = false;
  readonly #unknown = new Set<string>();
  readonly #others: (string | null)[] = [];
  readonly #odd: string[] = [];
  #chunks = new Map<number, ChunkCreated>();
  readonly #gaps = new Set<string>();
  #newest: ChunkCreated | null = null;

  /** Counts a line that cannot be read. */
  addUnreadable(text: string): void {
    this.#unreadable++;
    if (FACTS.test(text)) this.#lost++;
  }

  /** Adds the name of an event that this version does not know. */
  addUnknown(name: string): void {
    this.#unknown.add(name);
  }

  /** Adds a session after whose lines those of another begin. */
  addSession(name: string | null): void {
    this.#others.push(name);
    this.#chunks = new Map();
    this.#gaps.clear();
    this.#newest = null;
  }

  /**
   * Returns an event as far as it can be true, or `null` when it cannot, or is
   * in the log twice.
   */
  check(event: SessionEvent, facts: KnownFacts): SessionEvent | null {
    if (facts.hasEnded && isOfRecording(event)) {
      this.#isMixed = true;
      this.#addOdd("the log continues after the end of the session");
    }
    switch (event.event) {
      case "chunk_created":
        return this.#checkChunk(event, facts);
      case "gap":
        return this.#checkGap(event, facts);
      case "session_stop":
        if (!hasAbsurdTotals(event)) return event;
        this.#addOdd(
          `the totals in its last line cannot be right: ${totalsOf(event)}`,
        );
        return { ...event, ...NO_TOTALS };
      default:
        return event;
    }
  }

  /** Returns what was found in a log whose last session has that name. */
  faults(current: string | null): LogFaults {
    return {
      unreadable: this.#unreadable,
      lost: this.#lost,
      unknownEvents: [...this.#unknown],
      otherSessions: [...new Set(this.#others)]
        .map((name) => name ?? "one without a name")
        .filter((name) => name !== current),
      isRepeated: this.#others.includes(current),
      isMixed: this.#isMixed,
      odd: this.#odd,
    };
  }

  #checkChunk(event: ChunkCreated, facts: KnownFacts): SessionEvent | null {
    if (!isSpan(event, facts) || event.seq < 1 || event.size < 0) {
      return this.#leaveOut(event);
    }
    const known = this.#chunks.get(event.seq);
    if (known?.start === event.start && known.end === event.end) {
      return this.#addTwice();
    }
    if (!facts.isClockSet && !this.#follows(event)) {
      this.#isMixed = true;
      this.#addOdd(
        `chunk ${event.seq} is not where its number puts it`,
      );
    }
    this.#chunks.set(event.seq, event);
    if (event.seq >= (this.#newest?.seq ?? 0)) this.#newest = event;
    return event;
  }

  #checkGap(event: Gap, facts: KnownFacts): SessionEvent | null {
    if (!isSpan(event, facts)) return this.#leaveOut(event);
    const key = `${event.start} ${event.end} ${event.cause}`;
    if (this.#gaps.has(key)) return this.#addTwice();
    this.#gaps.add(key);
    return event;
  }

  /** Notes that a line is in the log twice, so that others may be, too. */
  #addTwice(): null {
    this.#isMixed = true;
    this.#addOdd("some of its lines are in it twice");
    return null;
  }

  /** Whether a later number has later audio. */
  #follows({ seq, start }: ChunkCreated): boolean {
    if (this.#chunks.has(seq)) return false;
    const newest = this.#newest;
    return newest === null ||
      (seq > newest.seq
        ? start >= newest.start - OVERLAP_MS
        : start <= newest.start + ROUNDED_MS);
  }

  #leaveOut(event: SessionEvent): null {
    this.#lost++;
    this.#addOdd(
      `a line of ${
        TimeFormat.utc.dateTime(event.time)
      } UTC (${event.event}) has impossible values and is left out`,
    );
    return null;
  }

  #addOdd(sentence: string): void {
    if (this.#odd.length < MAX_ODD && !this.#odd.includes(sentence)) {
      this.#odd.push(sentence);
    }
  }
}

/** Milliseconds of audio that a server may send again. */
const OVERLAP_MS = 600_000;
/** Milliseconds that the time of a file may be rounded by. */
const ROUNDED_MS = 2_000;
/** Milliseconds that times of one line may differ by, without a clock that was set. */
const SLACK_MS = 3_600_000;
/** Seconds of the longest chunk or gap: ten years. */
const MAX_SECONDS = 10 * 366 * 86_400;

/** Whether the times of an event are possible. */
function isSpan(
  event: {
    readonly start: EpochMs;
    readonly end: EpochMs;
    readonly time: EpochMs;
    readonly duration: number;
  },
  { startedAt, isClockSet }: KnownFacts,
): boolean {
  const { start, end, duration, time } = event;
  if (duration < 0 || duration > MAX_SECONDS) return false;
  if (isClockSet) return true;
  return Math.abs(end - start - duration * 1000) <= SLACK_MS &&
    start <= time + SLACK_MS &&
    (startedAt === null || start >= startedAt - SLACK_MS);
}

/** Whether only a recorder logs an event, while it records. */
function isOfRecording(event: SessionEvent): boolean {
  switch (event.event) {
    case "ffmpeg_command":
    case "ffmpeg_started":
    case "recovery":
      return true;
    case "chunk_created":
      return event.recovered !== true;
    default:
      return false;
  }
}

/** The totals of a line that is not believed. */
const NO_TOTALS = {
  ...{ chunks: NaN, audio: NaN, wall: NaN, coverage: null },
  ...{ gaps: NaN, gap_total: NaN },
};

/** Seconds that a server may have sent beyond the duration of a session. */
const EXTRA = 3_600;

function hasAbsurdTotals(stop: SessionStop): boolean {
  const { chunks, audio, wall, coverage, gaps, gap_total } = stop;
  return [chunks, audio, wall, gaps, gap_total].some((value) => value < 0) ||
    wall > MAX_SECONDS || audio > 2 * wall + EXTRA ||
    gap_total > wall + EXTRA || coverage !== null &&
      (coverage < 0 || coverage > 100);
}

function totalsOf({ chunks, audio, wall, gaps }: SessionStop): string {
  return `${pluralize(chunks, "chunk")}, ${audio} s of audio in ${wall} s, ${
    pluralize(gaps, "gap")
  }`;
}
