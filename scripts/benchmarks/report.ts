/**
 * How long `echolog report` takes for the levels of hours of flac, against
 * ffmpeg's own decoding (`-f concat … -f null -`), in turn on the same chunks;
 * and how long a second report takes, which finds the levels in its cache.
 *
 * Needs ffmpeg, and 0.4 GB for each hour below the temporary folder.
 * Run: `scripts/bench report [--rounds N] [--hours N]`, 3 rounds and 8 hours by
 * default; ends with 1 when the levels are slower than 0.8 of ffmpeg's speed.
 *
 * @module
 */

import { join } from "@std/path";
import { chunkName } from "../../src/audio/chunk_name.ts";
import { LEVELS_FILE } from "../../src/sessions/folder.ts";
import { echologCommand } from "../../tests/support/echolog.ts";
import { tempFolder } from "../../tests/support/temp.ts";
import { CHUNK, makeFlacSession } from "./flac_session.ts";
import { readNumbers } from "./options.ts";
import { median } from "./statistics.ts";

/** Least speed, as a share of ffmpeg's. */
const LIMIT = 0.8;

const { rounds, hours } = readNumbers("report", Deno.args, {
  rounds: { defaultValue: 3, least: 1 },
  hours: { defaultValue: 8, least: 1 },
});
const id = "20250901T000000Z";
const chunks = hours * 3_600 / CHUNK;

using home = tempFolder();
const folder = await makeFlacSession(join(home.path, "recordings"), {
  ...{ id, start: Date.UTC(2025, 8, 1), chunks, firstReal: 0, real: chunks },
});
const list = join(home.path, "list.txt");
Deno.writeTextFileSync(
  list,
  Array.from(
    { length: chunks },
    (_, index) => `file '${join(folder, chunkName(index + 1, "flac"))}'\n`,
  ).join(""),
);

const own: number[] = [];
const again: number[] = [];
const byHand: number[] = [];
for (let round = 0; round < rounds; round++) {
  forgetLevels();
  own.push(await report());
  again.push(await report());
  byHand.push(
    await run([
      ...["ffmpeg", "-v", "error", "-f", "concat", "-safe", "0", "-i", list],
      ...["-f", "null", "-"],
    ]),
  );
}
const speed = median(byHand) / median(own);
const shown = (times: readonly number[]) => `${median(times).toFixed(2)} s`;
console.log(`${hours} hours of flac, ${rounds} rounds, median`);
console.log(`report, all levels measured:  ${shown(own)}`);
console.log(`report, levels in the cache:  ${shown(again)}`);
console.log(`ffmpeg's own decoding:        ${shown(byHand)}`);
console.log(
  `speed of the levels: ${speed.toFixed(2)} of ffmpeg's, at least ${LIMIT}`,
);
if (speed < LIMIT) Deno.exit(1);

/** Writes the page; returns how many seconds that takes. */
async function report(): Promise<number> {
  const page = join(home.path, "page.html");
  return await run([...echologCommand(), "report", id, "--force", "-o", page]);
}

async function run(words: readonly string[]): Promise<number> {
  const [program = "", ...args] = words;
  const startedAt = performance.now();
  const { code, stderr } = await new Deno.Command(program, {
    args,
    env: { HOME: home.path, TZ: "UTC" },
    stdout: "null",
    stderr: "piped",
  }).output();
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
  return (performance.now() - startedAt) / 1000;
}

function forgetLevels(): void {
  try {
    Deno.removeSync(join(folder, LEVELS_FILE));
  } catch (error) {
    // There are none before the first round.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
