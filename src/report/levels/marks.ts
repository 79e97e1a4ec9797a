/**
 * Finds what is too short to be seen in a picture of hours: single samples that
 * stand out, and drops of some milliseconds.
 *
 * @module
 */

import type { Seconds } from "../../events.ts";

/** What was found: a sample or a few that stand out, or a short drop. */
export type MarkKind = "click" | "dropout";

/** Something short that was found in a chunk. */
export interface Mark {
  readonly kind: MarkKind;
  /** When it begins, from the start of its chunk; right to about 10 ms. */
  readonly at: Seconds;
  /** Its length; 0 for a click. */
  readonly length: Seconds;
  /** Power of a click's peak, or of the sound around a dropout, as a share of full scale. */
  readonly power: number;
  /** How far it stands out; among those of a kind, the largest is the clearest. */
  readonly score: number;
  /** Whether it is cut by the beginning or the end of its chunk. */
  readonly edge?: "start" | "end";
}

/** Maximum number of marks of each kind in a chunk: the clearest are kept. */
export const MAX_MARKS = 20;

/** A drop begins where the power falls to this share of that before. */
const QUIET = 1e-3;
/** Sound within 13 dB of that before a drop is sound again. */
const LOUD = 0.05;
/** Below -60 dBFS, drops are not looked for. */
const MIN_POWER = 1e-6;
/** Blocks of the longest drop: longer ones are pauses, and can be seen. */
const MAX_DROP = 30;
/** How much faster than its surroundings a click bends. */
const MIN_RATIO = 20;
/** The smallest bend of a click: one of -56 dBFS. */
const MIN_BEND = 0.003;
/** Share of a new block in the power of those before. */
export const SHARE = 0.2;
/** Blocks until that share is right. */
const FIRST = 1 / SHARE;
/** Highest score of a drop, in dB: digital silence. */
const MAX_DEPTH = 120;

/** A drop that may be one. */
interface Drop {
  readonly start: number;
  readonly before: number;
  lowest: number;
  /** How much of the block before it is in it. */
  readonly partial: number;
  /** Blocks in which there was some sound again. */
  returning: number;
}

/** What was measured in a block. */
export interface Block {
  /** Power of its highest sample. */
  readonly peak: number;
  /** Its mean power. */
  readonly power: number;
  /** Its largest bend, as a share of full scale. */
  readonly bend: number;
  /** Its mean bend without the largest. */
  readonly rest: number;
}

/** Takes the blocks of a chunk in order. */
export class MarkFinder {
  readonly #length: Seconds;
  readonly #clicks: Mark[] = [];
  readonly #drops: Mark[] = [];
  #count = 0;
  // Of the last block, and the one before it.
  #lastPeak = 0;
  #lastPower = 0;
  #lastBend = 0;
  #lastBends = 0;
  #olderPower = 0;
  #olderBends = 0;
  /** Mean power of the last blocks. */
  #mean = 0;
  #drop: Drop | null = null;

  /** @param length Length of a block. */
  constructor(length: Seconds) {
    this.#length = length;
  }

