/**
 * A recorder that stays as small as it was in its first hours.
 *
 * @module
 */

import type { Sink } from "../events.ts";

/** Chunks between two collections: those of a day at the default length. */
const INTERVAL = 288;

/**
 * Collects garbage after every 288th chunk, which takes some 20 ms. V8 by
 * itself lets it lie until its heap has grown by 5 MiB: with a recorder for some
 * 2,000 chunks.
 *
 * @param collect Does it. V8's own is there where it was given the
 * {@link https://nodejs.org/api/cli.html#--expose-gc | flag} `--expose-gc`, as
 * in the built file; elsewhere V8 is left alone.
 */
export function collectGarbagePeriodically(
  collect: () => void = v8Collector(),
): Sink {
  let chunks = 0;
  return {
    emit({ event }) {
      if (event !== "chunk_created") return;
      chunks++;
      if (chunks % INTERVAL === 0) collect();
    },
  };
}

function v8Collector(): () => void {
  const gc: unknown = Reflect.get(globalThis, "gc");
  return () => {
    if (typeof gc === "function") gc();
  };
}
