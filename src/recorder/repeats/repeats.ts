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
/** After this much audio, ffmpeg's messages from before the first sample have been read. */
const MESSAGE_LAG: Seconds = 10;

/** Where an address begins. */
interface Place {
  /** In seconds of the session's audio taken once. */
  readonly at: Seconds;
  /** Addresses that were opened later have greater numbers. */
  readonly order: number;
}

/** The segments and the file that the runs of a session read. */
export class Segments {
  /** The last file that was read to its end, or `null`. */
  file: KnownFile | null = null;
  /** Where each address begins, in the order in which they were opened. */
  readonly #places = new Map<string, Place>();
  #count = 0;
  #end: Seconds = 0;

  /** Length of all audio, where what came twice counts once. */
  get end(): Seconds {
    return this.#end;
  }

  /** Whether no address was opened so far. */
  get isEmpty(): boolean {
    return this.#places.size === 0;
  }

  /** Returns the number of an address in the order of opening, or `null` when it is new. */
  orderOf(address: string): number | null {
    return this.#places.get(address)?.order ?? null;
  }

  /**
   * Returns how much audio these addresses gave. A file that every run reads
   * first, as the header of the segments, gave none.
   */
  lengthOf(addresses: ReadonlySet<string>): Seconds {
    const places = [...this.#places];
    return places
      .map(([address, place], index) => {
        const next = places[index + 1]?.[1].at ?? this.#end;
        return addresses.has(address) ? next - place.at : 0;
      })
      .reduce((sum, length) => sum + length, 0);
  }

  /** The audio of an address begins `at` a place. Some servers use one again. */
  add(address: string, at: Seconds): void {
    this.#places.delete(address);
    this.#places.set(address, { at, order: this.#count++ });
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
  /** Number of the last of these in the order of opening. */
  #lastKnown = -1;
  #isWriting = false;
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

  /**
   * ffmpeg begins to write. Addresses that it opened before came before the
   * first sample, though a report may be read before its messages.
   */
  beginOutput(): void {
    this.#isWriting = true;
    if (this.#captured > 0) this.#advance();
  }

  /** ffmpeg opens an address. */
  open(address: string): void {
    const hasAudio = this.#isWriting && this.#captured > 0;
    const order = this.#segments.orderOf(address);
    if (order !== null && this.#length === null) {
      // Addresses that are used in turn come back with new audio.
      if (!hasAudio || order >= this.#lastKnown) {
        this.#known.add(address);
        this.#lastKnown = Math.max(this.#lastKnown, order);
        return;
      }
    }
    // ffmpeg has read all known addresses, though its reports may be late.
    this.#decide(this.#segments.lengthOf(this.#known));
    const place = hasAudio
      ? Math.max(this.#origin + this.#captured, this.#segments.end)
      : this.#origin + (this.#length ?? 0);
    this.#segments.add(address, place);
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
    this.#advance();
  }

  /** The run is over. */
  finish({ isComplete, elapsed }: RunEnd): void {
    const known = this.#segments.lengthOf(this.#known);
    this.#decide(Math.min(known, this.#captured));
    if (!isComplete) return;
    const file = this.#file.file(this.#captured, elapsed, this.#origin);
    this.#segments.file = file ?? this.#segments.file;
  }

  #advance(): void {
    if (this.#length === null) this.#decideIfNew();
    if (this.#length === null) return;
    this.#segments.extend(this.#origin + this.#captured);
  }

  #decideIfNew(): void {
    const mayOpen = !this.#isWriting && this.#captured < MESSAGE_LAG;
    if (mayOpen && !this.#segments.isEmpty) return;
    const known = this.#segments.lengthOf(this.#known);
    // More than there was before cannot be repeated.
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

/** Whether a line of ffmpeg says that it opens a file to write audio to. */
export function beginsOutput(line: string): boolean {
  return /^Opening '.+' for writing$/.test(line);
}

/** A list of addresses, which is opened again and again and has no audio. */
const LIST = /\.(?:m3u8?|mpd)(?:[?#].*)?$/i;

/**
 * Returns the address that a line of ffmpeg says it opens for reading, or
 * `null`, also for that of a playlist.
 */
export function openedAddress(line: string): string | null {
  const address = /^Opening '(.+)' for reading$/.exec(line)?.[1] ?? null;
  return address === null || LIST.test(address) ? null : address;
}
