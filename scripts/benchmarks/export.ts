/**
 * How long `echolog export` takes, against ffmpeg by hand (`-ss`, concat,
 * `-c:a flac`): ten minutes out of 30 days, and 8 hours of flac; and the memory
 * that it takes for both.
 *
 * Needs Linux and ffmpeg, and 3 GB below the temporary folder.
 * Run: `scripts/bench export [--rounds N] [--hours N]`, 5 rounds and 8 hours by
 * default; ends with 1 when a limit is missed.
 *
 * @module
 */

import { join } from "@std/path";
import { chunkName } from "../../src/audio/chunk_name.ts";
import { echologCommand } from "../../tests/support/echolog.ts";
import { tempFolder } from "../../tests/support/temp.ts";
import { CHUNK, makeFlacSession } from "./flac_session.ts";
import { readNumbers } from "./options.ts";
import { median } from "./statistics.ts";

/** Chunks of 30 days. */
const CHUNKS = 30 * 24 * 3_600 / CHUNK;
/** Most time that ten minutes may take, as a multiple of ffmpeg's. */
const SHORT_LIMIT = 1.3;
/** Most time that hours may take: 0.8 of ffmpeg's speed. */
const LONG_LIMIT = 1 / 0.8;
/** Most memory for hours, as a multiple of that for ten minutes. */
const MEMORY_LIMIT = 1.2;

const { rounds, hours } = readNumbers("export", Deno.args, {
  rounds: { defaultValue: 5, least: 1 },
  hours: { defaultValue: 8, least: 1 },
});
const start = Date.UTC(2025, 8, 1);
/** The chunks that are there, in the middle of the session. */
const real = hours * 3_600 / CHUNK;
const firstReal = Math.floor((CHUNKS - real) / 2);

using home = tempFolder();
const folder = await makeFlacSession(join(home.path, "recordings"), {
  ...{ id: "20250901T000000Z", start, chunks: CHUNKS, firstReal, real },
});
const list = join(home.path, "list.txt");
Deno.writeTextFileSync(
  list,
  Array.from(
    { length: real },
    (_, index) =>
      `file '${join(folder, chunkName(firstReal + index + 1, "flac"))}'\n`,
  )
    .join(""),
);
const begun = start + firstReal * CHUNK * 1000;
const out = join(home.path, "out.flac");

let isMet = true;
console.log("what         rounds  echolog   ffmpeg  ratio  limit   memory");
const short = await compare("10 minutes", rounds, 100, 600, SHORT_LIMIT);
const long = await compare(
  `${hours} hours`,
  Math.min(rounds, 3),
  0,
  hours * 3_600,
  LONG_LIMIT,
);
const growth = long / short;
console.log(`memory for hours: ${growth.toFixed(2)} of that for ten minutes`);
if (growth > MEMORY_LIMIT) isMet = false;
if (!isMet) Deno.exit(1);

/** Exports a range with both, in turn; returns the memory of echolog. */
async function compare(
  what: string,
  count: number,
  offset: number,
  length: number,
  limit: number,
): Promise<number> {
  const own: number[] = [];
  const byHand: number[] = [];
  let memory = 0;
  for (let round = 0; round < count; round++) {
    const from = new Date(begun + offset * 1000).toISOString();
    const exported = await run([
      ...[...echologCommand(), "export", "20250901T000000Z", "--from", from],
      ...["--for", String(length), "--force", "--strict", "-o", out],
    ]);
    own.push(exported.seconds);
    memory = Math.max(memory, exported.kilobytes);
    const ffmpeg = await run([
      ...["ffmpeg", "-v", "error", "-y", "-ss", String(offset), "-f", "concat"],
      ...["-safe", "0", "-i", list, "-t", String(length), "-c:a", "flac", out],
    ]);
    byHand.push(ffmpeg.seconds);
  }
  const ratio = median(own) / median(byHand);
  if (ratio > limit) isMet = false;
  console.log([
    what.padEnd(11),
    String(count).padStart(7),
    `${median(own).toFixed(2)} s`.padStart(8),
    `${median(byHand).toFixed(2)} s`.padStart(8),
    ratio.toFixed(2).padStart(6),
    limit.toFixed(2).padStart(6),
    `${(memory / 1024).toFixed(0)} MiB`.padStart(8),
  ].join(" "));
  return memory;
}

/** Runs a command to its end; `time` tells the most memory of its own process. */
async function run(
  words: readonly string[],
): Promise<{ seconds: number; kilobytes: number }> {
  const startedAt = performance.now();
  const { code, stderr } = await new Deno.Command("/usr/bin/env", {
    args: ["time", "-f", "max %M", ...words],
    env: { HOME: home.path, NO_COLOR: "1", TZ: "UTC" },
    stdin: "null",
    stdout: "null",
  }).output();
  const seconds = (performance.now() - startedAt) / 1000;
  const said = new TextDecoder().decode(stderr);
  const [, kilobytes] = /max (\d+)\s*$/.exec(said) ?? [];
  if (code !== 0 || kilobytes === undefined) throw new Error(said);
  return { seconds, kilobytes: Number(kilobytes) };
}
