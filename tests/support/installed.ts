/**
 * echolog and its units, installed in a home folder.
 *
 * @module
 */

import { fromFileUrl, join } from "@std/path";
import { echologCommand } from "./echolog.ts";

const UNITS = fromFileUrl(new URL("../../scripts/systemd", import.meta.url));

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

/** Installs the units, with a setting of `[Service]` for echolog.service. */
export function installUnits(home: string, setting: string): void {
  const units = join(home, ".config", "systemd", "user");
  const dropIn = join(units, "echolog.service.d");
  Deno.mkdirSync(dropIn, { recursive: true });
  for (const { name } of Deno.readDirSync(UNITS)) {
    Deno.copyFileSync(join(UNITS, name), join(units, name));
  }
  Deno.writeTextFileSync(join(dropIn, "test.conf"), `[Service]\n${setting}\n`);
}

/** Installs `~/.config/echolog/tell`, which keeps what it is called with. */
export function installTell(home: string): void {
  const folder = join(home, ".config", "echolog");
  Deno.mkdirSync(folder, { recursive: true });
  const file = quoted(join(home, "received"));
  Deno.writeTextFileSync(
    join(folder, "tell"),
    `#!/bin/sh\n{ echo "$ECHOLOG_EVENT: $ECHOLOG_TEXT"; cat; } >>${file}\n`,
    { mode: 0o755 },
  );
}

/** Returns what `tell` was called with: a line for each event, and its JSON. */
export function toldIn(home: string): string {
  try {
    return Deno.readTextFileSync(join(home, "received"));
  } catch {
    return "";
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
