/**
 * Files that a command writes for its user: each has its name only when it is
 * complete, and replaces no other unless that is wanted.
 *
 * @module
 */

import { basename, dirname, join } from "@std/path";
import { EchologError, messageOf } from "../../errors.ts";
import { isAbsent } from "../fs.ts";

/**
 * Throws when there is something at a path.
 *
 * @throws {EchologError} `usage`, naming it.
 */
export function assertFree(path: string): void {
  let isFile: boolean;
  try {
    ({ isFile } = Deno.lstatSync(path));
  } catch (error) {
    if (isAbsent(error)) return;
    throw new EchologError("usage", `Cannot use ${path}: ${reasonOf(error)}`, {
      cause: error,
      hint: "choose another name with -o",
    });
  }
  throw isFile
    ? new EchologError("usage", `There is a file ${path}`, {
      hint: "choose another name with -o, or replace it with --force",
    })
    : new EchologError("usage", `${path} is not a file`, {
      hint: "choose the name of a file with -o",
    });
}

/**
 * Makes an empty file beside the one to be written. What a killed command leaves
 * has this name.
 *
 * @param mode Its permissions; those of every new file unless given.
 * @throws {EchologError} `failed`, when it cannot be made.
 */
export function createDraft(path: string, mode = 0o666): string {
  const random = crypto.randomUUID().slice(0, 8);
  // A name may have 255 bytes.
  const name = basename(path).slice(0, 50);
  const draft = join(dirname(path), `.${name}.${random}.tmp`);
  try {
    Deno.openSync(draft, { write: true, createNew: true, mode }).close();
  } catch (error) {
    throw new EchologError(
      "failed",
      `Cannot write ${path}: ${reasonOf(error)}`,
      {
        cause: error,
        hint: "check that its folder exists and may be written",
      },
    );
  }
  return draft;
}

/** Returns why a file cannot be used. */
function reasonOf(error: unknown): string {
  return error instanceof Deno.errors.NotCapable
    ? "files cannot be made there"
    : messageOf(error);
}

/** Removes a draft that is not needed. */
export function removeDraft(draft: string): void {
  try {
    Deno.removeSync(draft);
  } catch {
    // Its disk is away, or it has its final name.
  }
}

/**
 * Writes a text file that only its user can read.
 *
 * @returns its size in bytes.
 * @throws {EchologError} `failed`, when it cannot be written; nothing is left.
 */
export function writePrivateText(
  path: string,
  text: string,
  replaces: boolean,
): number {
  const bytes = new TextEncoder().encode(text);
  const draft = createDraft(path, 0o600);
  try {
    Deno.writeFileSync(draft, bytes);
    if (!replaces) assertFree(path);
    Deno.renameSync(draft, path);
    return bytes.length;
  } catch (error) {
    removeDraft(draft);
    if (error instanceof EchologError) throw error;
    throw new EchologError(
      "failed",
      `Cannot write ${path}: ${reasonOf(error)}`,
      { cause: error, hint: "check the room on its disk" },
    );
  }
}
