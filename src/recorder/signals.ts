/**
 * Ends a session from outside: by signals and uncaught errors.
 *
 * @module
 */

import type { StopReason } from "../events.ts";
import { installFlushHooks } from "../log/write/exit_hooks.ts";
import type { SessionLog } from "../log/write/session_log.ts";
import { ignoresHangup } from "../platform/host.ts";
import { handleSignals } from "../platform/programs/handled_signals.ts";

/** A session that can be stopped. */
export interface Stoppable {
  /** Asks it to stop. */
  stop(reason: StopReason): void;
  /** Stops it because of an uncaught error. */
  fail(error: unknown): void;
}

/** The signal with which `echolog stop` asks a recorder to stop. */
export const STOP_SIGNAL = "SIGUSR1";

const SIGNAL_REASONS: readonly (readonly [Deno.Signal, StopReason])[] =
  Deno.build.os === "windows"
    ? [["SIGINT", "interrupted"], ["SIGBREAK", "terminated"]]
    : [
      ["SIGINT", "interrupted"],
      ["SIGTERM", "terminated"],
      ["SIGHUP", "hangup"],
    ];

/**
 * Whether a recorder can be asked to stop by {@linkcode STOP_SIGNAL}; on Windows
 * it cannot listen for that.
 */
export function hasStopSignal(): boolean {
  try {
    const listener = () => {};
    Deno.addSignalListener(STOP_SIGNAL, listener);
    Deno.removeSignalListener(STOP_SIGNAL, listener);
    return true;
  } catch {
    return false;
  }
}

/**
 * Listens for signals from its construction and passes them to the sessions of
 * a recorder. Signals that come before them are not lost.
 */
export class SignalListener implements Disposable {
  readonly #sessions = new Set<Stoppable>();
  #pending: StopReason | null = null;
  readonly #stopped = new AbortController();
  readonly #undo: (() => void)[] = [];

  /**
   * Listens for signals; uncaught errors are not handled until there is a
   * session.
   */
  constructor() {
    // Under nohup the session outlives the terminal. SIGHUP still needs a
    // listener: with a listener for any other signal, Deno ends on SIGHUP.
    const ignored = ignoresHangup() ? "SIGHUP" : null;
    const handling = handleSignals();
    this.#undo.push(() => handling[Symbol.dispose]());
    const reasons = hasStopSignal()
      ? [...SIGNAL_REASONS, [STOP_SIGNAL, "stop_command"] as const]
      : SIGNAL_REASONS;
    for (const [signal, reason] of reasons) {
      const listener = () => {
        if (signal !== ignored) this.#stop(reason);
      };
      Deno.addSignalListener(signal, listener);
      this.#undo.push(() => Deno.removeSignalListener(signal, listener));
    }
  }

  /** Aborted by the first signal that stops the session. */
  get signal(): AbortSignal {
    return this.#stopped.signal;
  }

  /**
   * Passes past and future signals to `session`, and flushes `log` at every end
   * of the process, until disposed of.
   */
  attach(session: Stoppable, log: SessionLog): Disposable {
    this.#sessions.add(session);
    if (this.#pending !== null) session.stop(this.#pending);
    const hooks = installFlushHooks(log, ({ kind, error, event }) => {
      if (kind === "unload") return;
      // The session ends in order instead of the process at once.
      event.preventDefault();
      session.fail(error);
    });
    return {
      [Symbol.dispose]: () => {
        this.#sessions.delete(session);
        hooks[Symbol.dispose]();
      },
    };
  }

  /** Stops listening. */
  [Symbol.dispose](): void {
    for (const undo of this.#undo.splice(0)) undo();
  }

  #stop(reason: StopReason): void {
    this.#pending ??= reason;
    this.#stopped.abort();
    for (const session of this.#sessions) session.stop(reason);
  }
}
