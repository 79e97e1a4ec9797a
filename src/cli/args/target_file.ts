/**
 * Files that a command is to write.
 *
 * @module
 */

import { dirname, join, resolve } from "@std/path";
import { EchologError } from "../../errors.ts";
import { assertFree } from "../../platform/drafts/draft.ts";
import { exists } from "../../platform/fs.ts";
import { LOG_FILE } from "../../sessions/folder.ts";
import { STATE_FILE } from "../../sessions/state_file.ts";

/** Returns the name of a session as the name of a file, without its extension. */
export function fileNameOf(id: string): string {
  return id.replace(/[^\p{L}\p{N}._-]/gu, "_").replace(/^[.-]+/, "_");
}

/**
 * Checks that a file can be made before anything is decoded.
 *
 * @param verb What the command does, for the message.
 * @throws {EchologError} `usage`, when it cannot.
 */
export function assertPlace(
  path: string,
  replaces: boolean,
  verb: string,
): void {
  const folder = dirname(resolve(path));
  if (exists(join(folder, LOG_FILE)) || exists(join(folder, STATE_FILE))) {
    throw new EchologError(
      "usage",
      `Cannot ${verb} into a session: ${folder}`,
      {
        hint: "what is there are recordings; choose another folder with -o",
      },
    );
  }
  if (!exists(folder)) {
    throw new EchologError("usage", `There is no folder ${folder}`, {
      hint: "make it, or choose another with -o",
    });
  }
  if (!replaces) return assertFree(path);
  if (!exists(path) || Deno.statSync(path).isFile) return;
  throw new EchologError("usage", `Cannot replace ${path}`, {
    hint: "it is not a file; choose another name with -o",
  });
}
