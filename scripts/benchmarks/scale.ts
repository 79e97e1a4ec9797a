/**
 * Whether a recording of 90 days costs no more for each chunk than one of an
 * hour. The built file records with an ffmpeg that plays its part some 40,000
 * times too fast: chunks of 300 s that ffmpeg itself made, with all that it
 * prints in 300 s, and a device that fails every twelve hours. Sessions of an
 * hour, a day, 7, 30 and 90 days are played, and `status` and `explain` are
 * timed on each.
 *
 * What is compared: the costs of a chunk, from the kernel's account of the
 * process at the moments at which one run has ended and the next begins, over
 * windows of twelve hours, without the first one. Twelve chunks are too few for
 * a clock of 10 ms, so "1 h, warm" is an hour out of the two days after the
 * first twelve hours, of fresh sessions that are played beside the others, one
 * after the other: a machine that becomes slower does so for all. Times are the
 * lower quartile of the windows, since what else runs on the machine makes them
 * longer, never shorter; growth would be in the last tenth, which is therefore
 * also held against the fresh sessions of its time. Memory is compared as
 * medians of what is resident, and at its highest. The row "1 h", of twelve
 * chunks, is all start-up and has no ratios; it is printed for who wants them.
 *
 * Time is what chunks and reports take: what happens by the clock alone (the
 * looks at the disk, the watchdog) costs the same in every hour, and no hour is
 * waited for.
 *
 * Needs Linux, bash and ffmpeg, and 600 MB below the temporary folder; takes
 * forty minutes on two slow cores, three with 7 days, which are the fewest.
 * Run: `scripts/bench scale [--days N] [--rounds N]`; ends with 1 when a limit is
 * missed. The picture goes to dist/scale.svg.
 *
 * @module
 */

import { dirname, fromFileUrl, join } from "@std/path";
import { tempFolder } from "../../tests/support/temp.ts";
import { readNumbers } from "./options.ts";
import {
  type Figures,
  figuresOf,
  lastTenthOf,
  logPerHour,
  WARM_UP,
} from "./scaling/figures.ts";
import {
  LIMIT,
  PER_DAY,
  pictureOf,
  type Row,
  tableOf,
} from "./scaling/report.ts";
import {
  play,
  type Played,
  recordChunks,
  type Stage,
} from "./scaling/session.ts";

const LENGTHS = [1 / 24, 1, 7, 30, 90];
/** The fresh sessions that tell what an hour costs. */
const FRESH = WARM_UP + 2 * PER_DAY;
/** Four files of 5 MiB, and a line. */
const MAX_LOG_BYTES = 4 * 5_242_880 + 65_536;

const [binary = "", ...words] = Deno.args;
const { days, rounds } = readNumbers("scale", words, {
  days: { defaultValue: 90, least: 7 },
  rounds: { defaultValue: 10, least: 1 },
});
const svg = fromFileUrl(import.meta.resolve("../../dist/scale.svg"));

function nameOf(days: number): string {
  return days < 1 ? "1 h" : `${days} d`;
}

/** Plays fresh sessions one after the other until stopped. */
async function playFresh(stage: Stage, over: AbortSignal): Promise<Played[]> {
  const fresh: Played[] = [];
  const signal = AbortSignal.any([stage.signal, over]);
  try {
    for (;;) fresh.push(await play({ ...stage, signal }, FRESH, 1));
  } catch (error) {
    // The one under way is not counted.
    if (!over.aborted) throw error;
    return fresh;
  }
}

/** Plays a session, and beside it fresh ones for as long as it is recorded. */
async function playBeside(
  stage: Stage,
  count: number,
): Promise<{ played: Played; fresh: Played[] }> {
  const home = join(stage.home, `beside-${count}`);
  await Deno.mkdir(home);
  const over = new AbortController();
  const fresh = playFresh({ ...stage, home }, over.signal);
  // It is waited for below, also when it has failed by then.
  fresh.catch(() => {});
  try {
    const played = await play(stage, count, rounds, async () => {
      over.abort();
      await fresh;
    });
    return { played, fresh: await fresh };
  } finally {
    over.abort();
    await fresh;
  }
}

