import { assertAlmostEquals, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { echolog, type SessionOnDisk } from "../support/echolog.ts";
import { probeDuration } from "../support/sound_server.ts";
import { tempFolder } from "../support/temp.ts";
import { encode, type Piece, servePaced } from "./paced.ts";
import { assertJoined, QUICK, type Recorded, recordSource } from "./support.ts";

/** Pages come at once, and not in seconds. */
const OGG = ["-page_duration", "100000", "-f", "ogg"];

/** A stall would be noticed before the recording ends. */
const IMPATIENT = `${QUICK}stall_timeout = "3s"\n`;

/** Records a stream that is chained to another one after six seconds. */
async function recordChain(
  home: string,
  pieces: readonly Piece[],
): Promise<Recorded> {
  await using server = servePaced(
    "application/ogg",
    // A client that connects again gets the second stream.
    (connection) => connection === 0 ? pieces : pieces.slice(1),
  );
  return await recordSource(
    home,
    server.url,
    ["--duration", "12s"],
    IMPATIENT,
  );
}

/** Checks lengths and times of chunks, and that nothing stalled. */
async function assertChunks(
  { session, stop }: Recorded,
  home: string,
): Promise<void> {
  const log = session.logText();
  for (const { file, duration } of session.eventsOf("chunk_created")) {
    const path = join(session.folder, file);
    assertAlmostEquals(await probeDuration(path), duration, 0.001, log);
  }
  assertJoined(session);
  assertEquals(warningsOf(session, "stall"), [], log);
  assertEquals(stop.reason, "duration_reached", log);
  const verified = await echolog(["verify", "latest"], { home });
  assertEquals(verified.code, 0, verified.stdout);
}

function warningsOf(session: SessionOnDisk, wanted: string): string[] {
  return session.eventsOf("warning").filter(({ code }) => code === wanted)
    .map(({ message }) => message);
}

Deno.test("a chained stream of Ogg Vorbis: a new run begins with the new rate and channels", async () => {
  using home = tempFolder();
  const output = ["-c:a", "libvorbis", ...OGG];
  const recorded = await recordChain(home.path, [
    await encode({ seconds: 6, rate: 48_000, channels: 2, output }),
    await encode({ seconds: 60, rate: 44_100, channels: 1, output }),
  ]);
  const { session } = recorded;
  const causes = session.eventsOf("recovery").map(({ cause }) => cause);
  assertEquals(causes, ["format_changed"], session.logText());
  assertEquals(warningsOf(session, "format_changed"), [
    "The source changed its format from vorbis, 48000 Hz, stereo to vorbis, 44100 Hz, mono",
  ]);
  await assertChunks(recorded, home.path);
});

Deno.test("a chained stream of Ogg Opus: from mono to stereo, nothing is lost", async () => {
  using home = tempFolder();
  const output = ["-c:a", "libopus", ...OGG];
  const recorded = await recordChain(home.path, [
    await encode({ seconds: 6, rate: 48_000, channels: 1, output }),
    await encode({ seconds: 60, rate: 48_000, channels: 2, output }),
  ]);
  const { session } = recorded;
  const causes = session.eventsOf("recovery").map(({ cause }) => cause);
  assertEquals(causes, [], session.logText());
  await assertChunks(recorded, home.path);
});
