/**
 * Why a run ended unasked, as one word for the log.
 *
 * @module
 */

import type { Exit } from "../ffmpeg/process.ts";

/** Why audio stopped. */
export type Cause =
  | "stall"
  | "folder_gone"
  | "disk_full"
  | "device_busy"
  | "permission_denied"
  | "settings_refused"
  | "device_missing"
  | "device_gone"
  | "ffmpeg_killed"
  | "ffmpeg_unusable"
  | "ffmpeg_exited";

/** What is known of a run that ended. */
export interface Ending {
  /** How ffmpeg ended. */
  readonly exit: Exit;
  /** Why echolog itself ended the run, or `null`. */
  readonly endedFor: "stall" | "folder_gone" | null;
  /** Whether it captured anything. */
  readonly hadAudio: boolean;
  /** ffmpeg's last lines of severity error, oldest first. */
  readonly errors: readonly string[];
}

/** What ffmpeg and the C library say, and what it means. */
const MESSAGES: readonly (readonly [RegExp, Cause])[] = [
  [/No space left on device|Disk quota exceeded/i, "disk_full"],
  [/Device or resource busy/i, "device_busy"],
  [
    /Unknown input format|Invalid channel layout|Invalid audio stream|does not contain any stream|matches no streams|Unrecognized option|Option .+ not found|Unknown encoder|Error splitting the argument list|Error parsing/i,
    "settings_refused",
  ],
  [/Permission denied|Operation not permitted/i, "permission_denied"],
];

/** Names the cause of a run's end. */
export function causeOf(ending: Ending): Cause {
  if (ending.endedFor !== null) return ending.endedFor;
  const text = ending.errors.join("\n");
  const [, told] = MESSAGES.find(([pattern]) => pattern.test(text)) ?? [];
  if (told !== undefined) return told;
  if (ending.exit.signal !== null) return "ffmpeg_killed";
  // ffmpeg exits 0 when a device vanishes.
  if (ending.hadAudio) {
    return ending.exit.code === 0 || text !== ""
      ? "device_gone"
      : "ffmpeg_exited";
  }
  return text === "" ? "ffmpeg_exited" : "device_missing";
}
