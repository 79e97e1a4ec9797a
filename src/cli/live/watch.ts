/**
 * Shows something repeatedly, for `--watch`.
 *
 * @module
 */

import type { FullScreen } from "../../terminal/full_screen.ts";

const WATCH_MS = 1_000;

/**
 * Shows something repeatedly until Ctrl-C, or until the reader of stdout has
 * closed the pipe.
 *
 * @param screen The screen that it is shown on.
 * @param show Shows it once.
 */
export async function watch(
  screen: FullScreen,
  show: () => Promise<void>,
): Promise<void> {
  const { promise: end, resolve } = Promise.withResolvers<void>();
  let isOver = false;
  const stop = () => {
    isOver = true;
    resolve();
  };
  const signals: Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT"]
    : ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) Deno.addSignalListener(signal, stop);
  try {
    while (!isOver) {
      await show();
      await screen.pause(WATCH_MS, end);
    }
  } catch (error) {
    // The reader closed the pipe.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  } finally {
    for (const signal of signals) Deno.removeSignalListener(signal, stop);
  }
}
