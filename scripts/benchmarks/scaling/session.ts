/**
 * Sessions of any length in little time, and what they cost by the kernel's
 * account.
 *
 * @module
 */

import { join } from "@std/path";
import type { Seconds } from "../../../src/events.ts";
import { piecesOf } from "../../../src/ffmpeg/command/pieces.ts";
import { waitFor } from "../../../tests/support/wait.ts";
import { makeStandIn } from "../stand_in.ts";
import { readTally, type Sample } from "./tally.ts";

/** Length of a chunk. */
export const CHUNK: Seconds = 300;
/** Chunks of an hour. */
export const PER_HOUR = 3_600 / CHUNK;
/** The device fails every twelve hours. */
export const PER_RUN = 12 * PER_HOUR;
/** A run takes some seconds; on a machine with much else to do it took fifteen. */
const RUN_LIMIT_MS = 180_000;
/** The lowest rate: what echolog does is the same at every rate, and the chunks are small. */
const RATE = 8_000;

/** What it takes to play sessions. */
export interface Stage {
  /** The built echolog. */
  readonly binary: string;
  /** Home folder of the sessions. */
  readonly home: string;
  /** Real chunks of one run. */
  readonly chunks: readonly string[];
  /** Ends it all early. */
  readonly signal: AbortSignal;
}

/** A session that was played. */
export interface Played {
  /** What was seen at each beginning of a run, and at the end. */
  readonly samples: readonly Sample[];
  /** Bytes of its log's files at the end. */
  readonly logBytes: number;
  /** Wall time of each `status` at its end, in milliseconds. */
  readonly status: readonly number[];
  /** Wall time of each `explain` after it, in milliseconds. */
  readonly explain: readonly number[];
  /** What `explain` said. */
  readonly explained: string;
}

/** Lets ffmpeg itself record silence in chunks, for as long as a run is. */
export async function recordChunks(folder: string): Promise<string[]> {
  const { success, stderr } = await new Deno.Command("ffmpeg", {
    args: [
      ...["-loglevel", "error", "-f", "lavfi"],
      ...["-i", `anullsrc=r=${RATE}:cl=mono`, "-t", String(PER_RUN * CHUNK)],
      ...["-c:a", "flac", "-frame_size", String(RATE), "-f", "segment"],
      ...["-segment_time", String(CHUNK), "-segment_format", "flac"],
      join(folder, "%d.flac"),
    ],
    stdin: "null",
    stdout: "null",
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return Array.from(
    { length: PER_RUN },
    (_, index) => join(folder, `${index}.flac`),
  );
}

/** Frames of the test tone in a second. */
const { perSecond: FRAMES } = piecesOf({
  ...{ device: { kind: "test" }, inputArgs: [] },
});

/** What ffmpeg prints in the length of a chunk: the peak of each second, and of the first frame. */
function report(begin: Seconds): string {
  const frames = Array.from(
    { length: CHUNK },
    (_, second) => FRAMES * (begin + second + 1) - 1,
  );
  if (begin === 0) frames.unshift(0);
  return frames.map((frame) => {
    const at = frame / FRAMES;
    return `frame:${frame}    pts:${at * RATE}    pts_time:${at}\n` +
      `lavfi.astats.Overall.Peak_level=-18.06${frame % 1000}\n`;
  }).join("");
}

/** A bad moment, as long as those of a night. */
const LAST_WORDS = [
  ...Array.from(
    { length: 20 },
    (_, index) => `[pulse @ 0x55d0] [warning] Thread message queue, ${index}`,
  ),
  "[error] loop.monitor: Generic error in an external library",
].join("\n") + "\n";

/**
 * Records `chunks` chunks with the stand-in, measures and takes it all away
 * again.
 *
 * @param rounds How often `status` and `explain` are timed.
 * @param onRecorded Waited for before that, some seconds at most.
 */
export async function play(
  { binary, home, chunks: parts, signal }: Stage,
  chunks: number,
  rounds: number,
  onRecorded: () => Promise<void> = () => Promise.resolve(),
): Promise<Played> {
  const folder = join(home, "stand-in");
  const tally = join(home, "tally");
  await Deno.mkdir(folder);
  const ffmpeg = await makeStandIn({
    folder,
    chunks: parts,
    length: CHUNK,
    perRun: PER_RUN,
    total: chunks,
    report,
    lastWords: LAST_WORDS,
    tally,
  });
  // Runs of seconds are no healthy audio: each wait would be longer.
  const config = join(folder, "echolog.conf");
  await Deno.writeTextFile(config, '[recovery]\nbackoff_max = "1s"\n');
  signal.throwIfAborted();
  const child = new Deno.Command(binary, {
    args: [
      ...["record", "--device", "test", "--ffmpeg", ffmpeg],
      ...["--segment-duration", `${CHUNK}s`, "--session-id", "played"],
      ...["--sample-rate", String(RATE), "--channels", "1"],
    ],
    env: { HOME: home, ECHOLOG_CONFIG: config },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const session = join(home, "recordings", "played");
  try {
    for (let reported = 0; reported < chunks;) {
      reported = Math.min(reported + PER_RUN, chunks);
      await waitFor(`${reported} chunks`, () => {
        signal.throwIfAborted();
        return isReported(tally, reported) ? true : null;
      }, { limit: RUN_LIMIT_MS });
    }
    await onRecorded();
    const status = await timesOf(binary, ["status"], home, rounds);
    child.kill("SIGINT");
    await child.status;
    const explain = await timesOf(binary, ["explain", "played"], home, rounds);
    return {
      samples: readTally(await Deno.readTextFile(tally)),
      logBytes: bytesOfLog(session),
      status: status.times,
      explain: explain.times,
      explained: explain.said,
    };
  } finally {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended, as it should.
    }
    await child.status;
    for (const path of [folder, tally, session]) {
      await Deno.remove(path, { recursive: true });
    }
  }
}

function isReported(tally: string, chunks: number): boolean {
  try {
    return Deno.readTextFileSync(tally).includes(`parent ${chunks} `);
  } catch {
    // Not begun yet.
    return false;
  }
}

function bytesOfLog(session: string): number {
  return [...Deno.readDirSync(session)].map(({ name }) => name)
    .filter((name) => name.startsWith("session.log"))
    .reduce((sum, name) => sum + Deno.statSync(join(session, name)).size, 0);
}

async function timesOf(
  binary: string,
  args: readonly string[],
  home: string,
  rounds: number,
): Promise<{ times: number[]; said: string }> {
  const times: number[] = [];
  let said = "";
  for (let round = 0; round < rounds; round++) {
    const startedAt = performance.now();
    const { stdout } = await new Deno.Command(binary, {
      args: [...args],
      env: { HOME: home },
      stdin: "null",
      stderr: "null",
    }).output();
    times.push(performance.now() - startedAt);
    said = new TextDecoder().decode(stdout);
  }
  return { times, said };
}
