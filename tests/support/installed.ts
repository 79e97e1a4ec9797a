/**
 * echolog, installed in a home folder.
 *
 * @module
 */

import { join } from "@std/path";
import { echologCommand } from "./echolog.ts";

/** Installs `~/.local/bin/echolog`, which runs the echolog under test. */
export function installEcholog(home: string): void {
  const bin = join(home, ".local", "bin");
  Deno.mkdirSync(bin, { recursive: true });
  const variables = ["DENO_DIR", "JSR_URL"]
    .map((name) => `export ${name}=${quoted(Deno.env.get(name) ?? "")}\n`);
  const command = echologCommand().map(quoted).join(" ");
  Deno.writeTextFileSync(
    join(bin, "echolog"),
    `#!/bin/sh\n${variables.join("")}exec ${command} "$@"\n`,
    { mode: 0o755 },
  );
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
