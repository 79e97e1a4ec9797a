/**
 * What the causes of a failure mean to somebody who has not recorded yet.
 *
 * @module
 */

import type { Cause } from "../session/cause.ts";

/** A cause in words. */
export interface Advice {
  /** What it means. */
  readonly meaning: string;
  /** What to do. */
  readonly next: string;
  /** What to do instead where the device is an address. */
  readonly nextForUrl?: string;
}

const LOOK =
  "check that the device is connected and its server runs; echolog devices lists what there is";
const LOOK_THERE =
  "check that the address is right and something answers there";
const RUN_IT = "run ffmpeg by hand to see why";

/** The causes that a trial can end with, and what to do about each. */
export const ADVICE: Readonly<Record<Cause, Advice>> = {
  stall: {
    meaning: "the device gives no audio",
    next: LOOK,
    nextForUrl: LOOK_THERE,
  },
  folder_gone: { meaning: "the folder is gone", next: "make it again" },
  disk_full: { meaning: "the disk is full", next: "make room on it" },
  device_busy: {
    meaning: "another program has the device to itself",
    next: "end that program, or record through the sound server",
  },
  permission_denied: {
    meaning: "this user may not use the device",
    next:
      "let the user use it: on Linux by the group audio, elsewhere in the system's privacy settings",
    nextForUrl: "check the user name and the password in the address",
  },
  settings_refused: {
    meaning: "ffmpeg refuses the settings",
    next: "change the device, rate, channels or ffmpeg arguments it names",
  },
  device_missing: {
    meaning: "the device cannot be opened",
    next: LOOK,
    nextForUrl: LOOK_THERE,
  },
  device_gone: {
    meaning: "the device went away",
    next: LOOK,
    nextForUrl: LOOK_THERE,
  },
  ffmpeg_killed: { meaning: "ffmpeg was killed", next: RUN_IT },
  ffmpeg_unusable: { meaning: "ffmpeg cannot be run", next: RUN_IT },
  ffmpeg_exited: { meaning: "ffmpeg ended without a word", next: RUN_IT },
};
