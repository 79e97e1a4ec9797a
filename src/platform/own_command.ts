/**
 * The command lines of this program: the one that runs it again, and those that
 * it proposes to the user.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";
import { shellCommand } from "./shell.ts";

/** What echolog may do, as in scripts/permissions, and no network. */
const PERMISSIONS = ["read", "write", "run", "env", "sys"];

/** Returns the program and the arguments that run an echolog command. */
export function ownCommand(args: readonly string[]): readonly string[] {
  if (Deno.build.standalone) return [Deno.execPath(), ...args];
  const config = fromFileUrl(new URL("../../deno.json", import.meta.url));
  return [
    Deno.execPath(),
    ...["run", "--quiet", "--no-prompt", "--no-lock", `--config=${config}`],
    ...PERMISSIONS.map((name) => `--allow-${name}`),
    Deno.mainModule,
    ...args,
  ];
}

/**
 * Returns an echolog command that a user can paste into a shell, whatever the
 * names in it are. The names of sessions and folders come from files, and files
 * from strangers.
 *
 * @example Usage
 * ```ts
 * import { proposeCommand } from "./own_command.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   proposeCommand(["repair", "--force"], "evil; touch X #"),
 *   "echolog repair --force 'evil; touch X #'",
 * );
 * assertEquals(proposeCommand(["repair"], "-x"), "echolog repair -- -x");
 * ```
 *
 * @param words The command and its options.
 * @param operand Name of a session or a folder.
 */
export function proposeCommand(
  words: readonly string[],
  operand: string,
): string {
  const end = operand.startsWith("-") ? ["--"] : [];
  return shellCommand(["echolog", ...words, ...end, operand]);
}
