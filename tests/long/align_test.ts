// Twenty boundaries of --align on every kind of source, at once: chunks of ten
// seconds, or of ECHOLOG_ALIGN_SECONDS.

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { echolog, onlySession } from "../support/echolog.ts";
import {
  assertNumbered,
  beatBlock,
  BLOCK,
  firstBeep,
  playBeats,
} from "../support/beats.ts";
import { PipeWire } from "../support/pipewire.ts";
import { decodeFiles, RATE, SoundServer } from "../support/sound_server.ts";
import { tempFolder } from "../support/temp.ts";

const BOUNDARIES = 20;
const LENGTH = Number(Deno.env.get("ECHOLOG_ALIGN_SECONDS") ?? 10);
/** Most that a boundary may be away from the clock, in milliseconds. */
const TOLERANCE = 100;

interface Source {
  readonly name: string;
  readonly device: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly config?: string;
}

/** Records and returns the folder and its chunks. */
async function record(home: string, { name, device, env, config }: Source) {
  const path = join(home, "echolog.conf");
  Deno.writeTextFileSync(path, config ?? "");
  const { code, stderr } = await echolog([
    ...["record", "--device", device, "--align", "utc"],
    ...["--segment-duration", `${LENGTH}s`],
    ...["--duration", `${LENGTH * (BOUNDARIES + 0.5)}s`],
  ], { home, env: { ...env, ECHOLOG_CONFIG: path } });
  assertEquals([name, code, stderr], [name, 0, ""]);
  const session = await onlySession(join(home, "recordings"));
  assertEquals(session.eventsOf("gap"), []);
  const chunks = session.eventsOf("chunk_created");
  assert(chunks.length >= BOUNDARIES + 1, `${name}: ${chunks.length} chunks`);
  // The first begins with the session.
  return chunks.slice(1).map(({ file, start }) => ({
    path: join(session.folder, file),
    start,
  }));
}

/** Returns how far each time is from the next multiple of some milliseconds. */
function away(times: readonly number[], step: number): number[] {
  return times.map((time) => {
    const rest = ((time % step) + step) % step;
    return rest > step / 2 ? rest - step : rest;
  });
}

/**
 * Prints how far the boundaries are from the clock, and checks it.
 *
 * @param latency What is in all offsets; their median unless given.
 */
function assertNear(
  name: string,
  offsets: readonly number[],
  latency?: number,
): void {
  const sorted = offsets.toSorted((one, other) => one - other);
  const [least = 0, most = 0] = [sorted[0], sorted.at(-1)];
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  console.log(
    `${name}: ${offsets.length} boundaries, ${least.toFixed(1)} to ${
      most.toFixed(1)
    } ms from the clock, median ${median.toFixed(1)} ms`,
  );
  for (const offset of offsets) {
    assert(
      Math.abs(offset - (latency ?? median)) <= TOLERANCE,
      `${name}: ${offset.toFixed(1)} ms`,
    );
  }
}

/** Checks the beeps at the boundaries; the latency of the player is in all. */
async function assertBeats(source: Source): Promise<void> {
  using home = tempFolder();
  const chunks = await record(home.path, source);
  const offsets: number[] = [];
  for (const { path } of chunks) {
    const samples = await decodeFiles([path]);
    const beep = firstBeep(samples);
    // The last chunk may be shorter than a second.
    if (beep === null || samples.length < 2 * 2 * RATE) continue;
    offsets.push(...away([-beep / RATE * 1000], 1_000));
  }
  assert(offsets.length >= BOUNDARIES - 1);
  assertNear(source.name, offsets);
  assertNear(
    `${source.name}, by the log`,
    away(chunks.map(({ start }) => start), LENGTH * 1000),
    0,
  );
  assertNumbered(await decodeFiles(chunks.map(({ path }) => path)));
}

async function onPulseAudio(): Promise<void> {
  await using server = await SoundServer.start();
  await using _beats = playBeats(server.env, "loop");
  await server.waitForSound();
  await assertBeats({
    name: "PulseAudio",
    device: "pulse:loop.monitor",
    env: server.clientEnv,
  });
}

async function onPipeWire(): Promise<void> {
  await using server = await PipeWire.start();
  if (server === null) return;
  await server.addSink("beats");
  await using _beats = playBeats(server.env, "beats");
  await assertBeats({
    name: "PipeWire",
    device: "pulse:beats.monitor",
    env: server.env,
  });
}

async function ofTestTone(): Promise<void> {
  using home = tempFolder();
  const chunks = await record(home.path, { name: "test", device: "test" });
  assertNear("test", away(chunks.map(({ start }) => start), LENGTH * 1000), 0);
}

async function ofFastCard(): Promise<void> {
  const rate = RATE * 1.0002;
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = serveBeats(listener, rate);
  assert(listener.addr.transport === "tcp");
  await assertBeats({
    name: "200 ppm fast",
    device: `tcp://127.0.0.1:${listener.addr.port}`,
    config:
      `[ffmpeg]\ninput_args = ["-f", "s16le", "-ar", "${RATE}", "-ac", "2"]\n`,
  });
  await serving;
}

Deno.test("record --align: twenty boundaries on every source are within 100 ms of the clock", async () => {
  const ends = await Promise.allSettled([
    onPulseAudio(),
    onPipeWire(),
    ofTestTone(),
    ofFastCard(),
  ]);
  const reasons = ends.flatMap((end) =>
    end.status === "rejected" ? [end.reason] : []
  );
  assertEquals(reasons, []);
});

/** Sends beats to one client as fast as they sound at a rate. */
async function serveBeats(
  listener: Deno.TcpListener,
  rate: number,
): Promise<void> {
  using connection = await listener.accept();
  const writer = connection.writable.getWriter();
  const begun = performance.now();
  const start = Date.now();
  try {
    for (let first = 0;; first += BLOCK) {
      const due = begun + (first + BLOCK) / rate * 1000;
      const wait = due - performance.now();
      if (wait > 0) await new Promise((done) => setTimeout(done, wait));
      await writer.write(beatBlock(start, rate, first));
    }
  } catch {
    // The recorder has closed the connection.
  }
}
