/**
 * Compares an exported file with what was captured.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { EpochMs, Seconds } from "../../src/events.ts";
import { type CapturedSpan, valueOf } from "./numbered_session.ts";

/** Zero samples in a row that are silence. */
const SILENT = 32;
/** Samples in a row that show their number. */
const SURE = 64;

/** A file and what it should hold. */
export interface ExportedAudio {
  /** Samples, interleaved, `width` bytes each. */
  readonly pcm: Uint8Array;
  readonly channels: number;
  readonly bits: number;
  readonly sampleRate: number;
  /** Beginning of the range. */
  readonly from: EpochMs;
  /** End of the range. */
  readonly to: EpochMs;
  /** What was captured, in the order of time. */
  readonly spans: readonly CapturedSpan[];
  /** Where the export says that audio is missing. */
  readonly missing: readonly {
    readonly at: Seconds;
    readonly start: EpochMs;
    readonly end: EpochMs;
  }[];
  /** Most that a sound card is ahead of the clock in one run. */
  readonly drift?: Seconds;
}

/** Samples of a file that follow each other. */
export interface Stretch {
  /** Their place in the file. */
  readonly at: number;
  /** Number of the first. */
  readonly number: number;
  readonly samples: number;
}

/**
 * Checks that every sample is the numbered one of its time, or silence where
 * the export says that audio is missing, and that no captured sample of the
 * range is missing.
 *
 * @returns the stretches.
 */
export function assertExported(audio: ExportedAudio): Stretch[] {
  const { sampleRate, from, to, drift = 0 } = audio;
  const samples = new Samples(audio);
  const there = audio.spans.filter(({ isThere }) => isThere);
  const found: Stretch[] = [];
  for (let at = 0; at < samples.length;) {
    const zeros = samples.zerosFrom(at);
    if (zeros >= SILENT || at + zeros === samples.length) {
      assertMissing(audio, at, zeros);
      at += zeros;
      continue;
    }
    const stretch = locate(samples, at, there, audio);
    found.push(stretch);
    at += stretch.samples;
  }
  const [first] = found;
  if (first !== undefined) {
    // The log knows the place of a hole within a chunk to a millisecond.
    const loose = Math.ceil((0.001 + drift) * sampleRate) + 1;
    const after = there.find(({ isAfterHole, number }) =>
      isAfterHole && Math.abs(first.number - number) <= loose
    );
    const span = after ?? spanOf(there, first.number);
    // Exactly the sample of that moment.
    const expected = first.at === 0 && span.start < from
      ? span.number + Math.round((from - span.start) * sampleRate / 1000)
      : span.number;
    const slack = span.isAfterHole ? loose : 0;
    assert(
      Math.abs(first.number - expected) <= slack,
      `the first sample is ${first.number} instead of ${expected}`,
    );
  }
  // Every captured sample of the range, once and in order.
  const inside = there.flatMap(({ number, samples, start }) => {
    const low = Math.max(0, Math.ceil((from - start) * sampleRate / 1000));
    const high = Math.min(
      samples,
      Math.floor((to - start) * sampleRate / 1000),
    );
    return high > low ? [{ number: number + low, end: number + high }] : [];
  });
  const slack = Math.ceil((drift + 0.0015) * sampleRate);
  for (const { number, end } of inside) {
    let next = number;
    for (const stretch of found) {
      const last = stretch.number + stretch.samples;
      if (last <= next || stretch.number >= end) continue;
      assert(
        stretch.number <= next + (next === number ? slack : 0),
        `samples ${next} to ${stretch.number} are missing`,
      );
      next = last;
    }
    assert(next >= end - slack, `samples ${next} to ${end} are missing`);
  }
  let before = -1;
  for (const { number, samples } of found) {
    assert(number > before, `sample ${number} comes after ${before}`);
    before = number + samples - 1;
  }
  return found;
}

function spanOf(spans: readonly CapturedSpan[], number: number): CapturedSpan {
  const span = spans.find((one) =>
    number >= one.number && number < one.number + one.samples
  );
  assert(span !== undefined, `sample ${number} was not captured`);
  return span;
}

