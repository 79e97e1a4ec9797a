/**
 * Makes the sound of the table, in the speed of time.
 *
 * @module
 */

import { delay } from "../../tests/support/pace.ts";
import { makeSignal, type Signal } from "./analysis/signal.ts";

/** Blocks per second. */
const BLOCKS = 50;
/** A player that is held up for longer skips what it is late with. */
const LATE_MS = 300;

let skipped = 0;

/** Returns how much all players have skipped so far, in seconds. */
export function soundSkipped(): number {
  return skipped;
}

/**
 * The sound from now on. Its samples are numbered by the clock: sample `n` is
 * due `n / rate` seconds after `epoch`, in whichever player.
 *
 * @param epoch Milliseconds since 1970, a whole second.
 */
export function soundFromNow(
  signal: Signal,
  epoch: number,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const stop = new AbortController();
  const step = signal.rate / BLOCKS;
  const blockNow = () => Math.floor((Date.now() - epoch) / 1000 * BLOCKS);
  let block = blockNow();
  return new ReadableStream({
    async pull(controller) {
      const due = epoch + (block + 1) * 1000 / BLOCKS;
      await delay(due - Date.now(), stop.signal);
      if (Date.now() - due > LATE_MS) {
        const now = blockNow();
        skipped += (now - block) / BLOCKS;
        block = now;
      }
      const samples = makeSignal(signal, block++ * step, step);
      controller.enqueue(new Uint8Array(samples.buffer));
    },
    cancel: () => stop.abort(),
  }, { highWaterMark: 0 });
}
