/**
 * What is worth a warning at the start of a recording.
 *
 * @module
 */

import type { Device } from "../../../audio/device.ts";
import {
  describeMissingServer,
  missingServer,
} from "../../../audio/sound_server.ts";
import type { Settings } from "../../../config/settings.ts";
import { messageOf } from "../../../errors.ts";
import type { WarningCode } from "../../../events.ts";
import { namedCard, soundCards } from "../../../ffmpeg/devices/cards.ts";
import { host } from "../../../platform/host.ts";
import { isPublic } from "../../../sessions/folder.ts";

/** A recording that is about to begin. */
export interface Starting {
  /** Its settings. */
  readonly settings: Pick<Settings, "device" | "redactDevice">;
  /** Its device. */
  readonly device: Device;
  /** The device as given, or the default. */
  readonly deviceSpec: string;
  /** Its folder. */
  readonly folder: string;
  /** Errors of the registry. */
  readonly problems: readonly unknown[];
}

/** A warning for the log. */
export interface StartWarning {
  /** Its code. */
  readonly code: WarningCode;
  /** The same in words. */
  readonly message: string;
  /** What the terminal shows, or `null`. */
  readonly shown: string | null;
}

/** Returns the warnings of a start. */
export function startWarnings(
  { settings, device, deviceSpec, folder, problems }: Starting,
): StartWarning[] {
  const warnings: StartWarning[] = [];
  const add = (code: WarningCode, message: string, shown: string | null) =>
    warnings.push({ code, message, shown });
  // The name is a device's name, too.
  const named = settings.redactDevice
    ? null
    : namedCard(device, soundCards() ?? "");
  if (named !== null) {
    const message =
      `${deviceSpec} is ${named} now; its number can change at boot`;
    add("card_number", message, null);
  }
  if (isPublic(folder)) {
    const message =
      `Other users can read ${folder}: its file system does not keep it private`;
    add("folder_not_private", message, message);
  }
  const server = settings.device === null ? missingServer(host) : null;
  if (server !== null) {
    const message = describeMissingServer(server, deviceSpec);
    add("sound_server_missing", message, message);
  }
  for (const problem of problems) {
    const message = messageOf(problem);
    add(
      "registry_write_failed",
      message,
      `${message}; another recording of the same device would not be refused`,
    );
  }
  return warnings;
}
