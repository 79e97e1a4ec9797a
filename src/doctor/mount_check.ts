/**
 * Checks the mount that recordings require, and suggests to require one.
 *
 * @module
 */

import type { Settings } from "../config/settings.ts";
import { isMountPoint, mountPointOf } from "../platform/mounts/mount_point.ts";
import { notMounted } from "../recorder/watches/mount_watch.ts";
import { shellCommand } from "../platform/shell.ts";
import { type Check, failed, ok, warning } from "./check.ts";
import { nearestFolder } from "./folder_check.ts";

const NAME = "mount";

/** Settings for the place of recordings. */
export type MountSettings = Pick<Settings, "outputDir" | "requireMount">;

/**
 * Checks that the required mount is mounted and holds the output folder.
 *
 * @param home The home folder, or `null`: its own file system is always there.
 * @returns `null` when no mount is required, and none needs to be.
 */
export async function checkMount(
  { outputDir, requireMount }: MountSettings,
  home: string | null,
): Promise<Check | null> {
  if (requireMount === null) return await suggestMount(outputDir, home);
  if (!await isMountPoint(requireMount)) {
    return failed(
      NAME,
      `${notMounted(requireMount)} (recording.require_mount)`,
      "mount its disk, or change recording.require_mount",
    );
  }
  const own = await deviceOf(outputDir);
  if (own !== null && own !== await deviceOf(requireMount)) {
    return warning(
      NAME,
      `${requireMount} is mounted, but ${outputDir} is on another file system`,
      "correct recording.require_mount or recording.output_dir",
    );
  }
  return ok(NAME, `${requireMount} is mounted`);
}

async function suggestMount(
  outputDir: string,
  home: string | null,
): Promise<Check | null> {
  const own = await deviceOf(outputDir);
  const usual = [await deviceOf("/"), home && await deviceOf(home)];
  if (own === null || usual.includes(own)) return null;
  const mount = await mountPointOf(nearestFolder(outputDir));
  const command = ["echolog", "config", "set", "recording.require_mount"];
  return ok(
    NAME,
    `${outputDir} is on the file system mounted at ${mount}; without it, recordings would fill the disk below`,
    `require it: ${shellCommand([...command, mount])}`,
  );
}

/** Returns the device that holds a path, or `null` when unknown. */
async function deviceOf(path: string): Promise<number | null> {
  try {
    return (await Deno.stat(nearestFolder(path))).dev;
  } catch {
    // The check of the folder itself reports it.
    return null;
  }
}
