/**
 * Flushes the log at every end of the process that JavaScript can detect,
 * except signals.
 *
 * @module
 */

import type { SessionLog } from "./session_log.ts";

/** How the process ends. */
export interface ProcessEnd {
  /**
   * `unload` for a natural end or `Deno.exit`, otherwise the kind of uncaught
   * error.
   */
  readonly kind: "unload" | "error" | "unhandledrejection";
  /** The thrown value; `undefined` for `unload`. */
  readonly error: unknown;
  /** The event; `preventDefault()` keeps Deno from printing the error and exiting. */
  readonly event: Event;
}

/**
 * Flushes a log when the process ends, after `onEnd` has written its last
 * events.
 *
 * Deno fires `unload` at a natural end and on `Deno.exit`, but not after an
 * uncaught error, so the hooks listen for all three events. Signals are left to
 * the session, which has to stop ffmpeg first.
 *
 * @example Usage
 * ```ts
 * import { installFlushHooks } from "./exit_hooks.ts";
 * import { openSessionLog } from "./session_log.ts";
 *
 * using log = openSessionLog({
 *   path: await Deno.makeTempFile(),
 *   sessionId: "20250922T100000Z",
 *   start: Date.now(),
 * });
 * using _hooks = installFlushHooks(log, ({ kind }) => {
 *   if (kind !== "unload") console.error("about to die");
 * });
 * ```
 *
 * @param log The log.
 * @param onEnd Called before the log is flushed, so that it can write
 * `session_stop`. More than one call is possible: an uncaught error in it, or
 * an error followed by `unload`.
 * @returns Removes the hooks when it is disposed.
 */
export function installFlushHooks(
  log: SessionLog,
  onEnd: (end: ProcessEnd) => void = () => {},
): Disposable {
  const end = (kind: ProcessEnd["kind"], error: unknown, event: Event) => {
    try {
      onEnd({ kind, error, event });
    } finally {
      log.flush();
    }
  };
  const onUnload = (event: Event) => end("unload", undefined, event);
  const onError = (event: ErrorEvent) => end("error", event.error, event);
  const onRejection = (event: PromiseRejectionEvent) =>
    end("unhandledrejection", event.reason, event);
  addEventListener("unload", onUnload);
  addEventListener("error", onError);
  addEventListener("unhandledrejection", onRejection);
  return {
    [Symbol.dispose]() {
      removeEventListener("unload", onUnload);
      removeEventListener("error", onError);
      removeEventListener("unhandledrejection", onRejection);
    },
  };
}
