/**
 * Sends notifications about a recording: takes its events, and runs a command.
 *
 * @module
 */

import { join } from "@std/path";
import type { NotifyEvent } from "../config/notify_events.ts";
import type { SessionEvent, SessionStart, Sink, Telemetry } from "../events.ts";
import type { Clock, MonotonicMs, TimerHandle } from "../platform/clock.ts";
import type { Redact } from "../redact/redact.ts";
import { LOG_FILE } from "../sessions/folder.ts";
import type { TimeFormat } from "../times/shown.ts";
import type { Moment } from "./alarm.ts";
import { NotifyMachine, type NotifyRules } from "./machine.ts";
import { messageFor, type Place, variablesOf } from "./message.ts";
import type { Notice } from "./notice.ts";
import type { NotifyQueue } from "./queue.ts";

/** Options of {@linkcode Notifier}. */
export interface NotifierOptions {
  /** When something is worth a notification. */
  readonly rules: NotifyRules;
  /** The notifications that are sent. */
  readonly on: readonly NotifyEvent[];
  /** Runs the command. */
  readonly queue: Pick<NotifyQueue, "push" | "finish" | "stop">;
  /** Name of the machine. */
  readonly machine: string;
  /** How times are shown. */
  readonly times: TimeFormat;
  /** Removes secrets from a text. */
  readonly redact: Redact;
  /** The clock. */
  readonly clock: Clock;
}

/** Sends notifications about the sessions of a recorder. */
export class Notifier implements Sink, Disposable {
  readonly #options: NotifierOptions;
  readonly #machine: NotifyMachine;
  #place: Place;
  #timer: { readonly handle: TimerHandle; readonly due: MonotonicMs } | null =
    null;

  /** A notifier before its first session. */
  constructor(options: NotifierOptions) {
    this.#options = options;
    this.#machine = new NotifyMachine(options.rules);
    const { machine } = options;
    this.#place = {
      ...{ machine, sessionId: "", device: null, folder: null, log: null },
    };
  }

  emit(event: SessionEvent): void {
    if (event.event === "session_start") this.#place = this.#placeOf(event);
    this.#send(this.#machine.event(event, this.#now()));
  }

  observe(telemetry: Telemetry): void {
    this.#send(this.#machine.observe(telemetry, this.#now()));
  }

  /** Takes a line about trouble with the log. */
  logTrouble(line: string): void {
    const problem = line.replace(/^echolog: /, "");
    this.#send(this.#machine.logTrouble(problem, this.#now()));
  }

  /** Waits for the last notifications, but no more than five seconds. */
  async finish(): Promise<void> {
    await this.#options.queue.finish();
  }

  /** Ends the command that is running. */
  [Symbol.dispose](): void {
    const { clock, queue } = this.#options;
    if (this.#timer !== null) clock.clearTimeout(this.#timer.handle);
    this.#timer = null;
    queue.stop();
  }

  #now(): Moment {
    const { clock } = this.#options;
    return { time: clock.now(), at: clock.monotonic() };
  }

  #placeOf({ session_id, device, output_dir }: SessionStart): Place {
    const folder = join(output_dir, session_id);
    const { machine } = this.#options;
    const log = join(folder, LOG_FILE);
    return { machine, sessionId: session_id, device, folder, log };
  }

  #send(notices: readonly Notice[]): void {
    const { on, queue, times, redact } = this.#options;
    for (const notice of notices) {
      if (!on.some((event) => event === notice.event)) continue;
      const message = messageFor(notice, this.#place, times, redact);
      queue.push({
        event: notice.event,
        stdin: `${JSON.stringify(message)}\n`,
        variables: variablesOf(message),
      });
    }
    this.#schedule();
  }

  /** Sets a timer for what is due next; an earlier one that waits is kept. */
  #schedule(): void {
    const { clock } = this.#options;
    const due = this.#machine.nextDue;
    if (due === null || this.#timer !== null && this.#timer.due <= due) return;
    if (this.#timer !== null) clock.clearTimeout(this.#timer.handle);
    const wait = Math.max(0, due - clock.monotonic());
    const handle = clock.setTimeout(() => {
      this.#timer = null;
      this.#send(this.#machine.due(this.#now()));
    }, wait);
    clock.unref(handle);
    this.#timer = { handle, due };
  }
}
