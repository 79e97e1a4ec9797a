/**
 * Feeds damaged files to every reader and to `repair` for a time. Nothing may
 * throw, hang, take much memory, print a control character, or touch a file
 * outside the session.
 *
 * `ECHOLOG_TEST_SEED` begins with a given case: each case has a seed of its own.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { copySync } from "@std/fs/copy";
import { join } from "@std/path";
import { renderExample } from "../../src/config/reference.ts";
import { echolog } from "../support/echolog.ts";
import { Random } from "../support/random.ts";
import { tempFolder } from "../support/temp.ts";
import { LIMIT_MS, runChecked } from "./commands.ts";
import { mutate } from "./mutate.ts";
import { OUTPUTS, PARSERS } from "./parsers.ts";

const IS_TEXT = /\.(?:log(?:\.\d+)?|json|jsonl|conf)$/;
const FORMATS = ["flac", "wav", "opus"] as const;

/** Most memory that the cases may take, in bytes. */
const MEMORY = 300e6;

/** Runs cases until the time is over. */
export async function fuzz(seconds: number): Promise<void> {
  using home = tempFolder();
  const names = ["HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"] as const;
  const old = names.map((name) => Deno.env.get(name));
  await Promise.all(FORMATS.map((format) => recordOne(home.path, format)));
  Deno.env.set("HOME", home.path);
  for (const name of names.slice(1)) Deno.env.delete(name);
  try {
    await runCases(home.path, seconds);
  } finally {
    for (const [at, name] of names.entries()) {
      const value = old[at];
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
  }
}

async function runCases(home: string, seconds: number): Promise<void> {
  const given = Deno.env.get("ECHOLOG_TEST_SEED");
  let seed = given === undefined
    ? Math.floor(Math.random() * 0x1_0000_0000)
    : Number(given);
  console.log(`first seed ${seed}, ${seconds} s`);
  let cases = 0;
  let peak = 0;
  const end = performance.now() + seconds * 1_000;
  while (performance.now() < end || cases === 0) {
    try {
      await runCase(home, new Random(seed));
      // Other tests run in this process: its resident size is not of this one.
      const { heapTotal, external } = Deno.memoryUsage();
      const memory = heapTotal + external;
      peak = Math.max(peak, memory);
      assert(memory < MEMORY, `${memory} bytes of memory`);
    } catch (error) {
      throw new Error(`Failed with ECHOLOG_TEST_SEED=${seed}`, {
        cause: error,
      });
    }
    cases++;
    seed = (seed + 1) >>> 0;
  }
  console.log(`${cases} cases, at most ${Math.round(peak / 1e6)} MB`);
}

async function recordOne(home: string, format: string): Promise<void> {
  const { code, stderr } = await echolog([
    ...["record", "--device", "test", "--format", format, "--duration", "2.5s"],
    ...["--segment-duration", "1s", "--session-id", format],
    ...["--output-dir", join(home, "real")],
  ], { home, env: { XDG_STATE_HOME: join(home, `state-${format}`) } });
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
}

async function runCase(home: string, random: Random): Promise<void> {
  await random.pick([
    readOutput,
    readConfig,
    readSession,
    readSession,
    readSession,
  ])(
    home,
    random,
  );
}

function readOutput(_: string, random: Random): Promise<void> {
  const [first = "", ...rest] = OUTPUTS;
  const output = new TextEncoder().encode(random.pick([first, ...rest]));
  const lines = new TextDecoder().decode(mutate(output, true, random)).split(
    "\n",
  );
  for (const [at, parse] of PARSERS.entries()) {
    const before = performance.now();
    parse(lines);
    const took = performance.now() - before;
    if (took > LIMIT_MS) throw new Error(`Parser ${at} took ${took} ms`);
  }
  return Promise.resolve();
}

async function readConfig(home: string, random: Random): Promise<void> {
  const example = renderExample().replaceAll(/^#(?=\w)/gm, "");
  const path = join(home, "fuzzed.conf");
  Deno.writeFileSync(
    path,
    mutate(new TextEncoder().encode(example), true, random),
  );
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

async function readSession(home: string, random: Random): Promise<void> {
  const place = join(home, "place");
  const folder = join(place, "recordings", "night");
  const outside = join(place, "outside");
  Deno.mkdirSync(outside, { recursive: true });
  Deno.writeTextFileSync(join(outside, "chunk_00001.flac"), "not a session's");
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
  const before = contentsOf(place, folder);
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
        ...(random.oneIn(10) ? [["verify", folder]] : []),
      ]
    ) await runChecked(args);
    assertEquals(contentsOf(join(home, "place"), folder), before);
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

/** Returns the files below a place, except those of one folder. */
function contentsOf(place: string, except: string): readonly string[] {
  return [...Deno.readDirSync(place)].flatMap(({ name, isDirectory }) => {
    const path = join(place, name);
    if (path === except) return [];
    return isDirectory
      ? [path, ...contentsOf(path, except)]
      : [path, Deno.readTextFileSync(path)];
  }).sort();
}
