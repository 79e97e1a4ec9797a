/**
 * Reports the state of a recording to systemd, in words for `systemctl status`.
 *
 * @module
 */

import type { EpochMs, SessionEvent, Sink, Telemetry } from "../events.ts";
import { type Clock, pause } from "../platform/clock.ts";
import type { Redact } from "../redact/redact.ts";
import { meaningOfCause } from "../review/explain/glossary.ts";
import type { TimeFormat } from "../times/shown.ts";
import { type CommandInput, runCommand } from "./command.ts";

/** Options of {@linkcode ServiceStatus}. */
export interface ServiceStatusOptions {
  /** The clock. */
  readonly clock: Clock;
  /** How times are shown. */
  readonly times: TimeFormat;
  /** Removes secrets from a text. */
  readonly redact: Redact;
  /** Runs a command; unless given, as a program. */
  run?(input: CommandInput, signal: AbortSignal): Promise<string | null>;
}

/** Seconds that systemd-notify may take. */
const TIMEOUT = 5;
/** Milliseconds between two states. */
const PAUSE_MS = 1_000;

/** Calls systemd-notify: READY when the session starts, STATUS when it changes. */
export class ServiceStatus implements Sink {
  readonly #options: ServiceStatusOptions;
  readonly #over = new AbortController();
  #what = "";
  #status = "";
  #sent = "";
  #states: string[] = [];
  #isSending = false;

  /** A status before the first session. */
  constructor(options: ServiceStatusOptions) {
    this.#options = options;
  }

  emit(event: SessionEvent): void {
    if (event.event === "session_start") {
      this.#what = `${event.device}, session ${event.session_id}`;
      this.#states.push("--ready");
      this.#show(`Starting to record ${this.#what}`);
    }
    // After a rollover, the recording continues in another session.
    if (event.event === "session_stop" && event.reason !== "rollover") {
      this.#over.abort();
    }
  }

  observe(telemetry: Telemetry): void {
    switch (telemetry.kind) {
      case "outage":
        this.#show(
          telemetry.outage === null
            ? this.#recording
            : `No audio since ${this.#at(telemetry.outage.since)}: ${
              meaningOfCause(telemetry.outage.cause).text
            }`,
        );
        break;
      case "silence":
        this.#show(
          telemetry.since === null
            ? this.#recording
            : `Silence since ${this.#at(telemetry.since)}: ${this.#what}`,
        );
        break;
      case "stopping":
        this.#show("Stopping: closing the last chunk");
        break;
      default:
        break;
    }
  }

  get #recording(): string {
    return `Recording ${this.#what}`;
  }

  #at(time: EpochMs): string {
    const { times } = this.#options;
    return `${times.dateTime(time)} ${times.zoneName}`;
  }

  #show(status: string): void {
    this.#status = status;
    if (!this.#isSending) void this.#send();
  }

  /** Sends the newest state; those in between are skipped. */
  async #send(): Promise<void> {
    const { clock, redact } = this.#options;
    const { signal } = this.#over;
    const run = this.#options.run ??
      ((input: CommandInput, signal: AbortSignal) =>
        runCommand(input, { clock, timeout: TIMEOUT, signal }));
    this.#isSending = true;
    while (this.#sent !== this.#status && !signal.aborted) {
      const status = this.#status;
      const states = this.#states.splice(0);
      this.#sent = status;
      const command = [
        ...["systemd-notify", ...states],
        `--status=${redact(status)}`,
      ];
      // Where there is no systemd-notify, the service has no status.
      await run({ command, stdin: "", variables: {} }, signal);
      await pause(clock, PAUSE_MS, signal);
    }
    this.#isSending = false;
  }
}
