/**
 * Which audio of a source was recorded before.
 *
 * A client that opens a playlist again begins some segments before its end. What
 * of these an earlier run has recorded comes a second time. A file on a server
 * comes a second time as a whole.
 *
 * @module
 */

import type { Seconds } from "../../events.ts";
import { FileAudio, type KnownFile } from "./file_audio.ts";

/** Maximum number of addresses that are kept. A playlist lists fewer. */
const MAX_PLACES = 512;
/** Repeated segments before the last known one that a run begins with. */
const MAX_EXTRA: Seconds = 120;

/** The segments and the file that the runs of a session read. */
export class Segments {
  /** The last file that was read to its end, or `null`. */
  file: KnownFile | null = null;
  /** Where each address begins, in seconds of the session's audio taken once. */
  readonly #places = new Map<string, Seconds>();
  #end: Seconds = 0;

  /** Length of all audio, where what came twice counts once. */
  get end(): Seconds {
    return this.#end;
  }

  /** Returns where the audio of an address begins, or `null` when it is new. */
  placeOf(address: string): Seconds | null {
    return this.#places.get(address) ?? null;
  }

  /**
   * Returns how much audio these addresses gave. A file that every run reads
   * first, as the header of the segments, gave none.
   */
  lengthOf(addresses: ReadonlySet<string>): Seconds {
    const places = [...this.#places];
    return places
      .map(([address, place], index) => {
        const next = places[index + 1]?.[1] ?? this.#end;
        return addresses.has(address) ? next - place : 0;
      })
      .reduce((sum, length) => sum + length, 0);
  }

  /** The audio of an address begins at `place`. Some servers use one again. */
  add(address: string, place: Seconds): void {
    this.#places.delete(address);
    this.#places.set(address, place);
    if (this.#places.size <= MAX_PLACES) return;
    for (const oldest of this.#places.keys()) {
      this.#places.delete(oldest);
      return;
    }
  }

  /** The audio reaches `place`. */
  extend(place: Seconds): void {
    this.#end = Math.max(this.#end, place);
  }
}

/** How a run ended. */
export interface RunEnd {
  /** Whether its source ended by itself, without an error. */
  readonly isComplete: boolean;
  /** Time from the start of ffmpeg to its end. */
  readonly elapsed: Seconds;
}

/** Follows the audio of one run. */
export class RepeatedAudio {
  readonly #segments: Segments;
  readonly #file: FileAudio;
  /** Known addresses that it begins with. */
  readonly #known = new Set<string>();
  /** The first place of these. */
  #knownFrom: Seconds = Infinity;
  #captured: Seconds = 0;
  #length: Seconds | null = null;
  /** Place of the run's first sample. */
  #origin: Seconds = 0;

  /** A run without audio so far. */
  constructor(segments: Segments) {
    this.#segments = segments;
    this.#file = new FileAudio(segments.file);
  }

  /**
   * How much of the run's beginning was recorded before; `null` while the
   * source sends known segments, or what may be a known file.
   */
  get length(): Seconds | null {
    return this.#length;
  }

  /** ffmpeg opens an address. */
  open(address: string): void {
    const place = this.#segments.placeOf(address);
    if (place !== null && this.#length === null) {
      // Addresses that are used in turn come back with new audio.
      if (this.#captured === 0 || place > this.#knownFrom) {
        this.#known.add(address);
        this.#knownFrom = Math.min(this.#knownFrom, place);
        return;
      }
    }
    // ffmpeg has read all known addresses, though its reports may be late.
    this.#decide(this.#segments.lengthOf(this.#known));
    const reported = this.#origin + this.#captured;
    this.#segments.add(address, Math.max(reported, this.#segments.end));
  }

  /** Takes the peak of the next second. */
  addPeak(dbfs: number): void {
    this.#file.addPeak(dbfs);
  }

  /**
   * More audio was captured.
   *
   * @param elapsed Time since ffmpeg was started.
   */
  report(captured: Seconds, elapsed: Seconds): void {
    this.#captured = captured;
    this.#file.report(captured, elapsed);
    if (this.#length === null) this.#decideIfNew();
    if (this.#length !== null) this.#segments.extend(this.#origin + captured);
  }

  /** The run is over. */
  finish({ isComplete, elapsed }: RunEnd): void {
    const known = this.#segments.lengthOf(this.#known);
    this.#decide(Math.min(known, this.#captured));
    if (!isComplete) return;
    const file = this.#file.file(this.#captured, elapsed, this.#origin);
    this.#segments.file = file ?? this.#segments.file;
  }

  /** More than there was before cannot be repeated. */
  #decideIfNew(): void {
    const known = this.#segments.lengthOf(this.#known);
    const isNew = this.#known.size === 0
      ? !this.#file.mayRepeat(this.#captured)
      : this.#captured > known + MAX_EXTRA;
    if (isNew) this.#decide(known);
  }

  /**
   * What comes next is new.
   *
   * @param known How much the known addresses gave.
   */
  #decide(known: Seconds): void {
    if (this.#length !== null) return;
    const { end } = this.#segments;
    const file = this.#known.size === 0
      ? this.#file.repeated(this.#captured)
      : null;
    if (file !== null) {
      this.#length = Math.min(this.#captured, file.length);
      this.#origin = file.place;
      return;
    }
    this.#length = known;
    this.#origin = end - known;
  }
}

/** Returns the address that a line of ffmpeg says it opens for reading, or `null`. */
export function openedAddress(line: string): string | null {
  return /^Opening '(.+)' for reading$/.exec(line)?.[1] ?? null;
}
