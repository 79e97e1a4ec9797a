/**
 * Notifications about recorders that died, by the commands that repair their
 * sessions.
 *
 * @module
 */

import { join } from "@std/path";
import { EchologError, messageOf, oneLine } from "../../errors.ts";
import { runCommand } from "../../notify/command.ts";
import { messageFor, variablesOf } from "../../notify/message.ts";
import { commandRedactor } from "../../notify/secrets.ts";
import { systemClock } from "../../platform/clock.ts";
import { machineName } from "../../platform/host.ts";
import type { RepairReport } from "../../repair/repair_session.ts";
import { LOG_FILE } from "../../sessions/folder.ts";
import { loadCommandSettings, settingsRedactor } from "./command_settings.ts";
import type { ParsedOptions } from "./options.ts";
import { timesFor } from "./times.ts";

/**
 * Sends a notification for each session whose recorder had died. One that fails
 * is reported, and does not change the result of the command.
 */
export async function notifyOfDeaths(
  reports: readonly RepairReport[],
  options: ParsedOptions,
): Promise<void> {
  const deaths = reports.filter(({ death }) => death !== undefined);
  if (deaths.length === 0) return;
  try {
    await notifyOfEach(deaths, options);
  } catch (error) {
    // A wrong configuration must not prevent the repair.
    if (!(error instanceof EchologError)) throw error;
    printError(`No notification was sent: ${messageOf(error)}`);
  }
}

async function notifyOfEach(
  reports: readonly RepairReport[],
  options: ParsedOptions,
): Promise<void> {
  const { settings } = loadCommandSettings(options);
  const { notifyCommand, notifyOn, notifyTimeout } = settings;
  if (notifyCommand.length === 0 || !notifyOn.includes("crashed")) return;
  const mask = commandRedactor(notifyCommand);
  for (const { sessionId, folder, death } of reports) {
    if (death === undefined) continue;
    const { device, stop, gaps } = death;
    const redact = settingsRedactor(settings, device);
    const place = {
      ...{ sessionId, device, folder },
      log: join(folder, LOG_FILE),
      machine: machineName(),
    };
    const message = messageFor(
      { event: "crashed", time: systemClock.now(), stop, gaps },
      place,
      timesFor(options),
      redact,
    );
    const why = await runCommand({
      command: notifyCommand,
      stdin: `${JSON.stringify(message)}\n`,
      variables: variablesOf(message),
    }, {
      clock: systemClock,
      timeout: notifyTimeout,
      signal: new AbortController().signal,
    });
    if (why === null) continue;
    printError(
      mask(redact(`The notification crashed was not sent: ${why}`)),
    );
  }
}

function printError(line: string): void {
  console.error(`echolog: ${oneLine(line)}`);
}
