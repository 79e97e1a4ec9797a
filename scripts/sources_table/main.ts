/**
 * Records from every kind of source, for real and with faults, and compares the
 * chunks and the log with what the source sent and when.
 *
 * Needs Linux, ffmpeg and PulseAudio. PipeWire, JACK (jackd2, gst-launch-1.0),
 * Icecast and GStreamer's RTSP server for Python are used where they are
 * installed; a row whose source is missing or does not play is "not run".
 *
 * Run: `scripts/sources [--list] [--only NAME[,NAME…]] [--write]`
 *
 *   --list           lists the rows
 *   --only NAME      runs this row, or all whose names begin with NAME-
 *   --echolog PATH   runs this binary; otherwise echolog from source
 *   --ffmpeg PATH    another ffmpeg, for the rows of PulseAudio, of HTTP and of
 *                    formats; may be given more than once
 *   --keep FOLDER    keeps the sessions there
 *   --write          writes all results in dist/sources.json, where every run
 *                    adds its own, into docs/sources.md; rows that have none
 *                    there stay as they are
 *
 * Ends with 1 when a row is wrong.
 *
 * @module
 */

import { dirname, fromFileUrl } from "@std/path";
import { runProgram } from "../../tests/support/program.ts";
import { endedOnInterrupt } from "../benchmarks/interrupt.ts";
import { readOptions } from "./options.ts";
import { cellsOf, merged, type Result, withTable } from "./report.ts";
import { ROWS } from "./rows.ts";
import { runRow } from "./run_row.ts";
import type { Row } from "./stacks/stack.ts";

const RESULTS = path("../../dist/sources.json");
const DOCUMENT = path("../../docs/sources.md");

const names = ROWS.map(({ name }) => name);
const options = readOptions(Deno.args, names);
if (typeof options === "string") {
  console.error(`sources: ${options}`);
  Deno.exit(2);
}
if (options.list) {
  for (const { name, source, fault } of ROWS) {
    console.log(`${name.padEnd(24)} ${source}; fault: ${fault}`);
  }
  Deno.exit(0);
}
if (options.echolog !== null) Deno.env.set("ECHOLOG_BIN", options.echolog);
if (options.keep !== null) Deno.mkdirSync(options.keep, { recursive: true });

const { only, keep } = options;
const chosen = ROWS.filter(({ name }) =>
  only.length === 0 || only.includes(name)
);
const ffmpegs = options.ffmpegs.length > 0 ? options.ffmpegs : ["ffmpeg"];
for (const ffmpeg of ffmpegs) {
  const version = await versionOf(ffmpeg);
  const isOther = options.ffmpegs.length > 0;
  for (const row of chosen) {
    if (isOther && row.isForAll !== true) continue;
    await runAndNote(row, ffmpeg, version);
  }
}
if (options.write) {
  const text = withTable(
    Deno.readTextFileSync(DOCUMENT),
    readResults(),
    names,
  );
  Deno.writeTextFileSync(DOCUMENT, text);
}

async function runAndNote(
  row: Row,
  ffmpeg: string,
  version: string,
): Promise<void> {
  const { name, source, fault, format, signal } = row;
  const { rate, channels } = signal;
  const owned: Row = {
    ...row,
    open: async (opening) => endedOnInterrupt(await row.open(opening)),
  };
  const result: Result = {
    ...{ name, source, fault, ffmpeg: version },
    format: `${format}, ${rate / 1000} kHz, ${channels} ch`,
    outcome: await runRow(owned, { ffmpeg, keep }).catch((error: unknown) => ({
      kind: "failed",
      why: error instanceof Error ? error.message : String(error),
    })),
  };
  console.log(cellsOf(result).join(" | "));
  if (isWrong(result)) Deno.exitCode = 1;
  Deno.mkdirSync(dirname(RESULTS), { recursive: true });
  const results = merged(readResults(), [result], names);
  Deno.writeTextFileSync(RESULTS, JSON.stringify(results, null, 1));
}

function isWrong({ outcome }: Result): boolean {
  return outcome.kind === "failed" ||
    outcome.kind === "recorded" && outcome.findings.problems.length > 0;
}

/** Results of this run and of earlier ones. */
function readResults(): Result[] {
  try {
    return JSON.parse(Deno.readTextFileSync(RESULTS));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

async function versionOf(ffmpeg: string): Promise<string> {
  const { stdout } = await runProgram(ffmpeg, ["-version"]);
  return /version (\d+\.\d+(?:\.\d+)?)/.exec(stdout)?.[1] ?? "unknown";
}

function path(relative: string): string {
  return fromFileUrl(new URL(relative, import.meta.url));
}
