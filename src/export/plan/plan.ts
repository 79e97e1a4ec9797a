/**
 * What an export takes from where: chunks and ranges in, pieces and silences
 * out.
 *
 * @module
 */

import type { EpochMs, Seconds } from "../../events.ts";
import type { Part } from "./timeline.ts";

/** A part of one of several sessions. */
export interface SessionPart extends Part {
  /** Index of its session. */
  readonly session: number;
  /** Samples per second and channel. */
  readonly sampleRate: number;
}

/** Why there is no audio for some time. */
export type Absence =
  /** The log has a gap. */
  | "gap"
  /** Retention deleted it. */
  | "deleted"
  /** Its file is missing. */
  | "lost"
  /** No session was recorded. */
  | "not_recorded"
  /** It is not recorded yet. */
  | "not_yet"
  /** The log does not say. */
  | "unknown";

/** A time without audio, and why. */
export interface AbsentTime {
  /** When it begins. */
  readonly start: EpochMs;
  /** When it ends. */
  readonly end: EpochMs;
  /** Why. */
  readonly why: Absence;
  /** The cause of a gap, as the log has it, or `null`. */
  readonly cause: string | null;
}

/** A time without audio, and its place in the file. */
export interface PlacedAbsence extends AbsentTime {
  /** Where it is in the file. */
  readonly at: Seconds;
}

/** Samples of a chunk. */
export interface AudioPiece {
  /** Discriminator. */
  readonly kind: "audio";
  /** Where they are. */
  readonly part: SessionPart;
  /** Samples of the chunk before them. */
  readonly first: number;
  /** Their number in the chunk. */
  readonly samples: number;
  /** Their number in the file, whose sample rate may be another. */
  readonly length: number;
}

/** Silence. */
export interface Silence {
  /** Discriminator. */
  readonly kind: "silence";
  /** Its samples in the file. */
  readonly length: number;
}

/** A part of the file. */
export type Piece = AudioPiece | Silence;

/** What is wanted. */
export interface Wanted {
  /** Beginning of the range, or `null` for that of the audio. */
  readonly from: EpochMs | null;
  /** End of the range, or `null` for that of the audio. */
  readonly to: EpochMs | null;
  /** Samples per second of the file. */
  readonly sampleRate: number;
  /** Whether gaps are silence; else they are left out. */
  readonly fillsGaps: boolean;
  /**
   * Up to when audio can be missing; what comes later is not recorded yet, and
   * is left out.
   */
  readonly knownUntil: EpochMs;
}

/** A file to be made. */
export interface Plan {
  /** Its parts in order. */
  readonly pieces: readonly Piece[];
  /** Samples of the file. */
  readonly length: number;
  /** Samples of it that are audio. */
  readonly audio: number;
  /** When its first sample was captured. */
  readonly start: EpochMs;
  /** When the time after its last sample begins. */
  readonly end: EpochMs;
  /** What it lacks, in order. */
  readonly missing: readonly PlacedAbsence[];
  /**
   * How far the clock is ahead of the file at its last audio: the clock of a
   * sound card runs faster or slower than the machine's.
   */
  readonly clockAhead: Seconds;
}

/** Runs that the log puts so close follow each other: its times are rounded. */
const JOIN_MS = 2;

/** Shorter absences without a cause in the log are the rounding of times. */
const MIN_UNKNOWN_MS = 50;

/**
 * Plans a file.
 *
 * Samples of a run simply follow each other. A new run is placed by the clock,
 * and never before the end of what is there; audio of two sessions is taken
 * once, from the earlier one.
 *
 * @param parts All parts, by session and number.
 * @param absences All times without audio that are known, in any order.
 */
export function planExport(
  parts: readonly SessionPart[],
  absences: readonly AbsentTime[],
  wanted: Wanted,
): Plan {
  const earliest = parts.find(({ chunk }) => chunk.absent === null);
  const from = wanted.from ?? earliest?.start ?? 0;
  const builder = new PlanBuilder(from, absences, wanted);
  for (const part of parts) {
    if (!builder.add(part)) break;
  }
  return builder.finish();
}

