/**
 * Finds out which source of the sound server a recording gets.
 *
 * @module
 */

import { parseSources } from "../../ffmpeg/devices/parse.ts";
import type { Ask } from "../../ffmpeg/pulse/ask.ts";
import {
  parseSourceNames,
  parseSourceOutputs,
  sourceOf,
} from "../../ffmpeg/pulse/outputs.ts";

/** The source of a recording. */
export interface Seen {
  /** Its name. */
  readonly source: string;
  /** The names of all sources. */
  readonly names: readonly string[];
}

/** Examines one run of ffmpeg. */
export interface SourceProbe {
  /** Milliseconds between two examinations. */
  readonly interval: number;
  /** Returns the source that ffmpeg gets, or `null` when that is unknown. */
  look(pid: number): Promise<Seen | null>;
}

/** Asks the sound server by `pactl`, which takes about 5 ms. */
export class PactlProbe implements SourceProbe {
  readonly interval = 10_000;
  readonly #ask: Ask;
  readonly #tag: string;
  #last: { readonly number: number; readonly seen: Seen } | null = null;

  /** A probe for the stream with a tag; see `sourceOf`. */
  constructor(ask: Ask, tag: string) {
    this.#ask = ask;
    this.#tag = tag;
  }

  /** See {@linkcode SourceProbe.look}. */
  async look(pid: number): Promise<Seen | null> {
    const outputs = await this.#ask("pactl", ["list", "source-outputs"]);
    if (outputs === null) return null;
    const number = sourceOf(parseSourceOutputs(outputs), this.#tag, pid);
    if (number === null) return null;
    if (this.#last?.number === number) return this.#last.seen;
    const sources = await this.#ask("pactl", ["list", "short", "sources"]);
    if (sources === null) return null;
    const names = parseSourceNames(sources);
    const source = names.get(number);
    // It was removed between the two lists.
    if (source === undefined) return null;
    const seen = { source, names: [...names.values()] };
    this.#last = { number, seen };
    return seen;
  }
}

/**
 * Asks ffmpeg which sources there are: without `pactl`, a named source that
 * disappears is the only sign of a move.
 */
export class ListProbe implements SourceProbe {
  readonly interval = 60_000;
  readonly #ask: Ask;
  readonly #ffmpeg: string;
  readonly #wanted: string;
  #wasListed = false;

  /** A probe for the source with a name. */
  constructor(ask: Ask, ffmpeg: string, wanted: string) {
    this.#ask = ask;
    this.#ffmpeg = ffmpeg;
    this.#wanted = wanted;
  }

  /** See {@linkcode SourceProbe.look}. */
  async look(): Promise<Seen | null> {
    const args = ["-hide_banner", "-sources", "pulse"];
    const lines = await this.#ask(this.#ffmpeg, args);
    const listing = lines === null ? null : parseSources("pulse", lines);
    if (listing === null || listing.trouble !== null) return null;
    const names = listing.devices.map(({ device }) =>
      device.slice("pulse:".length)
    );
    if (names.includes(this.#wanted)) {
      this.#wasListed = true;
      return { source: this.#wanted, names };
    }
    return this.#wasListed ? { source: "another source", names } : null;
  }
}
