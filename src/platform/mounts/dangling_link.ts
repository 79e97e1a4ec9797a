/**
 * Symbolic links whose target is missing, such as one to a disk that is not
 * mounted.
 *
 * @module
 */

import { dirname, resolve } from "@std/path";
import { isAbsent } from "../fs.ts";

/** A symbolic link whose target is missing. */
export interface DanglingLink {
  /** Path of the link. */
  readonly link: string;
  /** The missing target. */
  readonly target: string;
}

/**
 * Returns the link that makes a path unusable: the path itself, or a folder
 * above it.
 *
 * @returns `null` when no link is at fault.
 */
export function danglingLink(path: string): DanglingLink | null {
  for (let at = resolve(path);; at = dirname(at)) {
    try {
      if (!Deno.lstatSync(at).isSymlink) return null;
      Deno.statSync(at);
      return null;
    } catch (error) {
      if (!isAbsent(error)) return null;
      const target = linkTarget(at);
      if (target !== null) {
        // Of a chain of links, the last target is the one that is missing.
        return {
          link: at,
          target: danglingLink(target)?.target ?? target,
        };
      }
      if (at === dirname(at)) return null;
    }
  }
}

/** Describes a dangling link, as a phrase. */
export function describeDanglingLink({ link, target }: DanglingLink): string {
  return `${link} is a link to ${target}, which does not exist`;
}

/** What to do about a dangling link. */
export const MOUNT_TARGET = "mount the disk of that folder, or create it";

function linkTarget(path: string): string | null {
  try {
    return resolve(dirname(path), Deno.readLinkSync(path));
  } catch {
    // Not a link.
    return null;
  }
}
