/**
 * Recordings of a source that knows what it sent, and when.
 *
 * @module
 */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { SessionStop } from "../../src/events.ts";
import {
  echolog,
  onlySession,
  type SessionOnDisk,
} from "../support/echolog.ts";
import {
  HTTP_RATE,
  type HttpSource,
  numbersIn,
  serveNumbers,
} from "../support/http_source.ts";
import { tempFolder } from "../support/temp.ts";
import { gapsOf } from "../faults/support.ts";
import { decodeFiles } from "../support/sound_server.ts";

/** Settings under which chunks and recoveries take seconds. */
export const BRIEF = `
[recording]
sample_rate = ${HTTP_RATE}
# The source is not opened before.
bit_depth = "16"
segment_duration = "2s"
[recovery]
backoff_max = "1s"
`;

/** The same, for a WAV stream: by itself, ffmpeg 7 reads it in parts of seconds. */
export const QUICK = `
[ffmpeg]
input_args = ["-max_size", "4096"]
${BRIEF}`;

/** A session that has ended, and how. */
export interface Recorded {
  /** The session. */
  readonly session: SessionOnDisk;
  /** Its last event. */
  readonly stop: SessionStop;
  /** Exit code of echolog. */
  readonly code: number;
  /** What it printed. */
  readonly stderr: string;
}

/** Records a source to its end. */
export async function recordSource(
  home: string,
  device: string,
  args: readonly string[],
  config = BRIEF,
): Promise<Recorded> {
  const path = join(home, "echolog.conf");
  Deno.writeTextFileSync(path, config);
  const { code, stderr } = await echolog(
    ["record", "--device", device, ...args],
    { home, env: { ECHOLOG_CONFIG: path } },
  );
  const session = await onlySession(join(home, "recordings"));
  const stop = session.events().at(-1);
  assert(stop?.event === "session_stop", session.logText());
  return { session, stop, code, stderr };
}

/** Records what {@linkcode serveNumbers} sends. */
export function recordNumbers(
  home: string,
  { url }: HttpSource,
  args: readonly string[],
  config = QUICK,
): Promise<Recorded> {
  return recordSource(home, url, args, config);
}

/** Returns the numbers of the samples that a session kept, in order. */
export async function keptNumbers(session: SessionOnDisk): Promise<number[]> {
  const files = session.eventsOf("chunk_created").map(({ file }) => file);
  const paths = files.map((file) => join(session.folder, file));
  return numbersIn(await decodeFiles(paths));
}

/** Returns where a number does not follow the one before it, as positions in the audio. */
export function jumpsIn(numbers: readonly number[]): number[] {
  return numbers.flatMap((number, index) =>
    index > 0 && number !== (numbers[index - 1] ?? 0) + 1 ? [index] : []
  );
}

/** Milliseconds by which a source may be late, and its truth still be exact. */
const LATE = 50;
/** How often a measurement is made that the machine spoils each time. */
const TRIES = 3;

/**
 * Records a source and checks what was recorded. When that fails and the source
 * itself was late, as on a busy machine, what it knows is not what happened, and
 * the measurement is made again.
 */
export async function measure(
  plan: Parameters<typeof serveNumbers>[0],
  args: readonly string[],
  check: (recorded: Recorded, source: HttpSource) => Promise<void> | void,
): Promise<void> {
  for (let tries = 1;; tries++) {
    using home = tempFolder();
    await using source = serveNumbers(plan);
    try {
      return await check(
        await recordNumbers(home.path, source, args),
        source,
      );
    } catch (error) {
      if (tries === TRIES || source.late < LATE) throw error;
      const late = Math.round(source.late);
      console.log(`measured again: the source was ${late} ms late`);
    }
  }
}

/** Times are right to this many seconds. */
export const EXACT = 0.1;

/**
 * Checks that the gaps of a session are those that its source knows, that
 * nothing overlaps, and that each sample has the time at which it came.
 */
export async function assertTruth(
  session: SessionOnDisk,
  source: HttpSource,
): Promise<void> {
  const gaps = gapsOf(session);
  const log = session.logText();
  assertEquals(gaps.length, source.holes.length, log);
  for (const [index, { at, length }] of source.holes.entries()) {
    const gap = gaps[index];
    assertAlmostEquals(gap?.duration ?? 0, length, EXACT, log);
    assertAlmostEquals((gap?.start ?? 0) / 1000, at / 1000, EXACT, log);
  }
  assertJoined(session);
  const numbers = await keptNumbers(session);
  const holes = source.holes.map(({ sample }) => sample);
  assertEquals(
    jumpsIn(numbers).map((index) => (numbers[index - 1] ?? 0) + 1),
    holes,
  );
}

/** Checks that chunks follow each other without an overlap. */
export function assertJoined(session: SessionOnDisk): void {
  const chunks = session.eventsOf("chunk_created");
  for (const [index, chunk] of chunks.entries()) {
    const before = chunks[index - 1];
    if (before === undefined) continue;
    assert(chunk.start >= before.end - 1, session.logText());
  }
}
