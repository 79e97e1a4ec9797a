/**
 * Mount points.
 *
 * @module
 */

import { dirname } from "@std/path";

/**
 * Whether a path is a mount point: its device differs from that of its parent,
 * or it is the root. A bind mount of the same file system is not recognized.
 */
export async function isMountPoint(path: string): Promise<boolean> {
  try {
    const real = await Deno.realPath(path);
    const parent = dirname(real);
    if (parent === real) return true;
    const [own, above] = await Promise.all([
      Deno.stat(real),
      Deno.stat(parent),
    ]);
    return own.dev !== above.dev;
  } catch {
    // Missing, not accessible, or on a disk with errors.
    return false;
  }
}

/**
 * Returns the mount point of the file system that holds an existing path.
 *
 * @throws errors of the file system.
 */
export async function mountPointOf(path: string): Promise<string> {
  let folder = await Deno.realPath(path);
  while (!await isMountPoint(folder)) folder = dirname(folder);
  return folder;
}
