import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { echolog, onlySession } from "../support/echolog.ts";
import {
  decodeFiles,
  passesFlacTest,
  probeDuration,
  RATE,
  SoundServer,
} from "../support/sound_server.ts";
import { wasBusy } from "../support/load.ts";
import { tempFolder } from "../support/temp.ts";

async function recordLoop(
  server: SoundServer,
  home: string,
  ...options: string[]
) {
  await server.waitForSound();
  const { code, stderr } = await echolog(
    ["record", "--device", "pulse:loop.monitor", ...options],
    { home, env: server.clientEnv },
  );
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  return await onlySession(join(home, "recordings"));
}

/** Samples on both sides of a chunk boundary in which a tone is followed. */
const SEAM = RATE / 100;

Deno.test("record: keeps the phase of a tone continuous across chunk boundaries", async () => {
  await using server = await SoundServer.start();
  using home = tempFolder();
  server.playTone(997);
  const session = await recordLoop(
    server,
    home.path,
    ...["--duration", "8s", "--segment-duration", "2s"],
  );
  const chunks = session.eventsOf("chunk_created");
  assertEquals(chunks.map(({ duration }) => duration), [2, 2, 2, 2]);
  const paths = chunks.map(({ file }) => join(session.folder, file));
  for (const [index, path] of paths.entries()) {
    assert(await passesFlacTest(path), path);
    assertEquals(await probeDuration(path), chunks[index]?.duration);
  }
  const samples = await decodeFiles(paths);
  assertEquals(samples.length / 2, 8 * RATE);

  // A sampled sine obeys x[n+1] = 2 cos(w) x[n] - x[n-1]; rounding to 16 bits,
  // twice, gives less than 4, a sample that is missing hundreds.
  const factor = 2 * Math.cos(2 * Math.PI * 997 / RATE);
  let peak = 0;
  let worst = 0;
  const at = (n: number) => samples[2 * n] ?? 0;
  // A busy machine's player leaves holes of its own elsewhere.
  for (const boundary of [2 * RATE, 4 * RATE, 6 * RATE]) {
    for (let n = boundary - SEAM; n < boundary + SEAM; n++) {
      const error = Math.abs(at(n + 1) - (factor * at(n) - at(n - 1)));
      worst = Math.max(worst, error);
      peak = Math.max(peak, Math.abs(at(n)));
    }
  }
  assert(peak > 2_000, `peak ${peak}`);
  assert(worst < 4, `worst ${worst}`);
});

for (const format of ["flac", "wav"] as const) {
  Deno.test(`record: writes every numbered sample to the ${format} chunks once and in order`, async () => {
    await using server = await SoundServer.start();
    using home = tempFolder();
    server.playNumbers();
    const session = await recordLoop(
      server,
      home.path,
      ...["--duration", "4s", "--segment-duration", "1s", "--format", format],
    );
    const files = session.eventsOf("chunk_created")
      .map(({ file }) => join(session.folder, file));
    assertEquals(files.length, 4);
    const samples = await decodeFiles(files);
    assertEquals(samples.length / 2, 4 * RATE);
    const number = (n: number) =>
      (samples[2 * n + 1] ?? 0) * 32_768 + (samples[2 * n] ?? 0);
    // Silence is what the player gave when the machine kept it waiting: it has
    // no number, and takes none away.
    let next = 0;
    let silent = 0;
    let holes = 0;
    let disordered = 0;
    for (let n = 0; n < samples.length / 2; n++) {
      if (number(n) === 0) {
        silent++;
        continue;
      }
      if (next > 0 && number(n) > next) holes++;
      if (next > 0 && number(n) < next) disordered++;
      next = number(n) + 1;
    }
    assert(silent < 2 * RATE, `${silent} silent samples`);
    assertEquals(disordered, 0);
    // The sound server drops what the player of a busy machine brings too late.
    assert(holes === 0 || wasBusy(), `${holes} holes`);
  });
}

Deno.test("record: logs chunk times that match the wall clock", async () => {
  await using server = await SoundServer.start();
  using home = tempFolder();
  server.playTone(440);
  const before = Date.now();
  const session = await recordLoop(
    server,
    home.path,
    ...["--duration", "3.6s", "--segment-duration", "1.2s"],
  );
  const after = Date.now();
  const chunks = session.eventsOf("chunk_created");
  const [first] = chunks;
  const last = chunks.at(-1);
  assert(first !== undefined && last !== undefined);
  // Within the 100 ms that are promised.
  assert(first.start >= before - 100, `${first.start - before} ms`);
  assert(last.end <= after + 100, `${last.end - after} ms`);
  // The first report of a new run may be late; then the clock is right.
  assertAlmostEquals(last.end - first.start, 3_600, 100);
  const [started] = session.eventsOf("ffmpeg_started");
  assert(started !== undefined && started.latency < 5);
});
