/**
 * Commands of `notify.command` that work, and that misbehave.
 *
 * @module
 */

import { join } from "@std/path";
import type { TempFolder } from "./temp.ts";

/** A command that appends its message and its variables to files. */
export const TELL =
  `{ cat; } >>"$HOME/received"; env | grep ^ECHOLOG_ >>"$HOME/variables"`;

/** A command. */
export interface NotifyCommand {
  /** What it does, after "it". */
  readonly name: string;
  /** The shell script. */
  readonly script: string;
  /** The reason of the first warning, or `null` where there is none. */
  readonly why: RegExp | null;
}

const NEVER_ENDS =
  /It did not end within \d+ s|It was ended with the recording/;

/** The commands. */
export const COMMANDS: readonly NotifyCommand[] = [
  { name: "works", script: TELL, why: null },
  { name: "hangs", script: "sleep 600", why: NEVER_ENDS },
  { name: "fails", script: "echo no luck >&2; exit 7", why: /code 7: no luck/ },
  { name: "floods its output", script: "yes >&2 & yes", why: NEVER_ENDS },
  {
    name: "forks",
    script: "for n in 1 2 3; do sleep 600 & done; exit 0",
    why: NEVER_ENDS,
  },
  { name: "is slow", script: `sleep 0.5; ${TELL}`, why: null },
  {
    name: "ignores signals",
    script: `trap "" TERM HUP INT; sleep 600; sleep 600`,
    why: NEVER_ENDS,
  },
];

/** Writes a configuration whose command is a shell script. */
export function configured(
  home: TempFolder,
  script: string,
  more = "",
): Record<string, string> {
  const path = join(home.path, "echolog.conf");
  const group = `echo $$ >>"$HOME/groups"; ${script}`;
  Deno.writeTextFileSync(
    path,
    `[notify]\ncommand = ${JSON.stringify(["sh", "-c", group])}\n${more}`,
  );
  return { ECHOLOG_CONFIG: path };
}

/** Returns the text of a file; none when it is missing. */
export function textOf(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}

/** Returns how often the command of {@linkcode configured} was run. */
export function countRuns(home: TempFolder): number {
  return groupsOf(home).length;
}

/** Returns the processes that are left of the commands' groups. */
export function leftovers(home: TempFolder): string[] {
  const groups = groupsOf(home);
  const { stdout } = new Deno.Command("ps", {
    args: ["-eo", "pgid=,stat=,args="],
  }).outputSync();
  return new TextDecoder().decode(stdout).split("\n").map((line) => line.trim())
    .filter((line) => groups.includes(line.split(/\s+/)[0] ?? ""))
    .filter((line) => !/^\d+\s+[ZX]/.test(line));
}

function groupsOf(home: TempFolder): string[] {
  return textOf(join(home.path, "groups")).split("\n")
    .filter((line) => line !== "");
}