class PlanBuilder {
  readonly #from: EpochMs;
  readonly #absences: readonly AbsentTime[];
  readonly #wanted: Wanted;
  /** Samples up to the end of the range. */
  readonly #limit: number;
  readonly #pieces: Piece[] = [];
  readonly #missing: PlacedAbsence[] = [];
  /** Samples since the beginning of the range. */
  #cursor = 0;
  /** Samples of the file. */
  #length = 0;
  #audio = 0;
  /** Up to when the clock is accounted for. */
  #clock: EpochMs;
  #session = -1;
  #clockAhead: Seconds = 0;
  /** Whether the part before the next was taken, so that it may follow. */
  #isJoined = false;

  constructor(from: EpochMs, absences: readonly AbsentTime[], wanted: Wanted) {
    this.#from = from;
    this.#clock = from;
    this.#absences = absences;
    this.#wanted = wanted;
    this.#limit = wanted.to === null
      ? Infinity
      : Math.max(0, this.#samplesAt(wanted.to));
    if (wanted.from !== null) return;
    const before = absences.filter(({ end, why }) =>
      end <= from + 1 && why !== "not_recorded"
    ).map(({ start }) => start);
    this.#note(before.length === 0 ? from : Math.min(...before), from, 0);
  }

  /** Adds a part; returns false when the range is full. */
  add(part: SessionPart): boolean {
    const begun = this.#session < 0 ? this.#from : this.#clock;
    const isLater = part.session !== this.#session;
    // Another session may have recorded the same time.
    const trimmed = this.#session < 0 || isLater ? after(part, begun) : part;
    const isAbsent = part.chunk.absent !== null;
    const isBefore = this.#session < 0 && this.#wanted.from === null;
    if (trimmed === null || isAbsent && isBefore) {
      // The samples of a slow clock end before its time does.
      this.#isJoined = !isBefore && part.end > begun;
      return true;
    }
    const missing = this.#isJoined ? part.missing : null;
    const position = missing === null
      ? this.#positionAt(trimmed.start)
      : this.#cursor + scaled(missing, part.sampleRate, this.#rate);
    if (position >= this.#limit) return false;
    this.#skipTo(position, trimmed.start);
    const room = this.#limit - this.#cursor;
    const whole = scaled(trimmed.samples, part.sampleRate, this.#rate);
    const length = Math.min(room, whole);
    const samples = length < whole
      ? Math.min(trimmed.samples, scaled(length, this.#rate, part.sampleRate))
      : trimmed.samples;
    const end = length < whole
      ? trimmed.start + samples / part.sampleRate * 1000
      : trimmed.end;
    this.#session = part.session;
    this.#isJoined = true;
    if (isAbsent) {
      this.#skipTo(this.#cursor + length, end);
      return this.#cursor < this.#limit;
    }
    const { first } = trimmed;
    this.#pieces.push({ kind: "audio", part, first, samples, length });
    this.#cursor += length;
    this.#length += length;
    this.#audio += length;
    this.#clock = end;
    this.#clockAhead = (this.#clock - this.#from) / 1000 -
      this.#cursor / this.#rate;
    return this.#cursor < this.#limit;
  }

  finish(): Plan {
    const { to, knownUntil } = this.#wanted;
    const end = to === null ? this.#clock : Math.min(to, knownUntil);
    if (to !== null && this.#cursor < this.#limit) {
      const last = Math.min(this.#limit, this.#samplesAt(end));
      if (last > this.#cursor) this.#skipTo(last, end);
      this.#note(Math.max(this.#clock, knownUntil), to, 0);
    } else if (to === null) {
      // An outage that is not over.
      const open = this.#absences.filter(({ start, end, why }) =>
        why === "gap" && start >= this.#clock - JOIN_MS && Number.isFinite(end)
      );
      for (const absence of open) {
        this.#missing.push({ ...absence, at: this.#length / this.#rate });
      }
    }
    const seconds = this.#length / this.#rate;
    return {
      pieces: this.#pieces,
      length: this.#length,
      audio: this.#audio,
      start: this.#from,
      end: this.#wanted.fillsGaps
        ? this.#from + seconds * 1000
        : Math.max(this.#from, this.#clock),
      missing: this.#missing,
      clockAhead: this.#clockAhead,
    };
  }

  get #rate(): number {
    return this.#wanted.sampleRate;
  }

  /** Returns where a new run begins. */
  #positionAt(start: EpochMs): number {
    const position = this.#samplesAt(start);
    const follows = this.#session >= 0 &&
      Math.abs(start - this.#clock) <= JOIN_MS;
    return follows ? this.#cursor : Math.max(this.#cursor, position);
  }

  #samplesAt(time: EpochMs): number {
    return Math.round((time - this.#from) * this.#rate / 1000);
  }

  /** There is no audio up to a position, whose time is `until`. */
  #skipTo(position: number, until: EpochMs): void {
    const length = position - this.#cursor;
    this.#note(this.#clock, until);
    this.#clock = Math.max(this.#clock, until);
    this.#cursor = position;
    if (length <= 0 || !this.#wanted.fillsGaps) return;
    const last = this.#pieces.at(-1);
    if (last?.kind === "silence") this.#pieces.pop();
    const before = last?.kind === "silence" ? last.length : 0;
    this.#pieces.push({ kind: "silence", length: before + length });
    this.#length += length;
  }

  /**
   * Notes why there is no audio between two times.
   *
   * @param filled Share of that time that is in the file as silence.
   */
  #note(
    start: EpochMs,
    end: EpochMs,
    filled = this.#wanted.fillsGaps ? 1 : 0,
  ): void {
    const at = this.#length / this.#rate;
    for (const absence of absentBetween(this.#absences, start, end)) {
      const offset = filled * (absence.start - start) / 1000;
      const last = this.#missing.at(-1);
      if (last !== undefined && isSame(last, absence)) {
        this.#missing.splice(-1, 1, { ...last, end: absence.end });
      } else this.#missing.push({ ...absence, at: at + offset });
    }
  }
}

/** Returns what is left of a part after a time, or `null`. */
function after(part: SessionPart, time: EpochMs): SessionPart | null {
  if (part.start >= time) return part;
  if (part.end <= time) return null;
  const skipped = Math.round((time - part.start) * part.sampleRate / 1000);
  if (skipped >= part.samples) return null;
  return {
    ...part,
    first: part.first + skipped,
    samples: part.samples - skipped,
    start: part.start + skipped / part.sampleRate * 1000,
  };
}

/** Whether a time without audio continues another: several deleted chunks are one. */
function isSame(before: AbsentTime, { start, why }: AbsentTime): boolean {
  return before.why === why && why !== "gap" && before.end >= start - 1;
}

function scaled(samples: number, from: number, to: number): number {
  return from === to ? samples : Math.round(samples * to / from);
}

/** Returns why there is no audio between two times, without a hole. */
export function absentBetween(
  absences: readonly AbsentTime[],
  start: EpochMs,
  end: EpochMs,
): AbsentTime[] {
  const inside = absences.filter((one) => one.start < end && one.end > start)
    .toSorted((one, other) => one.start - other.start || other.end - one.end);
  const found: AbsentTime[] = [];
  let at = start;
  const unknown = (until: EpochMs) => {
    if (until - at < MIN_UNKNOWN_MS) return;
    found.push({ start: at, end: until, why: "unknown", cause: null });
  };
  for (const one of inside) {
    const [from, to] = [Math.max(at, one.start), Math.min(end, one.end)];
    if (to <= from) continue;
    unknown(from);
    found.push({ ...one, start: from, end: to });
    at = to;
  }
  unknown(end);
  return found;
}
