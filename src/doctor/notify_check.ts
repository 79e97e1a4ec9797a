/**
 * Checks the command of notifications.
 *
 * @module
 */

import type { Settings } from "../config/settings.ts";
import { runCommand } from "../notify/command.ts";
import { messageFor, variablesOf } from "../notify/message.ts";
import { commandRedactor } from "../notify/secrets.ts";
import type { Clock } from "../platform/clock.ts";
import type { Redact } from "../redact/redact.ts";
import type { TimeFormat } from "../times/shown.ts";
import { type Check, failed, ok, warning } from "./check.ts";

/** What is needed to try the command. */
export interface NotifyTrial {
  /** The settings. */
  readonly settings: Pick<Settings, "notifyCommand" | "notifyTimeout">;
  /** The device, or `null` when it is unknown. */
  readonly device: string | null;
  /** Whether the command is run. */
  readonly isTried: boolean;
  /** Whether a program of this name or path can be run. */
  isProgram(name: string): boolean;
  /** Name of the machine. */
  readonly machine: string;
  /** How times are shown. */
  readonly times: TimeFormat;
  /** Removes secrets from a text. */
  readonly redact: Redact;
  /** The clock. */
  readonly clock: Clock;
}

/** Returns the check, or `null` without a command that is to be tried. */
export async function checkNotify(trial: NotifyTrial): Promise<Check | null> {
  const { notifyCommand, notifyTimeout } = trial.settings;
  const [program] = notifyCommand;
  const { isTried, clock, redact } = trial;
  if (program === undefined) {
    return isTried
      ? failed(
        "notify",
        "no command is set",
        "set notify.command in the configuration; see docs/notifications.md",
      )
      : null;
  }
  if (!trial.isProgram(program)) {
    return warning(
      "notify",
      `${program} is not a program that can be run: no notification is sent`,
      "correct notify.command in the configuration",
    );
  }
  if (!isTried) {
    return ok("notify", `${program}; echolog doctor --notify tries it`);
  }
  const message = messageFor(
    { event: "test", time: clock.now() },
    {
      ...{ sessionId: "", device: trial.device, machine: trial.machine },
      ...{ folder: null, log: null },
    },
    trial.times,
    redact,
  );
  const began = clock.monotonic();
  const why = await runCommand({
    command: notifyCommand,
    stdin: `${JSON.stringify(message)}\n`,
    variables: variablesOf(message),
  }, {
    clock,
    timeout: notifyTimeout,
    signal: new AbortController().signal,
  });
  if (why !== null) {
    const mask = commandRedactor(notifyCommand);
    return failed(
      "notify",
      mask(`notify.command failed: ${why}`),
      "correct notify.command, or the program that it runs",
    );
  }
  const seconds = ((clock.monotonic() - began) / 1000).toFixed(1);
  return ok("notify", `a test message was sent in ${seconds} s`);
}
