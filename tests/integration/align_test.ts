import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { isTimed } from "../../src/audio/chunk_name.ts";
import { FORMAT_NAMES } from "../../src/audio/format.ts";
import { echolog, onlySession } from "../support/echolog.ts";
import { wasBusy } from "../support/load.ts";
import { assertInOrder, numbersIn } from "../support/rollover.ts";
import { decodeFiles, SoundServer } from "../support/sound_server.ts";
import { tempFolder } from "../support/temp.ts";
import { startRecording } from "../faults/support.ts";

/** Most that a boundary may be away from the clock's. */
const TOLERANCE_MS = 100;

/** How far a time is from the nearest multiple of some milliseconds. */
function awayFrom(time: number, step: number): number {
  const rest = ((time % step) + step) % step;
  return Math.min(rest, step - rest);
}

Deno.test("record --align: chunks begin with the clock, and their samples join exactly", async () => {
  await using server = await SoundServer.start();
  server.playNumbers(500, 40_000);
  await server.waitForSound();
  using home = tempFolder();
  const { code, stderr } = await echolog([
    ...["record", "--device", "pulse:loop.monitor", "--duration", "9s"],
    ...["--segment-duration", "2s", "--align", "utc", "--chunk-names", "time"],
  ], { home: home.path, env: { ...server.clientEnv, TZ: "Asia/Kathmandu" } });
  const isBusy = wasBusy();
  assertEquals([code, stderr], [0, ""]);
  const session = await onlySession(join(home.path, "recordings"));
  const chunks = session.eventsOf("chunk_created");
  // Four or five boundaries in nine seconds.
  assert(chunks.length >= 5, `${chunks.length} chunks`);
  for (const { file, start } of chunks.slice(1)) {
    const away = awayFrom(start, 2_000);
    // Other programs may hold up the audio on its way to the file.
    assert(away <= TOLERANCE_MS || isBusy, `${file} is ${away} ms away`);
    const second = new Date(start + TOLERANCE_MS).toISOString().slice(17, 19);
    assertEquals(file.slice(13, 15), second, `${file} began at ${start}`);
  }
  const paths = chunks.map(({ file }) => join(session.folder, file));
  assertInOrder(numbersIn(await decodeFiles(paths)), isBusy);
  assertEquals((await echolog(["verify"], { home: home.path })).code, 0);
});

Deno.test("record --align local: in a zone of 45 minutes, full hours are local ones", async () => {
  using home = tempFolder();
  const env = { TZ: "Asia/Kathmandu" };
  const { code } = await echolog([
    ...["record", "--device", "test", "--duration", "5s", "--align", "local"],
    ...["--segment-duration", "2s"],
  ], { home: home.path, env });
  assertEquals(code, 0);
  const session = await onlySession(join(home.path, "recordings"));
  const chunks = session.eventsOf("chunk_created");
  assert(chunks.length >= 3, `${chunks.length} chunks`);
  for (const { file, start } of chunks.slice(1)) {
    const away = awayFrom(start, 2_000);
    assert(away <= TOLERANCE_MS || wasBusy(), `${file} is ${away} ms away`);
  }
});

for (const format of FORMAT_NAMES) {
  Deno.test(`record --chunk-names time: ${format} chunks of a recorder that died keep their form after repair`, async () => {
    using home = tempFolder();
    await using recording = await startRecording(home.path, [
      ...["--device", "test", "--format", format, "--chunk-names", "time"],
    ]);
    const { running, session } = recording;
    await session.waitForEvent("chunk_created", 2);
    running.signal("SIGKILL");
    await running.finished;
    const { code, stderr } = await echolog(["repair"], { home: home.path });
    assertEquals(code, 0, stderr);
    const names = [...Deno.readDirSync(session.folder)]
      .map(({ name }) => name).filter((name) => name.includes(format));
    assert(names.length >= 2);
    assertEquals(names.filter((name) => !isTimed(name)), []);
    for (const { file, start } of session.eventsOf("chunk_created")) {
      const time = new Date(start + TOLERANCE_MS).toISOString();
      assertEquals(file.slice(0, 8), time.slice(0, 10).replaceAll("-", ""));
    }
    const verified = await echolog(["verify"], { home: home.path });
    assertEquals(verified.code, 0, verified.stdout);
    assertMatch(
      (await echolog(["explain"], { home: home.path })).stdout,
      /recovered/,
    );
    const path = join(home.path, "x.wav");
    const exported = await echolog(["export", "--json", "-o", path], {
      home: home.path,
    });
    assertEquals(exported.code, 0, exported.stderr);
    assertEquals(JSON.parse(exported.stdout).damage_list, []);
  });
}
