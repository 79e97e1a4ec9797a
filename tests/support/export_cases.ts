/**
 * Random sessions and ranges, exported and compared with what was captured.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { BitDepth } from "../../src/audio/bit_depth.ts";
import type { EpochMs } from "../../src/events.ts";
import { planRange, writeExport } from "../../src/export/export.ts";
import {
  readRecorded,
  type RecordedSession,
} from "../../src/export/recorded.ts";
import { withExactSeams } from "../../src/export/seams.ts";
import { knownSession } from "../../src/sessions/catalog.ts";
import { assertExported, decodeFile } from "./exported.ts";
import {
  makeNumberedSession,
  type NumberedSession,
  type RunMade,
  type SessionMade,
} from "./numbered_session.ts";
import { Random } from "./random.ts";
import { tempFolder } from "./temp.ts";

/** What a case takes of each kind. */
const SHAPES: readonly (readonly [number, number, BitDepth])[] = [
  [48_000, 2, 16],
  [48_000, 1, 16],
  [44_100, 2, 24],
  [8_000, 1, 24],
  [96_000, 1, 24],
  [192_000, 2, 24],
  [16_000, 8, 16],
];

/** When the sessions of these tests start. */
export const BEGIN = Date.UTC(2025, 8, 22, 10);

/** A session that was made, and its times as an export reads them. */
export interface MadeSession {
  readonly made: SessionMade;
  readonly session: NumberedSession;
  readonly recorded: RecordedSession;
}

/** Makes a session with kills, outages, holes, repeats, drift and deletions. */
export async function randomSession(
  outputDir: string,
  random: Random,
  id: string,
): Promise<MadeSession> {
  const [sampleRate, channels, bitDepth] = random.pick(
    SHAPES as [typeof SHAPES[number]],
  );
  // Chunks of whole frames, of 20 ms.
  const chunk = random.int(20, 100) / 50;
  const runs: RunMade[] = [];
  let at = random.int(0, 900) / 1000;
  const count = random.int(1, 4);
  for (let index = 0; index < count; index++) {
    const length = random.int(25, 250) / 50;
    const repeats = index > 0 && random.oneIn(3) ? random.int(5, 100) / 50 : 0;
    const hole = length > 1 && random.oneIn(3)
      ? {
        after: Math.round(random.int(10, 90) / 100 * length * 50) / 50,
        length: random.int(50, 2_000) / 1000,
      }
      : undefined;
    runs.push({
      ...{ at, length, repeats },
      unnoticed: repeats > 0 ? random.int(-40, 40) / 1000 : 0,
      ...(hole === undefined ? {} : { hole }),
    });
    at += length + (hole?.length ?? 0) +
      (repeats > 0 ? 0 : random.int(20, 3_000) / 1000);
  }
  const deleted = random.oneIn(4) ? [1] : [];
  const lost = random.oneIn(6) ? [random.int(2, 4)] : [];
  // What is missing cannot show where a repeat ends.
  const isWhole = deleted.length + lost.length === 0;
  const made: SessionMade = {
    ...{ id, start: BEGIN, sampleRate, channels, bitDepth, chunk },
    format: random.pick(["flac", "flac", "wav"]),
    // Repeats and drift together have no exact truth.
    drift: runs.some(({ repeats }) => (repeats ?? 0) > 0)
      ? 0
      : random.pick([0, 200, -200]),
    first: random.int(1, 1_000_000),
    runs: runs.map((run) => isWhole ? run : { ...run, unnoticed: 0 }),
    deleted,
    lost,
  };
  const session = await makeNumberedSession(outputDir, made);
  return { made, session, recorded: await recordedIn(session.folder) };
}

/** Reads a session as an export does. */
export async function recordedIn(folder: string): Promise<RecordedSession> {
  const known = await knownSession(folder, null);
  assert(known !== null);
  const recorded = await readRecorded(known, Date.now());
  assert(recorded !== null);
  return recorded;
}

/** Returns a range that begins or ends anywhere, also outside of the session. */
export function randomRange(
  { recorded }: MadeSession,
  random: Random,
): { from: EpochMs; to: EpochMs } {
  const { start, end } = recorded;
  const moment = () => random.int(start - 1_500, end + 1_500);
  const [one, other] = [moment(), moment()];
  return { from: Math.min(one, other), to: Math.max(one, other) + 1 };
}

/** Exports a range, and compares it with what was captured. */
export async function assertRange(
  { made, session, recorded }: MadeSession,
  { from, to }: { from: EpochMs; to: EpochMs },
  format: "flac" | "wav",
  outputDir: string,
): Promise<void> {
  const signal = new AbortController().signal;
  const exact = await withExactSeams(recorded, {
    ...{ from, to, ffmpeg: "ffmpeg", signal },
  });
  const sessions = [exact];
  const plan = planRange({
    ...{ sessions, from, to, fillsGaps: true, now: Date.now() },
  });
  const { sampleRate, channels } = made;
  assertEquals(plan.length, Math.round((to - from) * sampleRate / 1000));
  if (plan.audio === 0) return;
  const path = join(outputDir, `export.${format}`);
  const written = await writeExport(plan, sessions, {
    ...{ path, format, replaces: true, ffmpeg: "ffmpeg" },
    signal,
    onProgress: () => {},
  });
  assertEquals(written.damages, []);
  assertEquals(written.bitDepth, made.bitDepth);
  const bits = made.bitDepth;
  const pcm = await decodeFile(path, written.pcm.form);
  assertEquals(pcm.length, plan.length * channels * bits / 8);
  const longest = made.runs.reduce(
    (most, { length }) => Math.max(most, length),
    0,
  );
  assertExported({
    ...{ pcm, channels, bits, sampleRate, from, to },
    spans: session.spans,
    missing: plan.missing,
    drift: Math.abs(made.drift ?? 0) / 1e6 * longest,
  });
}

/**
 * Exports random ranges of random sessions.
 *
 * @throws {Error} with the seed and the case, when one is not what was captured.
 */
export async function assertRandomExports(
  seed: number,
  { sessions, ranges }: { sessions: number; ranges: number },
): Promise<void> {
  const random = new Random(seed);
  for (let index = 0; index < sessions; index++) {
    using folder = tempFolder();
    const made = await randomSession(folder.path, random, `s${index}`);
    for (let range = 0; range < ranges; range++) {
      const wanted = randomRange(made, random);
      const format = random.pick<"flac" | "wav">(["flac", "wav"]);
      try {
        await assertRange(made, wanted, format, folder.path);
      } catch (error) {
        throw new Error(
          `seed ${seed}, session ${index}, range ${range}: ${
            JSON.stringify({ ...made.made, ...wanted, format })
          }`,
          { cause: error },
        );
      }
    }
  }
}
