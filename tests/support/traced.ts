/**
 * Runs echolog under strace.
 *
 * @module
 */

import { join } from "@std/path";
import { echologCommand } from "./echolog.ts";
import { readTrace, STRACE_OPTIONS, type SystemCall } from "./strace.ts";

/** The calls of echolog, or `null`, with the reason printed, where none can be seen. */
export async function traced(
  home: string,
  argv: readonly string[],
  cwd = home,
): Promise<SystemCall[] | null> {
  const trace = join(home, "trace");
  const command = argv[0] === "true"
    ? ["true"]
    : [...echologCommand(), ...argv];
  try {
    const { success, stderr } = await new Deno.Command("strace", {
      args: [...STRACE_OPTIONS, "-o", trace, ...command],
      cwd,
      env: {
        HOME: home,
        // With its name known no library asks the system's user database for it.
        USER: "nobody",
        XDG_STATE_HOME: join(home, "state"),
        ECHOLOG_CONFIG: join(home, "echolog.conf"),
        DENO_NO_UPDATE_CHECK: "1",
      },
      stdin: "null",
    }).output();
    if (argv[0] === "true" && !success) {
      const why = new TextDecoder().decode(stderr);
      console.log(`not run: strace may not look: ${why}`);
      return null;
    }
    return readTrace(Deno.readTextFileSync(trace));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.log("not run: there is no strace");
    return null;
  }
}
