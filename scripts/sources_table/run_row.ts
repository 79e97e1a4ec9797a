/**
 * Runs one row of the table.
 *
 * @module
 */

import { tempFolder } from "../../tests/support/temp.ts";
import { overlapIn } from "../../src/sessions/chunks/overlap.ts";
import { type Evidence, judge } from "./analysis/judge.ts";
import { withoutBeginning } from "./analysis/timeline.ts";
import { Truth } from "./analysis/truth.ts";
import { Lateness } from "./lateness.ts";
import { Observer } from "./observer.ts";
import { readChunks, record, stopOf } from "./recording.ts";
import type { Outcome } from "./report.ts";
import { soundSkipped } from "./player.ts";
import { NotRun } from "./stacks/processes.ts";
import { pause, type Row, type Stack } from "./stacks/stack.ts";

/** Options of {@linkcode runRow}. */
export interface RunOptions {
  /** ffmpeg's path. */
  readonly ffmpeg: string;
  /** Where sessions are kept, or `null` to delete them. */
  readonly keep: string | null;
  /** Seconds to which times and gaps have to be right; otherwise the judge's. */
  readonly tolerance?: number;
}

/** Seconds in which a stack has to play. */
const PLAY_LIMIT = 20;
/** Arrivals of numbers or beeps that prove that it plays. */
const PROOF = 10;

/** How often a row is tried whose source was held up by other programs. */
const TRIES = 3;

/** Runs a row, again when its source lost sound by itself. */
export async function runRow(row: Row, options: RunOptions): Promise<Outcome> {
  let outcome: Outcome = { kind: "not run", why: "" };
  for (let tries = 0; tries < TRIES; tries++) {
    outcome = await runOnce(row, options);
    if (outcome.kind !== "not run" || outcome.why !== HELD_UP) break;
  }
  return outcome;
}

const HELD_UP = "other programs held up the player";
/** A player that was later than this, in seconds, can make a row wrong. */
const LATE = 0.1;

/** Errors may be larger by this than what held up a player, in seconds. */
const UNEXPLAINED = 0.1;

async function runOnce(
  row: Row,
  { ffmpeg, keep, tolerance }: RunOptions,
): Promise<Outcome> {
  using home = tempFolder();
  const epoch = Math.floor(Date.now() / 1000) * 1000 - 60_000;
  const skippedBefore = soundSkipped();
  try {
    await using stack = await open(row, epoch);
    await using observer = stack.reader === null
      ? null
      : new Observer(stack.reader, stack.env, row.signal, epoch);
    if (observer !== null) await waitForPlay(row, observer);
    return await measure(row, stack, observer, {
      epoch,
      ffmpeg,
      home: home.path,
      tolerance,
      skippedBefore,
    });
  } catch (error) {
    if (error instanceof NotRun) return { kind: "not run", why: error.message };
    throw error;
  } finally {
    if (keep !== null) await copyFolder(home.path, `${keep}/${row.name}`);
  }
}

async function open(row: Row, epoch: number): Promise<Stack> {
  try {
    return await row.open({ signal: row.signal, epoch });
  } catch (error) {
    if (error instanceof NotRun) throw error;
    throw new NotRun(`the source does not start: ${error}`);
  }
}

async function waitForPlay(row: Row, observer: Observer): Promise<void> {
  const limit = Date.now() + PLAY_LIMIT * 1000;
  while (observer.arrivals(row.latency ?? 0).length < PROOF) {
    if (Date.now() > limit) {
      throw new NotRun(`no sound came within ${PLAY_LIMIT} s`);
    }
    await pause(0.3);
  }
}

async function measure(
  row: Row,
  stack: Stack,
  observer: Observer | null,
  { epoch, ffmpeg, home, tolerance, skippedBefore }: {
    epoch: number;
    ffmpeg: string;
    home: string;
    tolerance: number | undefined;
    /** What all players had skipped before the source was opened, in seconds. */
    skippedBefore: number;
  },
): Promise<Outcome> {
  const breaks: number[] = [];
  using lateness = new Lateness();
  const session = await record(row, stack, {
    home,
    ffmpeg,
    onRestart: () => breaks.push((Date.now() - epoch) / 1000),
  });
  const late = lateness.most;
  const latency = row.latency ?? 0;
  const noted = await stack.arrivals?.() ?? observer?.arrivals(latency) ?? [];
  const arrivals = noted.map(({ source, at }) => ({
    source,
    at: at - epoch / 1000,
  }));
  const stop = stopOf(session);
  const chunks = await readChunks(session, row.signal, epoch, latency);
  const seconds = (time: number) => (time - epoch) / 1000;
  const start = session.eventsOf("session_start")[0]?.start ?? 0;
  const evidence: Evidence = {
    chunks: withoutBeginning(chunks, row.skip ?? 0, row.isSlow ?? false).map((
      chunk,
    ) => ({
      ...chunk,
      start: chunk.start - epoch / 1000,
      end: chunk.end - epoch / 1000,
      repeated: chunk.repeated === undefined ? undefined : {
        ...chunk.repeated,
        begin: chunk.repeated.begin - epoch / 1000,
      },
    })),
    gaps: session.eventsOf("gap").map(({ start, end }) => ({
      start: seconds(start),
      end: seconds(end),
    })),
    session: { start: seconds(start), end: seconds(start) + stop.wall },
    coverage: stop.coverage,
    repeats: session.eventsOf("warning").map(overlapIn),
    truth: new Truth(arrivals, breaks, row.segment !== undefined),
    isScattered: row.isScattered ?? false,
    segment: row.segment ?? 0,
    isSlow: row.isSlow ?? false,
    ...(tolerance === undefined ? {} : { tolerance }),
  };
  const findings = judge(evidence);
  if (findings.problems.length > 0) {
    const lost = row.fault === "none" ? observer?.disturbance(latency) ?? 0 : 0;
    const worst = Math.max(findings.timeError, findings.gapError);
    const skipped = soundSkipped() - skippedBefore;
    const explained = Math.max(lost, skipped, late > LATE ? late : 0);
    const allowed = tolerance ?? UNEXPLAINED;
    if (explained > 0 && worst < explained + allowed) throw new NotRun(HELD_UP);
  }
  return {
    kind: "recorded",
    findings,
    audio: stop.audio,
    chunks: stop.chunks,
  };
}

async function copyFolder(from: string, to: string): Promise<void> {
  // Of a row that is tried again, the last one is kept.
  await new Deno.Command("rm", { args: ["-rf", to] }).output();
  await new Deno.Command("cp", { args: ["-r", from, to] }).output();
}
