/**
 * Measures the samples of one chunk: levels in windows, and marks.
 *
 * @module
 */

import type { Seconds } from "../../events.ts";
import { codeOfPower, type LevelCodes } from "./decibels.ts";
import {
  type Kernel,
  MAX_BLOCKS,
  type MeasuredForm,
  RESULTS,
  SAMPLE_BYTES,
  SAMPLES_AT,
  SAMPLES_ROOM,
} from "./kernel.ts";
import { type Block, type Mark, MarkFinder, SHARE } from "./marks.ts";

/** The levels of a chunk. */
export interface ChunkLevels {
  /** Samples of a window and channel; the last window may have fewer. */
  readonly window: number;
  /** The highest sample of each window. */
  readonly peaks: LevelCodes;
  /** The mean power of each window (RMS). */
  readonly means: LevelCodes;
  /** The lowest mean power of 10 ms in each window. */
  readonly lows: LevelCodes;
  /** What is too short to be seen in them. */
  readonly marks: readonly Mark[];
}

/** What is measured. */
export interface MeterOptions {
  readonly sampleRate: number;
  readonly channels: number;
  readonly form: MeasuredForm;
  /** Samples of the chunk and channel. */
  readonly samples: number;
}

/** Length of a block: a drop of 20 ms fills at least one. */
const BLOCK: Seconds = 0.01;
/** Blocks of the shortest window: 20 ms. */
const MIN_BLOCKS = 2;
/** Maximum number of windows of a chunk. */
const MAX_WINDOWS = 1_500;
/** Full scale of a form. */
const SCALE: Readonly<Record<MeasuredForm, number>> = {
  s16le: 32_768,
  f32le: 1,
};
/** Bytes that are worth a call. */
const MIN_BYTES = SAMPLES_ROOM / 2;

/** Returns the samples of a block and channel: a multiple of four. */
export function blockSize(sampleRate: number): number {
  return Math.max(4, 4 * Math.round(sampleRate * BLOCK / 4));
}

/** Returns how many blocks a window of a chunk has. */
export function blocksOfWindow(blocks: number): number {
  return Math.max(MIN_BLOCKS, Math.ceil(blocks / MAX_WINDOWS));
}

/** Takes the bytes of a chunk's samples in order. */
export class ChunkMeter {
  readonly #kernel: Kernel;
  readonly #channels: number;
  readonly #form: MeasuredForm;
  /** Samples of a block and channel. */
  readonly #block: number;
  /** Bytes of a sample of all channels. */
  readonly #frame: number;
  readonly #scale: number;
  readonly #perWindow: number;
  readonly #finder: MarkFinder;
  readonly #peaks: LevelCodes;
  readonly #means: LevelCodes;
  readonly #lows: LevelCodes;
  /** Bytes in the kernel's memory. */
  #filled = 0;
  #isBegun = false;
  // The window that is being filled.
  #window = 0;
  #blocks = 0;
  #peak = 0;
  #sum = 0;
  #low = Infinity;

