/**
 * Ends long work on a signal.
 *
 * @module
 */

import { handleSignals } from "../../platform/programs/handled_signals.ts";

/** Signals that end the work, and their exit codes. */
const SIGNALS: readonly (readonly [Deno.Signal, number])[] =
  Deno.build.os === "windows" ? [["SIGINT", 130]] : [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ];

/** Ends the work on a signal, which it outlives for as long as that takes. */
export function stopOnSignals(
  stop: AbortController,
): Disposable & { readonly code: number | null } {
  let code: number | null = null;
  const handling = handleSignals();
  const undo = SIGNALS.map(([signal, exitCode]) => {
    const listener = () => {
      code ??= exitCode;
      stop.abort();
    };
    Deno.addSignalListener(signal, listener);
    return () => Deno.removeSignalListener(signal, listener);
  });
  return {
    get code() {
      return code;
    },
    [Symbol.dispose]() {
      for (const one of undo) one();
      handling[Symbol.dispose]();
    },
  };
}
