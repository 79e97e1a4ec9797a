/**
 * Throughput of the session log beside that of other loggers: the same lines,
 * the same limit for a file, enough old files that none is deleted. The clock
 * stops when the bytes are in the files, which are then read back.
 *
 * Each contender runs in a process of its own, all of them in each round.
 * Those from npm are fetched into `.deps`, and run on Deno and, where it is
 * there, on Node.
 *
 * Needs Linux and the npm registry; Node and Python where they are to be seen.
 * Run: `scripts/bench log [--lines N] [--rounds N]`, 200,000 lines in each of
 * seven rounds by default.
 *
 * @module
 */

import { join } from "@std/path";
import type { Contender } from "./logging/contenders.ts";
import { commandOf, findField } from "./logging/hosts.ts";
import { type Job, readOutput } from "./logging/job.ts";
import { fetchPackages } from "./logging/packages.ts";
import { Processes } from "./logging/processes.ts";
import { report } from "./logging/report.ts";
import type { Result } from "./logging/results.ts";
import { LINE_BYTES, readyLine } from "./logging/sample_lines.ts";
import { verify } from "./logging/verify.ts";
import { readNumbers } from "./options.ts";
import { reasonOf } from "../../src/platform/fs.ts";
import { tempFolder } from "../../tests/support/temp.ts";

/** Most bytes in a file; echolog's default. */
const LIMIT = 5_242_880;

/** One run of one contender. */
interface Turn {
  readonly seconds: number | null;
  readonly runtime: string;
  readonly fault: string | null;
  readonly largest: number;
}

const { lines, rounds } = readNumbers("log", Deno.args, {
  lines: { defaultValue: 200_000, least: 1 },
  rounds: { defaultValue: 7, least: 1 },
});
const processes = new Processes();
using temp = tempFolder();
/** Exit code when a signal has ended this. */
let interrupted: number | null = null;
for (
  const [signal, number] of [["SIGINT", 2], ["SIGTERM", 15], [
    "SIGHUP",
    1,
  ]] as const
) {
  Deno.addSignalListener(signal, () => {
    interrupted ??= 128 + number;
    processes.kill();
  });
}

const deps = join(import.meta.dirname ?? ".", "..", "..", ".deps");
const packages = await fetchPackages(deps, processes.run);
const { contenders, skipped } = await findField(packages, processes.run);
const job: Omit<Job, "name"> = {
  lines: join(temp.path, "lines"),
  folder: join(temp.path, "log"),
  limit: LIMIT,
  // A whole event takes more bytes than a ready-made line.
  backups: Math.ceil(lines * LINE_BYTES * 3 / LIMIT) + 1,
  packages: "folder" in packages ? packages.folder : null,
};
writeLines(job.lines, lines);
const turns = new Map<Contender, Turn[]>();
for (let round = 0; round < rounds; round++) {
  // There and back, so that none always runs behind the same one.
  const order = round % 2 === 0 ? contenders : contenders.toReversed();
  for (const contender of order) {
    if (interrupted !== null) break;
    progress(`round ${round + 1} of ${rounds}: ${contender.title}`);
    const all = turns.get(contender) ?? [];
    all.push(await runTurn(contender));
    turns.set(contender, all);
  }
}
progress("");
if (interrupted !== null) {
  Deno.exitCode = interrupted;
} else {
  console.log(report(contenders.map(resultOf), {
    lines,
    rounds,
    limit: LIMIT,
    machine: machine(),
    date: new Date().toISOString().slice(0, 16) + "Z",
    skipped,
  }));
}

async function runTurn(contender: Contender): Promise<Turn> {
  const { name, host, title } = contender;
  Deno.mkdirSync(job.folder);
  try {
    const [command, args] = commandOf(host, { ...job, name });
    const { code, output } = await processes.run(command, args);
    const answer = readOutput(output);
    if (code !== 0 || answer === null) {
      const fault = `failed: ${reasonOf(output)}`.slice(0, 70);
      if (interrupted === null) {
        console.error(`${title} on ${host} failed:\n${output}`);
      }
      return { seconds: null, runtime: host, fault, largest: 0 };
    }
    return { ...answer, ...verify(job.folder, contender, lines) };
  } finally {
    Deno.removeSync(job.folder, { recursive: true });
  }
}

function resultOf(contender: Contender): Result {
  const all = turns.get(contender) ?? [];
  return {
    contender,
    runtime: all[0]?.runtime ?? contender.host,
    costs: all.map(({ seconds }) => seconds)
      .filter((seconds) => seconds !== null)
      .map((seconds) => seconds / lines * 1e6),
    fault: all.find(({ fault }) => fault !== null)?.fault ?? null,
    largest: Math.max(...all.map(({ largest }) => largest)),
  };
}

function writeLines(path: string, count: number): void {
  using file = Deno.openSync(path, { create: true, write: true });
  const encoder = new TextEncoder();
  for (let n = 0; n < count;) {
    let text = "";
    for (; n < count && text.length < 1_000_000; n++) {
      text += readyLine(n) + "\n";
    }
    const bytes = encoder.encode(text);
    for (let done = 0; done < bytes.length;) {
      done += file.writeSync(bytes.subarray(done));
    }
  }
}

/** Prints progress to a terminal. */
function progress(text: string): void {
  if (!Deno.stderr.isTerminal()) return;
  Deno.stderr.writeSync(new TextEncoder().encode(`\r\x1b[K${text}`));
}

function machine(): string {
  const memory = Math.round(Deno.systemMemoryInfo().total / 2 ** 30);
  const [load = 0] = Deno.loadavg();
  return `${Deno.build.os} ${Deno.build.arch}, ${navigator.hardwareConcurrency} CPUs, ` +
    `${memory} GiB, load ${load.toFixed(1)}`;
}
