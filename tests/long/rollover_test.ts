// Ten rollovers on each sound server: no sample is missing between two sessions.

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { playBeats } from "../support/beats.ts";
import { echolog, type SessionOnDisk } from "../support/echolog.ts";
import { PipeWire } from "../support/pipewire.ts";
import { sessionsIn } from "../support/rollover.ts";
import { decodeFiles, SoundServer } from "../support/sound_server.ts";
import { tempFolder } from "../support/temp.ts";
import { assertNumbered } from "../support/beats.ts";

const ROLLOVERS = 10;

/** Records eleven sessions, and checks that they have every sample. */
async function assertWhole(
  name: string,
  device: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  using home = tempFolder();
  const config = join(home.path, "echolog.conf");
  Deno.writeTextFileSync(
    config,
    '[recording]\nsession_duration = "10s"\nalign = "utc"\nsegment_duration = "5s"\n',
  );
  const { code, stderr } = await echolog([
    ...["record", "--device", device, "--duration", `${ROLLOVERS * 10 + 8}s`],
  ], { home: home.path, env: { ...env, ECHOLOG_CONFIG: config } });
  assertEquals([name, code, stderr], [name, 0, ""]);
  const sessions = sessionsIn(join(home.path, "recordings"));
  assert(sessions.length > ROLLOVERS, `${name}: ${sessions.length} sessions`);
  const overlaps: number[] = [];
  let end: { readonly value: number } | null = null;
  for (const session of sessions) {
    assertEquals(session.eventsOf("gap"), []);
    const { first, last } = assertNumbered(await decodedOf(session));
    if (end !== null) overlaps.push(distance(first, end.value) + 1);
    end = { value: last };
  }
  console.log(
    `${name}: ${overlaps.length} rollovers, both sessions have ${
      Math.min(...overlaps)
    } to ${Math.max(...overlaps)} samples`,
  );
  for (const overlap of overlaps) {
    assert(overlap >= 0, `${name}: ${-overlap} samples are missing`);
  }
}

/** Returns how far a number is after another, of numbers that begin again after 65536. */
function distance(from: number, to: number): number {
  const far = ((to - from) % 65_536 + 65_536) % 65_536;
  return far > 60_000 ? far - 65_536 : far;
}

async function decodedOf(session: SessionOnDisk): Promise<Int16Array> {
  return await decodeFiles(
    session.eventsOf("chunk_created")
      .map(({ file }) => join(session.folder, file)),
  );
}

Deno.test("record: ten rollovers on PulseAudio and PipeWire lose no sample", async () => {
  const onPulseAudio = async () => {
    await using server = await SoundServer.start();
    await using _beats = playBeats(server.env, "loop");
    await server.waitForSound();
    await assertWhole("PulseAudio", "pulse:loop.monitor", server.clientEnv);
  };
  const onPipeWire = async () => {
    await using server = await PipeWire.start();
    if (server === null) return;
    await server.addSink("beats");
    await using _beats = playBeats(server.env, "beats");
    await assertWhole("PipeWire", "pulse:beats.monitor", server.env);
  };
  const ends = await Promise.allSettled([onPulseAudio(), onPipeWire()]);
  assertEquals(
    ends.flatMap((end) => end.status === "rejected" ? [end.reason] : []),
    [],
  );
});
