/**
 * One path through the program for each format: record, stop, kill, repair,
 * verify, explain.
 *
 * They run on the oldest Deno and on the binary too, which the other tests of
 * the program do not.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import type { Format } from "../../src/audio/format.ts";
import { crashed, ffmpegPid, startRecording } from "../faults/support.ts";
import {
  echolog,
  onlySession,
  type SessionOnDisk,
} from "../support/echolog.ts";
import { decodeFiles } from "../support/sound_server.ts";
import { tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";

const RATE = 48_000;

/** How long the audio of a session decodes to, in seconds. */
async function decodedLength(session: SessionOnDisk): Promise<number> {
  const paths = session.eventsOf("chunk_created")
    .map(({ file }) => join(session.folder, file));
  return (await decodeFiles(paths)).length / 2 / RATE;
}

/** Checks that the chunks hold what the log says. */
async function assertWhole(home: string, session: SessionOnDisk) {
  const { code, stdout, stderr } = await echolog(
    ["verify", session.folder],
    { home },
  );
  assertEquals([code, stderr], [0, ""], stdout);
  const [stop] = session.eventsOf("session_stop");
  const length = await decodedLength(session);
  // An Opus decoder drops 6.5 ms at the start of each chunk.
  assert(Math.abs(length - (stop?.audio ?? 0)) < 0.05, `${length} s decoded`);
}

/** Registers the smoke tests of a format. */
export function smokeTests(format: Format): void {
  const args = ["--device", "test", "--format", format];

  Deno.test(`record: ends after --duration with whole ${format} chunks`, async () => {
    using home = tempFolder();
    const { code, stdout, stderr } = await echolog([
      ...["record", ...args, "--duration", "3s", "--segment-duration", "1s"],
    ], { home: home.path });
    assertEquals([code, stderr], [0, ""]);
    const session = await onlySession(join(home.path, "recordings"));
    assertEquals(
      stdout,
      `Logging to ${join(session.folder, "session.log")} (level=info)\n`,
    );
    assertEquals(session.files(".part"), []);
    const events = session.events();
    assertEquals(events.at(0)?.event, "session_start");
    const stop = events.at(-1);
    assert(stop?.event === "session_stop", session.logText());
    assertEquals(stop.reason, "duration_reached");
    // An mp3 begins with the delay of its encoder, and has whole frames.
    const added = format === "mp3" ? 0.05 : 0;
    assert(stop.audio > 2.99 && stop.audio < 3.01 + added, `${stop.audio} s`);
    await assertWhole(home.path, session);
  });

  Deno.test(`stop: ends a ${format} recording and keeps its last chunk`, async () => {
    using home = tempFolder();
    await using recording = await startRecording(home.path, args);
    const { running, session } = recording;
    await session.waitForEvent("chunk_created", 1);
    const status = await echolog(["status"], { home: home.path });
    assertEquals(status.code, 0);
    assert(status.stdout.includes(join(session.folder, "session.log")));
    const stopped = await echolog(["stop"], { home: home.path });
    assertEquals(stopped.code, 0, stopped.stderr);
    assertEquals((await running.finished).code, 0);
    const [stop] = session.eventsOf("session_stop");
    assertEquals(stop?.reason, "stop_command");
    assert(session.eventsOf("chunk_created").length >= 2);
    await assertWhole(home.path, session);
    assertEquals((await echolog(["status"], { home: home.path })).code, 3);
  });

  Deno.test(`repair: finishes a killed ${format} recording`, async () => {
    using home = tempFolder();
    const session = await crashed(home.path, "test", ["--format", format]);
    await waitFor(
      "a chunk of the ffmpeg that was left behind",
      () => session.files(".part").length >= 2 || null,
    );
    const repaired = await echolog(["repair"], { home: home.path });
    assertEquals(repaired.code, 0, repaired.stderr);
    const stop = session.events().at(-1);
    assert(stop?.event === "session_stop", session.logText());
    assertEquals(stop.reason, "crashed");
    assert(
      session.eventsOf("chunk_created").some(({ recovered }) => recovered),
    );
    assertEquals(session.files(".part"), []);
    await assertWhole(home.path, session);
  });

  Deno.test(`record: has a killed ${format} recording repaired beside its own`, async () => {
    using home = tempFolder();
    const dead = await crashed(home.path, "test", ["--format", format]);
    const { code, stderr } = await echolog([
      ...["record", ...args, "--duration", "2s"],
    ], { home: home.path });
    assertEquals(code, 0, stderr);
    assertMatch(stderr, /^echolog: The recorder of session .* had died/);
    assertEquals(dead.events().at(-1)?.event, "session_stop");
    await assertWhole(home.path, dead);
  });

  Deno.test(`explain: names the gap of a killed ffmpeg in a ${format} recording`, async () => {
    using home = tempFolder();
    await using recording = await startRecording(home.path, args);
    const { running, session } = recording;
    await session.waitForEvent("chunk_created", 1);
    Deno.kill(ffmpegPid(session), "SIGKILL");
    // A slow start is a gap, too.
    await session.waitFor(
      "the gap",
      () =>
        session.eventsOf("gap").some(({ cause }) =>
          cause === "ffmpeg_killed"
        ) || null,
    );
    running.signal("SIGINT");
    assertEquals((await running.finished).code, 0);
    const { code, stdout } = await echolog(["explain"], { home: home.path });
    assertEquals(code, 0);
    assertMatch(stdout, /ffmpeg was killed by SIGKILL/);
    assertMatch(stdout, /stopped with Ctrl-C \(SIGINT\)/);
    await assertWhole(home.path, session);
  });

  Deno.test(`verify: reports a deleted ${format} chunk`, async () => {
    using home = tempFolder();
    const { code } = await echolog([
      ...["record", ...args, "--duration", "3s", "--segment-duration", "1s"],
    ], { home: home.path });
    assertEquals(code, 0);
    const session = await onlySession(join(home.path, "recordings"));
    Deno.removeSync(join(session.folder, `chunk_00002.${format}`));
    const verified = await echolog(["verify"], { home: home.path });
    assertEquals(verified.code, 1);
    assertMatch(verified.stdout, /chunk_00002/);
  });
}
