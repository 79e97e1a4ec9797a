import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { echolog, type SessionOnDisk } from "../support/echolog.ts";
import { probeDuration } from "../support/sound_server.ts";
import { tempFolder } from "../support/temp.ts";
import { encode, type Piece, servePaced } from "./paced.ts";
import { assertJoined, BRIEF, recordSource } from "./support.ts";

/** A stall would be noticed before the recording ends. */
const IMPATIENT = `${BRIEF}stall_timeout = "3s"\n`;

/** Times are right to this many seconds while other tests run. */
const TOLERANCE = 0.5;

/**
 * Records a stream that is chained to another one. Checks lengths and times of
 * its chunks, and that nothing stalled.
 *
 * @returns the session, and how its source changed by the log.
 */
async function recordChain(
  pieces: readonly Piece[],
): Promise<{ causes: string[]; changes: string[]; runs: number }> {
  using home = tempFolder();
  await using server = servePaced(
    "application/ogg",
    // A client that connects again gets the second stream.
    (connection) => connection === 0 ? pieces : pieces.slice(1),
  );
  const { session, stop } = await recordSource(
    home.path,
    server.url,
    ["--duration", "12s"],
    IMPATIENT,
  );
  const log = session.logText();
  const runs = stop.retries + 1;
  // The first connection begins both, each other one the second.
  const starts = server.begun.filter((_, index) => index !== 1);
  for (let run = 1; run <= runs; run++) {
    await assertRun(session, run, starts[run - 1] ?? 0);
  }
  assertJoined(session);
  assertEquals(warningsOf(session, "stall"), [], log);
  assertEquals(stop.reason, "duration_reached", log);
  const verified = await echolog(["verify", "latest"], { home: home.path });
  assertEquals(verified.code, 0, verified.stdout);
  return {
    causes: session.eventsOf("recovery").map(({ cause }) => cause),
    changes: warningsOf(session, "format_changed"),
    runs,
  };
}

/** Checks that each chunk has its length and the time at which its audio came. */
async function assertRun(
  session: SessionOnDisk,
  run: number,
  begun: number,
): Promise<void> {
  const log = session.logText();
  let passed = 0;
  for (const chunk of session.eventsOf("chunk_created")) {
    if (chunk.run !== run) continue;
    const { file, start, end, duration } = chunk;
    const length = await probeDuration(join(session.folder, file));
    assertAlmostEquals(length, duration, 0.001, log);
    const times = [(start - begun) / 1000, (end - begun) / 1000];
    assertAlmostEquals(times[0] ?? 0, passed, TOLERANCE, log);
    passed += duration;
    assertAlmostEquals(times[1] ?? 0, passed, TOLERANCE, log);
  }
  assert(passed > 1, log);
}

function warningsOf(session: SessionOnDisk, wanted: string): string[] {
  return session.eventsOf("warning").filter(({ code }) => code === wanted)
    .map(({ message }) => message);
}

Deno.test("a chained stream of Ogg Vorbis: a new run begins with the new rate and channels", async () => {
  const codec = "libvorbis";
  const { causes, changes } = await recordChain([
    await encode({ seconds: 6, rate: 48_000, channels: 2, codec }),
    await encode({ seconds: 60, rate: 44_100, channels: 1, codec }),
  ]);
  assertEquals(causes, ["format_changed"]);
  assertEquals(changes, [
    "The source changed its format from vorbis, 48000 Hz, stereo to vorbis, 44100 Hz, mono",
  ]);
});

Deno.test("a chained stream of Ogg Opus: from mono to stereo, nothing is lost or a new run begins", async () => {
  const codec = "libopus";
  const { causes, changes, runs } = await recordChain([
    await encode({ seconds: 6, rate: 48_000, channels: 1, codec }),
    await encode({ seconds: 60, rate: 48_000, channels: 2, codec }),
  ]);
  // Before version 9, ffmpeg decodes the second stream as the first one.
  if (runs === 1) return assertEquals([causes, changes], [[], []]);
  assertEquals(causes, ["format_changed"]);
  assertEquals(changes, [
    "The source changed its format from opus, 48000 Hz, mono to opus, 48000 Hz, stereo",
  ]);
});