  /** Measures one chunk; a kernel measures one at a time. */
  constructor(
    kernel: Kernel,
    { sampleRate, channels, form, samples }: MeterOptions,
  ) {
    this.#kernel = kernel;
    this.#channels = channels;
    this.#form = form;
    this.#frame = channels * SAMPLE_BYTES[form];
    this.#scale = SCALE[form];
    this.#block = blockSize(sampleRate);
    const blocks = Math.ceil(samples / this.#block);
    this.#perWindow = blocksOfWindow(blocks);
    const windows = Math.ceil(blocks / this.#perWindow);
    this.#peaks = new Uint16Array(windows);
    this.#means = new Uint16Array(windows);
    this.#lows = new Uint16Array(windows);
    this.#finder = new MarkFinder(this.#block / sampleRate);
  }

  /** Takes bytes; they may end anywhere. */
  take(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const room = SAMPLES_ROOM - this.#filled;
      const part = bytes.subarray(at, at + room);
      this.#kernel.bytes.set(part, SAMPLES_AT + this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled >= MIN_BYTES) this.#measure();
    }
  }

  /** Returns the levels; no bytes follow. */
  levels(): ChunkLevels {
    this.#measure();
    this.#measureRest();
    if (this.#blocks > 0) this.#endWindow();
    return {
      window: this.#perWindow * this.#block,
      peaks: this.#peaks,
      means: this.#means,
      lows: this.#lows,
      marks: this.#finder.marks(),
    };
  }

  /** Measures what is left; at its end, samples go straight on. */
  #measureRest(): void {
    const frames = Math.floor(this.#filled / this.#frame);
    const samples = 4 * Math.floor(frames * this.#channels / 4);
    if (frames < 2 || samples === 0) return;
    if (!this.#isBegun) this.#extend(-1, 0, 1);
    this.#extend(frames, frames - 1, frames - 2);
    this.#kernel.measure(1, samples, this.#channels);
    this.#takeResults(1, samples);
    this.#filled = 0;
  }

  /** Makes a frame that is on the straight line through two others. */
  #extend(frame: number, near: number, far: number): void {
    const { buffer } = this.#kernel.bytes;
    const all = this.#form === "s16le"
      ? new Int16Array(buffer)
      : new Float32Array(buffer);
    const first = SAMPLES_AT / SAMPLE_BYTES[this.#form];
    const limit = this.#form === "s16le" ? 32_767 : Infinity;
    for (let channel = 0; channel < this.#channels; channel++) {
      const at = (index: number) => first + index * this.#channels + channel;
      const value = 2 * (all[at(near)] ?? 0) - (all[at(far)] ?? 0);
      all[at(frame)] = Math.max(-limit, Math.min(limit, value));
    }
  }

  #measure(): void {
    const { bytes } = this.#kernel;
    const frame = this.#frame;
    const block = this.#block * frame;
    for (;;) {
      const count = Math.min(
        MAX_BLOCKS,
        Math.floor((this.#filled - frame) / block),
      );
      if (count <= 0) return;
      if (!this.#isBegun) {
        this.#extend(-1, 0, 1);
        this.#isBegun = true;
      }
      const samples = this.#block * this.#channels;
      this.#kernel.measure(count, samples, this.#channels);
      this.#takeResults(count, samples);
      const done = count * block;
      bytes.copyWithin(
        SAMPLES_AT - frame,
        SAMPLES_AT + done - frame,
        SAMPLES_AT + this.#filled,
      );
      this.#filled -= done;
    }
  }

  #takeResults(count: number, samples: number): void {
    for (let first = 0; first < count;) {
      const run = Math.min(count - first, this.#perWindow - this.#blocks);
      this.#takeRun(first, run, samples);
      first += run;
      if (this.#blocks === this.#perWindow) this.#endWindow();
    }
  }

  /** Takes the results of blocks of one window. */
  #takeRun(first: number, count: number, samples: number): void {
    const { extremes } = this.#kernel;
    const scale = this.#scale;
    const squared = scale * scale * samples;
    this.#kernel.compare(first, count);
    const peak = (extremes[0] ?? 0) / scale;
    const highest = (extremes[1] ?? 0) / squared;
    const lowest = (extremes[RESULTS + 1] ?? 0) / squared;
    const bend = (extremes[2] ?? 0) / scale;
    const bends = (extremes[RESULTS + 3] ?? 0) / scale;
    if (peak > this.#peak) this.#peak = peak;
    if (lowest < this.#low) this.#low = lowest;
    this.#blocks += count;
    const isCalm = this.#finder.isCalm(
      lowest,
      highest,
      bend,
      this.#restOf(bend, bends, samples),
    );
    if (isCalm) this.#takeCalm(first, count, samples);
    else this.#takeEach(first, count, samples);
  }

  /** Mean bend of a block without its largest: a single sample bends three times, by half on its sides. */
  #restOf(bend: number, bends: number, samples: number): number {
    return Math.max(0, bends - 2 * this.#channels * bend) / samples;
  }

  /** Takes blocks in which nothing begins or stands out. */
  #takeCalm(first: number, count: number, samples: number): void {
    const { results } = this.#kernel;
    const squared = this.#scale * this.#scale * samples;
    const last = first + count - 1;
    const finder = this.#finder;
    finder.beginCalm(this.#blockAt(first, samples));
    let { mean } = finder;
    let sum = 0;
    const end = (first + count) * RESULTS;
    for (let at = first * RESULTS + 1; at < end; at += RESULTS) {
      const power = (results[at] ?? 0) / squared;
      sum += power;
      mean += (power - mean) * SHARE;
    }
    this.#sum += sum;
    finder.endCalm(
      count,
      mean,
      count > 1 ? this.#blockAt(last - 1, samples) : null,
      this.#blockAt(last, samples),
    );
  }

  #takeEach(first: number, count: number, samples: number): void {
    for (let block = first; block < first + count; block++) {
      const { peak, power, bend, rest } = this.#blockAt(block, samples);
      this.#sum += power;
      this.#finder.take(peak, power, bend, rest);
    }
  }

  #blockAt(block: number, samples: number): Block {
    const { results } = this.#kernel;
    const scale = this.#scale;
    const at = block * RESULTS;
    const peak = (results[at] ?? 0) / scale;
    const bend = (results[at + 2] ?? 0) / scale;
    const bends = (results[at + 3] ?? 0) / scale;
    return {
      peak: peak * peak,
      power: (results[at + 1] ?? 0) / (scale * scale * samples),
      bend,
      rest: this.#restOf(bend, bends, samples),
    };
  }

  #endWindow(): void {
    const at = this.#window++;
    if (at < this.#peaks.length) {
      this.#peaks[at] = codeOfPower(this.#peak * this.#peak);
      this.#means[at] = codeOfPower(this.#sum / this.#blocks);
      this.#lows[at] = codeOfPower(this.#low);
    }
    this.#blocks = 0;
    this.#peak = 0;
    this.#sum = 0;
    this.#low = Infinity;
  }
}
