/**
 * The command line that runs this program again.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";

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
