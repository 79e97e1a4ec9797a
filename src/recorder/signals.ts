/**
 * What ends a session from outside: signals, and errors that nobody caught.
 *
 * @module
 */

import type { StopReason } from "../events.ts";
import { installFlushHooks } from "../log/write/exit_hooks.ts";
import type { SessionLog } from "../log/write/session_log.ts";
import { ignoresHangup } from "../platform/host.ts";

/** What can be ended. */
export interface Stoppable {
  /** Asks it to stop. */
  stop(reason: StopReason): void;
  /** Stops it because of an error that nobody caught. */
  fail(error: unknown): void;
}

const SIGNAL_REASONS: readonly (readonly [Deno.Signal, StopReason])[] =
  Deno.build.os === "windows"
    ? [["SIGINT", "interrupted"], ["SIGBREAK", "terminated"]]
    : [
      ["SIGINT", "interrupted"],
      ["SIGTERM", "terminated"],
      ["SIGHUP", "hangup"],
      ["SIGUSR1", "stop_command"],
    ];

/**
 * What `echolog stop` sends to a recorder, or `null` where no signal asks: Deno
 * {@link https://github.com/denoland/deno/pull/32689 | ends a process} of Windows
 * with each of them at once.
 */
export function stopSignal(os: typeof Deno.build.os): Deno.Signal | null {
  return os === "windows" ? null : "SIGUSR1";
}

/**
 * Listens for signals from the moment it is made, and passes them on as soon
 * as there is a session; what came earlier is not lost.
 */
export class SignalListener implements Disposable {
  #session: Stoppable | null = null;
  #pending: StopReason | null = null;
  readonly #undo: (() => void)[] = [];

  /** Listens for signals; uncaught errors are left alone until there is a session. */
  constructor() {
    // Whoever said nohup wants it to outlive the terminal. It is listened for
    // all the same: with a listener for any signal Deno ends by this one.
    const ignored = ignoresHangup() ? "SIGHUP" : null;
    for (const [signal, reason] of SIGNAL_REASONS) {
      const listener = () => {
        if (signal !== ignored) this.#stop(reason);
      };
      Deno.addSignalListener(signal, listener);
      this.#undo.push(() => Deno.removeSignalListener(signal, listener));
    }
  }

  /**
   * Passes on to `session` what has come and what will come, and flushes `log`
   * at every end of the process.
   */
  attach(session: Stoppable, log: SessionLog): void {
    this.#session = session;
    if (this.#pending !== null) session.stop(this.#pending);
    const hooks = installFlushHooks(log, ({ kind, error, event }) => {
      if (kind === "unload") return;
      // The session ends in good order instead of the process at once.
      event.preventDefault();
      session.fail(error);
    });
    this.#undo.push(() => hooks[Symbol.dispose]());
  }

  /** Stops listening. */
  [Symbol.dispose](): void {
    for (const undo of this.#undo.splice(0)) undo();
  }

  #stop(reason: StopReason): void {
    this.#pending ??= reason;
    this.#session?.stop(reason);
  }
}
