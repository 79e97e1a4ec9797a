/**
 * What retention costs for each closed chunk: output folders of 100 to 100,000
 * chunks in one session and in 300. Each round closes a chunk and deletes the
 * oldest one. Time is the median of the rounds, and system calls are counted by
 * strace in runs of their own, without what reading the folder at first takes.
 * Memory is what the process holds after the rounds.
 *
 * Needs Linux and strace, and 100,000 files below the temporary folder.
 * Run: `scripts/bench retention [--rounds N]`, 400 by default; ends with 1 when a
 * chunk takes more than 10 % more calls with many chunks than with few.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";
import { Retention } from "../../src/retention/retention.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { HOUR, OutputFolder } from "../../tests/support/output_folder.ts";
import { readNumbers } from "./options.ts";
import { median } from "./statistics.ts";

/** Chunks and sessions of each row; the first is what others are compared with. */
const ROWS = [[100, 1], [100_000, 1], [3_000, 300], [100_000, 300]] as const;
/** Bytes of a chunk. */
const SIZE = 10;
/** Most that a row may take of the first one's calls. */
const LIMIT = 1.1;

const [mode = "", path = "", given = ""] = Deno.args;
if (mode === "--child") await playRounds(path, Number(given));
else await main();

async function main(): Promise<void> {
  const { rounds } = readNumbers("retention", Deno.args, {
    rounds: { defaultValue: 400, least: 20 },
  });
  console.log(
    " chunks  sessions  ms/chunk  calls/chunk  ratio     memory",
  );
  let first = 0;
  let isMet = true;
  for (const [chunks, sessions] of ROWS) {
    const { ms, calls, bytes } = await measure(chunks, sessions, rounds);
    first ||= calls;
    const ratio = calls / first;
    isMet &&= ratio <= LIMIT;
    console.log(
      [
        String(chunks).padStart(7),
        String(sessions).padStart(8),
        ms.toFixed(2).padStart(8),
        calls.toFixed(1).padStart(11),
        ratio.toFixed(2).padStart(5),
        `${(bytes / 1024 ** 2).toFixed(0)} MiB`.padStart(9),
      ].join("  "),
    );
  }
  if (!isMet) Deno.exit(1);
}

interface Measured {
  readonly ms: number;
  readonly calls: number;
  readonly bytes: number;
}

async function measure(
  chunks: number,
  sessions: number,
  rounds: number,
): Promise<Measured> {
  using out = new OutputFolder();
  const each = chunks / sessions;
  const start = Date.now() - (chunks + 10 * rounds) * HOUR;
  for (let index = 0; index < sessions; index++) {
    const isEnded = index < sessions - 1;
    out.session(`s${String(index).padStart(3, "0")}`, {
      ...{ start: start + index * each * HOUR, chunks: each, isEnded },
      size: SIZE,
    });
  }
  // What was just made must not be brought to the disk with the first round.
  await run(["sync"]);
  const { times, bytes } = JSON.parse(await child(out.path, rounds));
  const many = await countCalls(out.path, rounds);
  const few = await countCalls(out.path, 10);
  return { ms: median(times), calls: (many - few) / (rounds - 10), bytes };
}

async function child(path: string, rounds: number): Promise<string> {
  return await run([...ownCommand(), "--child", path, String(rounds)]);
}

async function countCalls(path: string, rounds: number): Promise<number> {
  using folder = new OutputFolder();
  const file = `${folder.path}/calls`;
  await run([
    ...["strace", "-f", "-c", "-o", file, "-e", "trace=%file,%desc"],
    ...ownCommand(),
    ...["--child", path, String(rounds)],
  ]);
  const total = /^100\.00\s+\S+\s+\S+\s+(\d+)/m
    .exec(Deno.readTextFileSync(file));
  return Number(total?.[1]);
}

function ownCommand(): string[] {
  return [
    ...[Deno.execPath(), "run", "-A", "--no-check", "--no-lock", "--quiet"],
    fromFileUrl(import.meta.url),
  ];
}

async function run(command: readonly string[]): Promise<string> {
  const [program = "", ...args] = command;
  const { success, stdout, stderr } = await new Deno.Command(program, { args })
    .output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** Closes chunks and applies the rule after each; prints what that took. */
async function playRounds(path: string, rounds: number): Promise<void> {
  const out = new OutputFolder(path);
  const last =
    [...Deno.readDirSync(path)].filter(({ isDirectory }) => isDirectory).map((
      { name },
    ) => name).sort().at(-1) ?? "";
  const count = out.left().length;
  const retention = new Retention({
    outputDir: path,
    rules: {
      ...{ maxAge: null, maxBytes: count * SIZE, minFreeBytes: null },
      ...{ minAge: 0, keepLogs: 1e9 },
    },
    clock: systemClock,
    boot: "boot",
    uptime: () => 0,
    freeBytes: () => Promise.resolve(null),
    onDeleted() {},
    onProblem: (where, message) => {
      throw new Error(`${where}: ${message}`);
    },
  });
  await retention.apply();
  let seq = Math.max(...out.index(last).made.keys());
  const newest = out.index(last).made.get(seq)?.end ?? 0;
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = newest + round * HOUR;
    out.add(last, ++seq, { start, chunks: 1, size: SIZE });
    const begun = performance.now();
    const { pruned } = await retention.apply();
    times.push(performance.now() - begun);
    if (pruned.length !== 1) throw new Error(`${pruned.length} chunks deleted`);
  }
  const { rss: bytes } = Deno.memoryUsage();
  console.log(JSON.stringify({ times, bytes }));
}