  /**
   * Takes the next block. There are millions, and the binary does not optimize:
   * most of them need two comparisons.
   *
   * @param peak Power of its highest sample.
   * @param power Its mean power.
   * @param bend Its largest bend, as a share of full scale.
   * @param bends Its mean bend without the largest.
   */
  take(peak: number, power: number, bend: number, bends: number): void {
    if (this.#lastBend >= MIN_BEND) this.#findClick(bends);
    if (this.#drop !== null) this.#inDrop(this.#drop, power);
    else if (power < this.#mean * QUIET || this.#count < FIRST) {
      this.#outside(power);
    } else this.#mean += (power - this.#mean) * SHARE;
    this.#olderPower = this.#lastPower;
    this.#olderBends = this.#lastBends;
    this.#lastPeak = peak;
    this.#lastPower = power;
    this.#lastBend = bend;
    this.#lastBends = bends;
    this.#count++;
  }

  /** Mean power of the last blocks. */
  get mean(): number {
    return this.#mean;
  }

  /**
   * Whether no click and no drop can be in the next blocks, by their extremes.
   * Their caller then leaves {@linkcode MarkFinder.take} out, and updates the
   * mean itself.
   *
   * @param lowest Their lowest mean power.
   * @param highest Their highest mean power.
   * @param bend Their largest bend.
   * @param rest Their lowest mean bend without the largest, or less.
   */
  isCalm(lowest: number, highest: number, bend: number, rest: number): boolean {
    return this.#drop === null && this.#count >= FIRST &&
      lowest >= Math.max(this.#mean, highest) * QUIET &&
      (bend < MIN_BEND || bend < MIN_RATIO * rest);
  }

  /** Begins calm blocks: the block before them may be a click. */
  beginCalm({ rest }: Block): void {
    if (this.#lastBend >= MIN_BEND) this.#findClick(rest);
  }

  /**
   * Ends calm blocks.
   *
   * @param count Their number.
   * @param mean The mean with them.
   * @param older The last block but one, or `null` if it is not one of them.
   */
  endCalm(
    count: number,
    mean: number,
    older: Block | null,
    last: Block,
  ): void {
    this.#olderPower = older?.power ?? this.#lastPower;
    this.#olderBends = older?.rest ?? this.#lastBends;
    this.#lastPeak = last.peak;
    this.#lastPower = last.power;
    this.#lastBend = last.bend;
    this.#lastBends = last.rest;
    this.#mean = mean;
    this.#count += count;
  }

  /** Returns what was found; no block follows. */
  marks(): Mark[] {
    this.#findClick(0);
    const drop = this.#drop;
    if (drop !== null) {
      this.#addDrop(drop, this.#count - drop.start, "end");
      this.#drop = null;
    }
    const drops = clearest(this.#drops);
    // The edges of a drop bend like a click.
    const clicks = this.#clicks.filter(({ at }) =>
      !this.#drops.some((drop) =>
        at > drop.at - EDGE && at < drop.at + drop.length + EDGE
      )
    );
    return [...clearest(clicks), ...drops]
      .sort((one, other) => one.at - other.at);
  }

  /** Looks for a click in the block before the next one, whose mean bend is given. */
  #findClick(next: number): void {
    const bend = this.#lastBend;
    const around = Math.max(this.#lastBends, this.#olderBends, next);
    if (bend < MIN_BEND || bend < MIN_RATIO * around) return;
    const score = bend / Math.max(around, 1e-6);
    const at = (this.#count - 0.5) * this.#length;
    const click: Mark = {
      ...{ kind: "click", at, length: 0, power: this.#lastPeak, score },
    };
    // One at the border of two blocks bends both.
    const before = this.#clicks.at(-1);
    if (before !== undefined && at - before.at < 1.5 * this.#length) {
      if (before.score < score) this.#clicks[this.#clicks.length - 1] = click;
      return;
    }
    this.#clicks.push(click);
    if (this.#clicks.length > 10 * MAX_MARKS) {
      const kept = clearest(this.#clicks);
      this.#clicks.splice(0, this.#clicks.length, ...kept);
    }
  }

  /** Takes a block that may begin a drop, or one of the first. */
  #outside(power: number): void {
    const mean = this.#mean;
    if (this.#count === 0 && power === 0) {
      // Whether the chunk before it ends with sound is not known here.
      this.#drop = {
        ...{ start: 0, before: 0, lowest: 0, partial: 0, returning: 0 },
      };
      return;
    }
    const isAbrupt = this.#olderPower >= mean * LOUD ||
      this.#lastPower >= mean * LOUD;
    if (mean > MIN_POWER && power < mean * QUIET && isAbrupt) {
      const partial = Math.max(0, 1 - this.#lastPower / mean);
      this.#drop = {
        ...{ start: this.#count, before: mean, lowest: power },
        partial: partial > 0.2 ? partial : 0,
        returning: 0,
      };
      return;
    }
    this.#mean = this.#count < FIRST
      ? mean + (power - mean) / (this.#count + 1)
      : mean + (power - mean) * SHARE;
  }

  #inDrop(drop: Drop, power: number): void {
    const blocks = this.#count - drop.start;
    const isHead = drop.before === 0;
    const isOver = isHead ? power > 0 : power >= drop.before * LOUD;
    if (!isOver && blocks < MAX_DROP) {
      drop.lowest = Math.min(drop.lowest, power);
      if (power >= drop.before * QUIET * 10) drop.returning++;
      return;
    }
    this.#drop = null;
    this.#mean = isHead || !isOver ? power : drop.before;
    // The block in which sound returns may be partly in the drop; where it
    // returns slowly, it is a pause.
    const isAbrupt = drop.returning <= 1;
    if (!isOver || !isAbrupt || isHead && power < MIN_POWER) return;
    this.#addDrop(
      isHead ? { ...drop, before: power } : drop,
      blocks,
      isHead ? "start" : null,
    );
  }

  #addDrop(drop: Drop, blocks: number, edge: "start" | "end" | null): void {
    if (blocks < 1 || blocks > MAX_DROP || this.#drops.length >= 1_000) return;
    const depth = drop.lowest === 0
      ? MAX_DEPTH
      : Math.min(MAX_DEPTH - 1, 10 * Math.log10(drop.before / drop.lowest));
    this.#drops.push({
      kind: "dropout",
      at: (drop.start - drop.partial) * this.#length,
      length: (blocks + drop.partial) * this.#length,
      power: drop.before,
      score: depth,
      ...(edge === null ? {} : { edge }),
    });
  }
}

/** Seconds around a drop in which nothing else is found. */
const EDGE: Seconds = 0.022;

/** Returns the clearest marks of a kind. */
export function clearest(
  marks: readonly Mark[],
  max = MAX_MARKS,
): Mark[] {
  if (marks.length <= max) return [...marks];
  return marks.toSorted((one, other) => other.score - one.score)
    .slice(0, max);
}
