/**
 * echolog records audio unattended. This is its command line.
 *
 * @module
 */

import { runCommandLine } from "./src/cli/run.ts";

if (import.meta.main) Deno.exit(await runCommandLine(Deno.args));
