/**
 * Opens a page in the user's browser.
 *
 * @module
 */

import { toFileUrl } from "@std/path";
import { EchologError } from "../../../errors.ts";
import { startProgram } from "../../../platform/programs/spawn.ts";

/** The command that opens a file, by system. */
const OPENERS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  darwin: ["open"],
  // The empty word is the title of a window.
  windows: ["cmd", "/c", "start", ""],
};

/** How long the command is waited for: a first browser may stay in the foreground. */
const PATIENCE_MS = 3_000;

/**
 * Opens a page.
 *
 * @throws {EchologError} `failed`, when nothing can open it.
 */
export async function openInBrowser(path: string): Promise<void> {
  const [program, ...args] = OPENERS[Deno.build.os] ?? ["xdg-open"];
  const child = startProgram(program, {
    args: [...args, toFileUrl(path).href],
    stdin: "null",
    stdout: "null",
    stderr: "null",
    // It outlives this command.
    detached: Deno.build.os !== "windows",
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), PATIENCE_MS);
  });
  const status = await Promise.race([child.status, late]);
  clearTimeout(timer);
  if (status === null) {
    child.unref();
    return;
  }
  if (status.success) return;
  throw new EchologError(
    "failed",
    `Cannot open the page: ${program} ended with exit code ${status.code}`,
    { hint: `it was written; open ${path} in a browser` },
  );
}
