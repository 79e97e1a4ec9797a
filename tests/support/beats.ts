/**
 * A sound that beeps at each second of the wall clock and numbers its samples:
 * left the beeps, right n mod 65536.
 *
 * @module
 */

import { RATE } from "./sound_server.ts";

/** Length of a beep in samples. */
const BEEP = 480;
/** Level of a beep. */
const LOUD = 16_000;

/** Plays beats into a sink until disposed of. */
export function playBeats(
  env: Readonly<Record<string, string>>,
  sink: string,
): AsyncDisposable {
  const child = new Deno.Command("pacat", {
    args: [
      ...["-p", "--raw", `--rate=${RATE}`, "--channels=2"],
      ...["--format=s16le", "--latency-msec=200", "-d", sink],
    ],
    env: { ...env },
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const played = beats(Date.now(), RATE).pipeTo(child.stdin).catch(() => {
    // The player was killed: that is how it ends.
  });
  return {
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.status;
      await played;
    },
  };
}

/** Returns beats as bytes: sample n is that of `start` + n/`rate`. */
export function beats(
  start: number,
  rate: number,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let next = 0;
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(beatBlock(start, rate, next));
      next += BLOCK;
    },
  });
}

/** Samples of one block. */
export const BLOCK = 4_800;

/** Returns the samples from `first` on. */
export function beatBlock(
  start: number,
  rate: number,
  first: number,
): Uint8Array<ArrayBuffer> {
  const samples = new Int16Array(BLOCK * 2);
  for (let index = 0; index < BLOCK; index++) {
    const number = first + index;
    const second = ((start / 1000 + number / rate) % 1) * rate;
    samples[2 * index] = second < BEEP ? LOUD : 0;
    samples[2 * index + 1] = number % 65_536 - 32_768;
  }
  return new Uint8Array(samples.buffer);
}

/** Returns the first sample of a beep, or `null`; one at the beginning may have begun before. */
export function firstBeep(samples: Int16Array): number | null {
  for (let index = 0; index < samples.length / 2; index++) {
    if ((samples[2 * index] ?? 0) > LOUD / 2) return index;
  }
  return null;
}

/**
 * Checks that the samples of files follow each other, and returns the first and
 * the last number. Silence is not numbered: PipeWire begins with some, and a
 * player that was held up is silent, and then continues with the next number.
 */
export function assertNumbered(
  samples: Int16Array,
): { readonly first: number; readonly last: number } {
  let first: number | null = null;
  let before = 0;
  for (let index = 0; index < samples.length / 2; index++) {
    const [left = 0, number = 0] = samples.subarray(2 * index, 2 * index + 2);
    const follows = (number - before + 65_536) % 65_536 === 1;
    if (!follows && left === 0 && number === 0) continue;
    if (!follows && first !== null) {
      throw new Error(`${number} follows ${before} at ${index}`);
    }
    first ??= number;
    before = number;
  }
  return { first: first ?? 0, last: before };
}