async function playAll(home: string): Promise<{ rows: Row[]; hour: Figures }> {
  await Deno.mkdir(join(home, "chunks"));
  const chunks = await recordChunks(join(home, "chunks"));
  const stage = { binary, home, chunks, signal: interrupt.signal };
  const allFresh: Played[] = [];
  const lengths = [...LENGTHS.filter((length) => length < days), days];
  const rows: Row[] = [];
  for (const length of lengths) {
    const count = Math.round(length * PER_DAY);
    const { played, fresh } = await playBeside(stage, count);
    allFresh.push(...fresh);
    const figures = figuresOf([played]);
    rows.push({
      name: nameOf(length),
      days: length,
      chunks: count,
      played,
      fresh,
      figures,
    });
    console.error(`scale: ${nameOf(length)} of ${nameOf(days)} played`);
    if (!played.explained.includes(` ${count} chunks`)) {
      console.error(`scale: explain does not report ${count} chunks`);
      isMissed = true;
    }
  }
  const hour = figuresOf(allFresh);
  if (hour === null) throw new Error("The fresh sessions are too short");
  return { rows, hour };
}

let isMissed = false;

/** Prints how much more something is than it was. */
function compare(what: string, value: string, ratio: number): void {
  const isKept = ratio <= LIMIT;
  isMissed ||= !isKept;
  console.log(
    `${what.padEnd(46)} ${value.padStart(10)}  ${
      ratio.toFixed(2)
    } times, at most ${LIMIT}: ${isKept ? "kept" : "MISSED"}`,
  );
}

/** How a time compares with one that grows with the session, by two shorter ones. */
function againstLine(
  rows: readonly Row[],
  times: (row: Row) => number,
): number {
  const [first] = rows;
  const last = rows.at(-1);
  const before = rows.at(-2);
  if (!first || !last || !before || before === first) return NaN;
  const growth = (times(before) - times(first)) / (before.days - first.days);
  const line = times(first) + Math.max(0, growth) * (last.days - first.days);
  return times(last) / line;
}

/** Holds the longest session against the limits. */
function judge(rows: readonly Row[], hour: Figures): void {
  const last = rows.at(-1);
  const [first] = rows;
  if (first === undefined || last?.figures == null) return;
  const { name, played, fresh, figures } = last;
  const lastTenth = lastTenthOf(played);
  const end = lastTenth?.figures ?? figures;
  // The machine may be slower by then.
  const then = figuresOf(
    fresh.filter(({ samples: [first] }) =>
      first !== undefined && lastTenth !== null &&
      first.time >= lastTenth.since
    ),
  ) ?? hour;
  const ms = (value: number) => `${value.toFixed(2)} ms`;
  const mib = (value: number) => `${value.toFixed(1)} MiB`;
  console.log(`\n${name} against 1 h:`);
  compare("processor time of a chunk", ms(figures.cpu), figures.cpu / hour.cpu);
  compare("  in its last tenth", ms(end.cpu), end.cpu / then.cpu);
  compare("wall time of a chunk", ms(figures.wall), figures.wall / hour.wall);
  compare("  in its last tenth", ms(end.wall), end.wall / then.wall);
  compare(
    "bytes written for a chunk",
    figures.written.toFixed(0),
    figures.written / hour.written,
  );
  compare("memory, its last tenth", mib(end.rss), end.rss / hour.rss);
  compare("memory, peak", mib(figures.peak), figures.peak / hour.peak);
  const log = logPerHour(played);
  compare(
    "log of an hour, bytes",
    log.toFixed(0),
    log / logPerHour(first.played),
  );
  compare(
    "log on disk, bytes, of four files of 5 MiB",
    String(played.logBytes),
    played.logBytes / MAX_LOG_BYTES,
  );
  const commands: [string, (row: Row) => number][] = [
    ["status", (row) => Math.min(...row.played.status)],
    ["explain", (row) => Math.min(...row.played.explain)],
  ];
  for (const [command, time] of commands) {
    const what = `${command}, its fastest, against a straight line`;
    compare(what, `${time(last).toFixed(0)} ms`, againstLine(rows, time));
  }
}

/** Plays the sessions, prints the table and draws the picture. */
async function compareAll(): Promise<void> {
  const startedAt = performance.now();
  using home = tempFolder();
  const { rows, hour } = await playAll(home.path);
  console.log(tableOf(rows, hour));
  judge(rows, hour);
  await Deno.mkdir(dirname(svg), { recursive: true });
  await Deno.writeTextFile(svg, pictureOf(rows, hour));
  const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1);
  console.log(`\npicture: ${svg}; took ${minutes} minutes`);
}

const interrupt = new AbortController();
for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.addSignalListener(signal, () => {
    interrupt.abort();
    Deno.exitCode = code;
  });
}
try {
  await compareAll();
  if (isMissed) Deno.exitCode = 1;
} catch (error) {
  // What was at work ends by the signal, too, and says so.
  if (!interrupt.signal.aborted) throw error;
}
