/**
 * Keeps the memory of a recorder as small as in its first hours.
 *
 * @module
 */

import type { Sink } from "../events.ts";

/** Number of chunks between two collections: a day at the default length. */
const INTERVAL = 288;

/**
 * Collects garbage after every 288th chunk, which takes some 20 ms. V8 by
 * itself waits until its heap has grown by 5 MiB, which takes a recorder some
 * 2,000 chunks.
 *
 * @param collect Runs a collection. V8's own function exists with the
 * {@link https://nodejs.org/api/cli.html#--expose-gc | flag} `--expose-gc`, as
 * in the built file; otherwise nothing is collected.
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
