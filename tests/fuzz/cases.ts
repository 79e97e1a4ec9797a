/**
 * The cases of the fuzzer: damaged files, and the readers that get them.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { copySync } from "@std/fs/copy";
import { join } from "@std/path";
import { renderExample } from "../../src/config/reference.ts";
import type { Random } from "../support/random.ts";
import { runChecked } from "./commands.ts";
import { mutate } from "./mutate.ts";
import { OUTPUTS, PARSERS } from "./parsers.ts";

const IS_TEXT = /\.(?:log(?:\.\d+)?|json|jsonl|conf)$/;
/** The formats of the real sessions. */
export const FORMATS = ["flac", "wav", "opus", "mp3"] as const;
/** What echolog has in a home besides sessions. */
const OWN = [".local", "fuzzed.conf"];
/** A file outside of every session. */
export const CANARY = "chunk_00001.flac";

/** Says what begins; what takes too long is ended by who listens. */
export type Begin = (what: string) => void;

/** Runs a case; throws when it breaks a rule. */
export async function runCase(
  home: string,
  random: Random,
  begin: Begin,
): Promise<void> {
  await random.pick([
    readOutput,
    readConfig,
    readSession,
    readSession,
    readSession,
  ])(
    home,
    random,
    begin,
  );
}

function readOutput(
  _: string,
  random: Random,
  begin: Begin,
): Promise<void> {
  const [first = "", ...rest] = OUTPUTS;
  const output = new TextEncoder().encode(random.pick([first, ...rest]));
  const lines = new TextDecoder().decode(mutate(output, true, random)).split(
    "\n",
  );
  for (const [at, parse] of PARSERS.entries()) {
    begin(`parser ${at}`);
    parse(lines);
  }
  return Promise.resolve();
}

async function readConfig(
  home: string,
  random: Random,
  begin: Begin,
): Promise<void> {
  const example = renderExample().replaceAll(/^#(?=\w)/gm, "");
  const path = join(home, "fuzzed.conf");
  Deno.writeFileSync(
    path,
    mutate(new TextEncoder().encode(example), true, random),
  );
  begin("config");
  await runChecked(["config", "show", "--config", path]);
  await runChecked([
    "config",
    "set",
    "--config",
    path,
    "recording.channels",
    "2",
  ]);
  await runChecked([
    "sessions",
    "--config",
    path,
    "--output-dir",
    join(home, "real"),
  ]);
}

async function readSession(
  home: string,
  random: Random,
  begin: Begin,
): Promise<void> {
  const place = join(home, "place");
  const folder = join(place, "recordings", "night");
  copySync(join(home, "real", random.pick(FORMATS)), folder);
  if (random.oneIn(2)) interrupt(folder, random);
  const files = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  for (let count = random.int(1, 3); count > 0; count--) {
    const path = join(folder, files[random.int(0, files.length - 1)] ?? "");
    Deno.writeFileSync(
      path,
      mutate(Deno.readFileSync(path), IS_TEXT.test(path), random),
    );
  }
  if (random.oneIn(5)) link(folder, files, join(home, "outside"), random);
  const exported = join(home, "exported");
  Deno.mkdirSync(exported, { recursive: true });
  const own = [folder, exported, ...OWN.map((path) => join(home, path))];
  const before = treeOf(home, own);
  try {
    const place = ["--output-dir", join(home, "place", "recordings")];
    for (
      const args of [
        ["sessions", ...place],
        ["status", ...place],
        ["logs", folder],
        ["logs", folder, "--event", "gap,chunk_created,warning"],
        ["explain", folder],
        ["explain", "--json", folder],
        ["explain", join(folder, "session.log")],
        ["repair", "--force", folder],
        ["repair", "--force", folder],
        ["explain", folder],
        ["verify", folder],
        // A damaged time may make a gap of years.
        [
          "export",
          "--gaps",
          "join",
          "--force",
          "-o",
          join(exported, "x.flac"),
          folder,
        ],
      ]
    ) {
      begin(args.join(" "));
      await runChecked(args);
    }
    const after = treeOf(home, own);
    assertEquals(after, before);
  } finally {
    Deno.removeSync(place, { recursive: true });
  }
}

/** Leaves a session as a recorder that died does. */
function interrupt(folder: string, random: Random): void {
  const log = join(folder, "session.log");
  const lines = Deno.readTextFileSync(log).split("\n");
  const kept = random.int(1, lines.length - 1);
  Deno.writeTextFileSync(log, `${lines.slice(0, kept).join("\n")}\n`);
  const state = join(folder, "session.json");
  Deno.writeTextFileSync(
    state,
    Deno.readTextFileSync(state).replace(
      /"state": ?"ended"/,
      '"state":"recording"',
    ),
  );
  for (const { name } of [...Deno.readDirSync(folder)]) {
    if (/^chunk_0000[23]/.test(name) && random.oneIn(2)) {
      Deno.renameSync(join(folder, name), join(folder, `${name}.part`));
    }
  }
}

/** Puts a link to a file outside in the place of one of the session. */
function link(
  folder: string,
  files: readonly string[],
  outside: string,
  random: Random,
): void {
  const path = join(folder, files[random.int(0, files.length - 1)] ?? "");
  Deno.removeSync(path);
  Deno.symlinkSync(join(outside, CANARY), path);
}

/** Returns all that is known about what is below a place, except some of it. */
function treeOf(place: string, except: readonly string[]): string[] {
  return [...Deno.readDirSync(place)].flatMap(({ name, isDirectory }) => {
    const path = join(place, name);
    if (except.includes(path)) return [];
    const { ino, mode, nlink, size, mtime, ctime } = Deno.lstatSync(path);
    // The session in it may be removed as a whole.
    const times = path.endsWith("/recordings") ? [] : [mtime, ctime];
    const facts = [ino, mode, nlink, size, ...times.map(Number)];
    return [
      `${path} ${facts.join(" ")}`,
      ...(isDirectory ? treeOf(path, except) : []),
    ];
  }).sort();
}
