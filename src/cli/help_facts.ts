/**
 * What help and the manual page say besides commands and options.
 *
 * @module
 */

import { EXIT_CODES } from "../errors.ts";

/** An entry of a list: a word, and what it means. */
export type Entry = readonly [word: string, meaning: string];

/** Exit codes. */
export const EXIT_CODE_ENTRIES: readonly Entry[] = [
  ["0", "done; for record: stopped as requested, even if audio is missing"],
  [
    String(EXIT_CODES.failed),
    "the recording failed; verify found a mismatch; export --strict misses audio; another command failed",
  ],
  [
    String(EXIT_CODES.usage),
    "invalid flag, value, session or configuration; nothing was changed",
  ],
  [
    String(EXIT_CODES.inactive),
    "status, stop: nothing is being recorded; export: no audio then",
  ],
  [String(EXIT_CODES.ffmpeg_unusable), "ffmpeg is missing or cannot run"],
  [String(EXIT_CODES.folder), "the session's folder cannot be created"],
  [String(EXIT_CODES.busy), "the device is being recorded by another session"],
];

/** Variables of the environment. */
export const ENVIRONMENT_ENTRIES: readonly Entry[] = [
  ["ECHOLOG_CONFIG", "path of the configuration file"],
  ["XDG_CONFIG_HOME", "folder of echolog/echolog.conf, instead of ~/.config"],
  [
    "XDG_STATE_HOME",
    "folder of the registry of active sessions, instead of ~/.local/state",
  ],
  ["XDG_RUNTIME_DIR", "leads to this user's sound server"],
  ["PULSE_SERVER", "address of a sound server"],
  ["TZ", "the time zone of times that you read and type"],
  ["NO_COLOR", "if set, no colors"],
];

/** Files. */
export const FILE_ENTRIES: readonly Entry[] = [
  ["~/.config/echolog/echolog.conf", "the configuration of a user"],
  ["/etc/echolog.conf", "the configuration of the machine"],
  ["~/recordings/ID/", "the folder of a session"],
  ["session.log, session.log.1 …", "its log, and rotated logs"],
  ["session.json", "its state, for programs"],
  ["chunks.jsonl", "the list of its chunks"],
];
