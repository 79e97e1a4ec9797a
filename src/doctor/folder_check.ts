/**
 * Checks the folders of recordings and state, and the free space.
 *
 * @module
 */

import { dirname, join } from "@std/path";
import type { Settings } from "../config/settings.ts";
import { type Check, failed, ok, warning } from "./check.ts";
import { encodedBytes } from "../ffmpeg/command/encoded_size.ts";
import { freeBytes } from "../platform/free_space.ts";
import { isAbsent, reasonOf } from "../platform/fs.ts";
import {
  danglingLink,
  describeDanglingLink,
  MOUNT_TARGET,
} from "../platform/mounts/dangling_link.ts";
import { MIN_BYTES } from "../sessions/reserve.ts";
import { formatBytes, formatDuration } from "../terminal/units.ts";

const OUTPUT = "output";
const STATE = "state";
/**
 * Size of a test file: more than a file system keeps inside a folder's own
 * entry.
 */
const PROBE_BYTES = 4_096;

/** Settings for the place and size of recordings. */
export type OutputSettings = Pick<
  Settings,
  | "outputDir"
  | "minFreeBytes"
  | "format"
  | "sampleRate"
  | "channels"
  | "bitDepth"
  | "outputArgs"
  | "segmentDuration"
>;

/**
 * Checks that recordings can be written, and how long the free space lasts.
 *
 * @param unwritten Why ffmpeg could not write there, or `null`.
 */
export async function checkOutput(
  settings: OutputSettings,
  unwritten: string | null = null,
): Promise<Check> {
  const { outputDir } = settings;
  const dangling = danglingLink(outputDir);
  if (dangling !== null) {
    return failed(
      OUTPUT,
      describeDanglingLink(dangling),
      `${MOUNT_TARGET}, or choose another --output-dir`,
    );
  }
  let folder: string;
  try {
    folder = tryToWrite(outputDir);
  } catch (error) {
    return failed(
      OUTPUT,
      `${outputDir} cannot be written to: ${reasonOf(error)}`,
      "fix the permissions, or choose another --output-dir",
    );
  }
  const free = await freeBytes(folder);
  const check = judgeRoom(settings, free, folder !== outputDir);
  return unwritten === null || check.state === "failed" ? check : failed(
    OUTPUT,
    `ffmpeg cannot write in ${outputDir}: ${unwritten}`,
    "let ffmpeg write there (packages such as snap confine it to some folders), or choose another --output-dir or --ffmpeg",
  );
}

/** Returns the check of free space; `free` is `null` when unknown. */
export function judgeRoom(
  settings: OutputSettings,
  free: number | null,
  isNew: boolean,
): Check {
  const place = isNew
    ? `${settings.outputDir} will be created`
    : `${settings.outputDir} can be written to`;
  if (free === null) return ok(OUTPUT, place);
  // Most sources give 16 bits, and for those this is their depth.
  const bitDepth = settings.bitDepth === "auto" ? 16 : settings.bitDepth;
  const hours = free / (encodedBytes({ ...settings, bitDepth }) * 3600);
  const room = `${formatBytes(free)} free, about ${
    formatDuration(hours * 3600)
  } of ${settings.format}`;
  const makeRoom = "make room, or choose another --output-dir";
  if (free < MIN_BYTES) {
    return failed(OUTPUT, `${settings.outputDir} is full: ${room}`, makeRoom);
  }
  // Below the last bytes, a recording stops.
  const chunk = settings.segmentDuration / 3600;
  if (hours * (1 - MIN_BYTES / free) < chunk) {
    const length = formatDuration(settings.segmentDuration);
    return failed(
      OUTPUT,
      `${settings.outputDir} has no room for a chunk of ${length}: ${room}`,
      makeRoom,
    );
  }
  if (free < settings.minFreeBytes) {
    const limit = `less than disk.min_free_bytes, ${
      formatBytes(settings.minFreeBytes)
    }`;
    return warning(OUTPUT, `${place}, but ${room}: ${limit}`, makeRoom);
  }
  return ok(OUTPUT, `${place}, ${room}`);
}

/** Checks that running sessions can be registered, for status, stop and repair. */
export function checkState(stateFolder: string | null): Check {
  const next = "give this user a home folder it may write to";
  if (stateFolder === null) {
    return warning(
      STATE,
      "no home folder: status and stop do not see what is being recorded",
      next,
    );
  }
  try {
    tryToWrite(stateFolder);
    return ok(STATE, `${stateFolder} can be written to`);
  } catch (error) {
    return warning(
      STATE,
      `${stateFolder} cannot be written to: ${
        reasonOf(error)
      }; status and stop do not see what is being recorded`,
      next,
    );
  }
}

/**
 * Writes a file into a folder, or into its nearest existing parent, and removes
 * it.
 *
 * @returns the folder written to.
 * @throws errors of the file system.
 */
function tryToWrite(path: string): string {
  const folder = nearestFolder(path);
  const probe = join(folder, `.echolog-probe.${Deno.pid}`);
  Deno.openSync(probe, { createNew: true, write: true, mode: 0o600 }).close();
  try {
    Deno.writeFileSync(probe, new Uint8Array(PROBE_BYTES));
  } finally {
    Deno.removeSync(probe);
  }
  return folder;
}

/**
 * Returns a folder, or its nearest existing parent.
 *
 * @throws errors of the file system.
 */
export function nearestFolder(path: string): string {
  for (let folder = path;; folder = dirname(folder)) {
    try {
      if (Deno.statSync(folder).isDirectory) return folder;
      throw new Deno.errors.AlreadyExists(folder);
    } catch (error) {
      if (!isAbsent(error) || folder === dirname(folder)) throw error;
    }
  }
}