function locate(
  samples: Samples,
  at: number,
  spans: readonly CapturedSpan[],
  { from, sampleRate, drift = 0 }: ExportedAudio,
): Stretch {
  const time = from + at / sampleRate * 1000;
  const slack = Math.ceil((drift + 0.003) * sampleRate);
  for (const span of spans) {
    const near = Math.round((time - span.start) * sampleRate / 1000);
    if (near < -slack || near > span.samples + slack) continue;
    for (let away = -slack; away <= slack; away++) {
      const number = span.number + near + away;
      // The log knows the place of a hole to a millisecond.
      const least = span.number - (span.isAfterHole ? slack : 0);
      if (number < least || number >= span.number + span.samples) continue;
      const length = samples.matching(at, number);
      const isEnd = at + length === samples.length && length > 0;
      const end = spans.find((one) =>
        one.number + one.samples === number + length
      );
      if (length < SURE && !isEnd && end === undefined) continue;
      if (length === 0) continue;
      // A stretch may continue in the next span, across seams of chunks.
      return { at, number, samples: upToHole(spans, number, length) };
    }
  }
  throw new Error(`sample ${at} of the file was not captured at that time`);
}

/** Numbers continue where nothing was captured in between. */
function upToHole(
  spans: readonly CapturedSpan[],
  number: number,
  length: number,
): number {
  let end = number;
  for (const span of spans) {
    if (end < span.number || end >= span.number + span.samples) continue;
    end = span.number + span.samples;
  }
  return Math.min(length, end - number);
}

function assertMissing(
  { missing, sampleRate }: ExportedAudio,
  at: number,
  length: number,
): void {
  // Times in the report have whole milliseconds.
  const slack = 0.002;
  let place = at / sampleRate;
  const end = (at + length) / sampleRate;
  for (const { at: start, start: from, end: to } of missing) {
    const until = start + (to - from) / 1000;
    if (start <= place + slack && until > place) place = until;
  }
  assert(
    place >= end - slack,
    `silence from ${
      at / sampleRate
    } s to ${end} s is not reported from ${place} s on: ${
      JSON.stringify(missing)
    }`,
  );
}

/** The samples of a file. */
class Samples {
  readonly length: number;
  readonly #audio: ExportedAudio;
  readonly #width: number;

  constructor(audio: ExportedAudio) {
    this.#audio = audio;
    this.#width = audio.bits / 8;
    const frame = audio.channels * this.#width;
    assertEquals(audio.pcm.length % frame, 0);
    this.length = audio.pcm.length / frame;
  }

  /** Returns how many samples from a place on are zero in all channels. */
  zerosFrom(at: number): number {
    const frame = this.#audio.channels * this.#width;
    const { pcm } = this.#audio;
    let index = at * frame;
    while (index < pcm.length && pcm[index] === 0) index++;
    return Math.floor((index - at * frame) / frame);
  }

  /** Returns how many samples from a place on have the numbers from one on. */
  matching(at: number, number: number): number {
    const { channels, bits } = this.#audio;
    for (let index = at; index < this.length; index++) {
      for (let channel = 0; channel < channels; channel++) {
        const value = valueOf(number + index - at, channel, bits);
        if (this.#value(index, channel) !== value) return index - at;
      }
    }
    return this.length - at;
  }

  #value(index: number, channel: number): number {
    const { pcm, channels } = this.#audio;
    const at = (index * channels + channel) * this.#width;
    let value = 0;
    for (let byte = 0; byte < this.#width; byte++) {
      value |= (pcm[at + byte] ?? 0) << (8 * byte);
    }
    const unused = 32 - 8 * this.#width;
    return value << unused >> unused;
  }
}

/** Decodes a file with ffmpeg into plain samples. */
export async function decodeFile(
  path: string,
  form: string,
): Promise<Uint8Array> {
  const { success, stdout, stderr } = await new Deno.Command("ffmpeg", {
    args: ["-v", "error", "-i", path, "-f", form, "-"],
    stdout: "piped",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return stdout;
}
