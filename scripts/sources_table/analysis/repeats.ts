/**
 * Audio that a source sent again, by the log.
 *
 * @module
 */

import type { SessionEvent } from "../../../src/events.ts";
import { overlapIn } from "../../../src/sessions/chunks/overlap.ts";
import type { Repeated } from "./timeline.ts";

/** A run that begins with repeated audio, up to the next of its chunks. */
type Current = Repeated & { readonly run: number };

/**
 * Returns, by the number of each chunk, how its run begins when that repeats
 * the audio before it.
 */
export function repeatsOf(
  events: readonly SessionEvent[],
): Map<number, Repeated> {
  const repeats = new Map<number, Repeated>();
  let end = 0;
  let pending = 0;
  let current: Current | null = null;
  for (const event of events) {
    pending = overlapIn(event) || pending;
    if (event.event !== "chunk_created") continue;
    if (pending > 0) {
      const begin = end - pending;
      current = { run: event.run, begin, length: pending, offset: 0 };
      pending = 0;
    }
    if (current !== null && current.run === event.run) {
      repeats.set(event.seq, current);
      const offset: number = current.offset + event.duration;
      current = { ...current, offset };
    }
    // What is recorded twice does not end the audio later.
    if (event.end > event.start) end = event.end / 1000;
  }
  return repeats;
}
