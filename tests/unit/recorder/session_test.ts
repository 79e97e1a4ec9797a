// States that no real program can be brought into: the clock is set, the
// machine sleeps, time is long. Clock and ffmpeg are fakes; all else is real.

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { ReturnWatch } from "../../../src/ffmpeg/socket_watch.ts";
import { nextRun, Scene } from "../../support/scene.ts";

const HOUR = 3_600_000;

/** A source that returns when a test says so. */
class FakeSource implements ReturnWatch {
  marks = 0;
  readonly #listening = new Set<() => void>();

  get listeners(): number {
    return this.#listening.size;
  }

  mark(): void {
    this.marks++;
  }

  onReturn(callback: () => void): Disposable {
    this.#listening.add(callback);
    return { [Symbol.dispose]: () => void this.#listening.delete(callback) };
  }

  giveBack(): void {
    for (const callback of this.#listening) callback();
  }
}

for (const hours of [-1, 1]) {
  Deno.test(`Session: warns when the clock is set by ${hours} h and reports no gap`, async () => {
    using scene = new Scene();
    const end = scene.session.toEnd();
    await scene.flow(0, 20);
    scene.clock.step(hours * HOUR);
    await scene.flow(20, 60);
    scene.session.stop("interrupted");
    await end;
    assertEquals(scene.eventsOf("gap"), []);
    const [warning, more] = scene.eventsOf("warning");
    assertEquals(more, undefined);
    assertEquals(warning?.code, "clock_step");
    assertEquals(warning?.details, { by: `${hours * 3600}.000s` });
    const [stop] = scene.eventsOf("session_stop");
    assertAlmostEquals(stop?.wall ?? 0, 60, 1);
  });
}

Deno.test("Session: reports a suspend as a gap of its length", async () => {
  using scene = new Scene();
  const end = scene.session.toEnd();
  await scene.flow(0, 20);
  const before = scene.clock.now();
  scene.sleep(2 * HOUR);
  await scene.flow(20, 60);
  scene.session.stop("interrupted");
  await end;
  const [gap, more] = scene.eventsOf("gap");
  assertEquals(more, undefined);
  assertEquals([gap?.cause, gap?.duration], ["suspend", 7200]);
  assertAlmostEquals(gap?.start ?? 0, before, 1_100);
  const [stop] = scene.eventsOf("session_stop");
  assertAlmostEquals(stop?.wall ?? 0, 7260, 1);
});

for (const days of [-1, 90]) {
  Deno.test(`Session: reports only a clock step when the clock is set by ${days} days before it starts`, async () => {
    using scene = new Scene(60);
    scene.clock.step(days * 24 * HOUR);
    const end = scene.session.toEnd();
    await scene.flow(0, 20);
    scene.session.stop("interrupted");
    assertEquals((await end).exitCode, 0);
    assertEquals(scene.eventsOf("warning").map(({ code }) => code), [
      "clock_step",
    ]);
    const [stop] = scene.eventsOf("session_stop");
    assertAlmostEquals(stop?.wall ?? 0, 20, 1);
    assertEquals(scene.eventsOf("gap"), []);
  });
}

Deno.test("Session: includes a suspend before the first audio in the start gap", async () => {
  using scene = new Scene();
  const startedAt = scene.clock.now();
  const end = scene.session.toEnd();
  await scene.clock.advanceAsync(5_000);
  scene.sleep(HOUR);
  await scene.clock.advanceAsync(2_000);
  const audio = scene.clock.now();
  await scene.flow(0, 20);
  scene.session.stop("interrupted");
  await end;
  const [gap, more] = scene.eventsOf("gap");
  assertEquals(more, undefined);
  assertEquals(gap?.start, startedAt);
  assertAlmostEquals(gap?.end ?? 0, audio, 1);
  assertAlmostEquals(gap?.duration ?? 0, 3_607, 0.01);
});

Deno.test("Session: includes a suspend that ends the device in the gap after it", async () => {
  using scene = new Scene();
  const startedAt = scene.clock.now();
  const end = scene.session.toEnd();
  await scene.flow(0, 20);
  scene.sleep(HOUR);
  scene.ffmpeg.exit(0);
  while (scene.processes.length < 2) await scene.clock.advanceAsync(100);
  const audio = scene.clock.now();
  await scene.flow(0, 20);
  scene.session.stop("interrupted");
  await end;
  const [gap, more] = scene.eventsOf("gap");
  assertEquals(more, undefined);
  // Without a chunk nothing of the run is kept.
  assertEquals([gap?.cause, gap?.start], ["device_gone", startedAt]);
  assertAlmostEquals(gap?.end ?? 0, audio, 1);
  assertAlmostEquals(gap?.duration ?? 0, (audio - startedAt) / 1000, 0.01);
});

Deno.test("Session: dates a run correctly when its first reports are late", async () => {
  using scene = new Scene();
  const end = scene.session.toEnd();
  await scene.clock.advanceAsync(5_000);
  const audio = scene.clock.now();
  await scene.clock.advanceAsync(400);
  scene.ffmpeg.measure(0, -12);
  scene.ffmpeg.measure(5, -12);
  assertEquals(scene.eventsOf("ffmpeg_started").length, 1);
  await scene.clock.advanceAsync(120);
  scene.ffmpeg.measure(25, -12);
  await scene.clock.advanceAsync(380);
  assertEquals(scene.eventsOf("gap"), []);
  scene.ffmpeg.measure(40, -12);
  await scene.clock.advanceAsync(120);
  scene.ffmpeg.measure(45, -12);
  await scene.clock.advanceAsync(0);
  assertEquals(scene.eventsOf("gap").map(({ end }) => end), [audio]);
  scene.session.stop("interrupted");
  await end;
});

Deno.test("Session: dates a stream from the oldest audio that it sends at once", async () => {
  using scene = new Scene();
  const end = scene.session.toEnd();
  await scene.clock.advanceAsync(7_000);
  const connected = scene.clock.now();
  for (let second = 1; second <= 4; second++) {
    scene.ffmpeg.measure(50 * second - 1, -12);
    await scene.clock.advanceAsync(10);
  }
  await scene.clock.advanceAsync(960);
  scene.ffmpeg.measure(50 * 5 - 1, -12);
  await scene.clock.advanceAsync(0);
  const [gap] = scene.eventsOf("gap");
  assertEquals([gap?.end, gap?.duration], [connected - 4_000, 3]);
  scene.session.stop("interrupted");
  await end;
});

Deno.test("Session: ends the start gap when no second report follows", async () => {
  using scene = new Scene();
  const end = scene.session.toEnd();
  await scene.clock.advanceAsync(5_000);
  scene.ffmpeg.measure(0, -12);
  await scene.clock.advanceAsync(1_400);
  assertEquals(scene.eventsOf("gap"), []);
  await scene.clock.advanceAsync(200);
  const [gap] = scene.eventsOf("gap");
  assertEquals([gap?.cause, gap?.duration], ["slow_start", 4.98]);
  scene.session.stop("interrupted");
  await end;
});

Deno.test("Session: ends the start gap when the run exits after its first report", async () => {
  using scene = new Scene();
  const end = scene.session.toEnd();
  await scene.clock.advanceAsync(5_000);
  scene.ffmpeg.measure(0, -12);
  scene.ffmpeg.exit(1);
  await scene.clock.advanceAsync(0);
  const [gap] = scene.eventsOf("gap");
  assertEquals([gap?.cause, gap?.duration], ["slow_start", 4.98]);
  scene.session.stop("interrupted");
  await end;
});

Deno.test("Session: reports a suspend right after the first audio as a separate gap", async () => {
  using scene = new Scene();
  const end = scene.session.toEnd();
  await scene.clock.advanceAsync(5_000);
  scene.ffmpeg.measure(0, -12);
  scene.sleep(HOUR);
  await scene.flow(0, 20);
  scene.session.stop("interrupted");
  await end;
  assertEquals(
    scene.eventsOf("gap").map(({ cause, duration }) => [cause, duration]),
    [["slow_start", 4.98], ["suspend", 3_600]],
  );
});

Deno.test("Session: reports lost samples as a gap of their length", async () => {
  using scene = new Scene();
  const end = scene.session.toEnd();
  await scene.flow(0, 30);
  await scene.clock.advanceAsync(2_500);
  await scene.flow(30, 60);
  scene.session.stop("interrupted");
  await end;
  const [gap, more] = scene.eventsOf("gap");
  assertEquals(more, undefined);
  assertEquals(gap?.cause, "audio_lost");
  assertAlmostEquals(gap?.duration ?? 0, 2.5, 0.05);
});

Deno.test("Session: increases the retry delays and resets them after a minute of audio", async () => {
  using scene = new Scene();
  const end = scene.session.toEnd();
  await scene.flow(0, 5);
  for (let failure = 0; failure < 4; failure++) {
    const runs = scene.processes.length;
    scene.ffmpeg.exit(1);
    while (scene.processes.length === runs) await scene.clock.advanceAsync(100);
  }
  assertEquals(scene.eventsOf("recovery").map(({ delay }) => delay), [
    0,
    1,
    2,
    4,
  ]);
  await scene.flow(0, 61);
  scene.ffmpeg.exit(1);
  await scene.clock.advanceAsync(1);
  const last = scene.eventsOf("recovery").at(-1);
  assertEquals([last?.attempt, last?.delay], [1, 0]);
  scene.session.stop("interrupted");
  await end;
});

Deno.test("Session: increases the retry delays for a source that sends minutes of audio at once", async () => {
  using scene = new Scene();
  const end = scene.session.toEnd();
  for (let run = 1; run <= 4; run++) {
    await scene.clock.advanceAsync(500);
    scene.ffmpeg.capture(90);
    scene.ffmpeg.exit(0);
    while (scene.processes.length === run) await scene.clock.advanceAsync(100);
  }
  assertEquals(
    scene.eventsOf("recovery").map(({ delay }) => delay),
    [0, 1, 2, 4],
  );
  scene.session.stop("interrupted");
  await end;
});

Deno.test("Session: increases the retry delays for a source that sends the same again, as fast as it sounds", async () => {
  using scene = new Scene();
  const end = scene.session.toEnd();
  for (let run = 1; run <= 4; run++) {
    while (scene.processes.length < run) await scene.clock.advanceAsync(100);
    scene.ffmpeg.say("[hls @ 0x1] [info] Opening 'http://h/a.ts' for reading");
    await scene.flow(0, 2);
    scene.ffmpeg.exit(0);
  }
  while (scene.processes.length < 5) await scene.clock.advanceAsync(100);
  assertEquals(
    scene.eventsOf("recovery").map(({ delay }) => delay),
    [0, 1, 2, 4],
  );
  scene.session.stop("interrupted");
  await end;
});

Deno.test("Session: retries as soon as the source returns and continues the count", async () => {
  const source = new FakeSource();
  using scene = new Scene(null, source);
  const done = scene.session.toEnd();
  await scene.clock.advanceAsync(0);
  await scene.flow(0, 6);
  for (let failure = 0; failure < 5; failure++) {
    scene.ffmpeg.exit(1);
    await scene.clock.advanceAsync(8_000);
  }
  scene.ffmpeg.exit(1);
  await scene.clock.advanceAsync(1_000);
  assertEquals([scene.processes.length, source.marks], [6, 6]);
  source.giveBack();
  await scene.clock.advanceAsync(0);
  assertEquals([scene.processes.length, source.marks], [7, 7]);
  assertEquals(source.listeners, 0);
  assertEquals(
    scene.eventsOf("recovery").map(({ attempt }) => attempt),
    [1, 2, 3, 4, 5, 6],
  );
  scene.session.stop("interrupted");
  await done;
});

Deno.test("Session: restarts ffmpeg after a stall, even when reports repeat or go back", async () => {
  using scene = new Scene();
  const end = scene.session.toEnd();
  await scene.flow(0, 5);
  for (let second = 0; second < 16; second++) {
    await scene.clock.advanceAsync(1_000);
    scene.processes[0]?.capture(5 - second % 3);
  }
  assertEquals(scene.processes[0]?.stops, 1);
  assertEquals(scene.eventsOf("warning").map(({ code }) => code), ["stall"]);
  await scene.clock.advanceAsync(100);
  assertEquals(scene.eventsOf("recovery").at(0)?.cause, "stall");
  scene.session.stop("interrupted");
  await end;
});

Deno.test("Session: accepts peaks as progress and detects a stall when they end", async () => {
  using scene = new Scene();
  const end = scene.session.toEnd();
  await scene.clock.advanceAsync(100);
  scene.ffmpeg.measure(0, -12);
  for (let second = 1; second <= 40; second++) {
    await scene.clock.advanceAsync(1_000);
    scene.ffmpeg.measure(50 * second - 1, -12);
  }
  assertEquals(scene.eventsOf("ffmpeg_started").length, 1);
  assertEquals(scene.eventsOf("warning"), []);
  await scene.clock.advanceAsync(16_000);
  const [stall] = scene.eventsOf("warning");
  assertEquals([stall?.code, stall?.details?.captured], ["stall", "40.000s"]);
  scene.session.stop("interrupted");
  await end;
});

Deno.test("Session: reads the final length from the list of chunks", async () => {
  using scene = new Scene(4.6);
  const end = scene.session.toEnd();
  await scene.clock.advanceAsync(100);
  for (let second = 1; second <= 4; second++) {
    await scene.clock.advanceAsync(1_000);
    scene.ffmpeg.measure(50 * second - 1, -12);
  }
  scene.ffmpeg.list("chunk_00001.flac.part", 0, 4.6);
  await scene.clock.advanceAsync(600);
  scene.keep();
  scene.ffmpeg.exit(0);
  const outcome = await end;
  assertEquals([outcome.reason, outcome.exitCode], ["duration_reached", 0]);
  assertEquals(scene.processes.length, 1);
});

Deno.test("Session: fails when no audio arrives within the start time", async () => {
  using scene = new Scene();
  const end = scene.session.toEnd();
  await scene.clock.advanceAsync(14_000);
  scene.ffmpeg.say("[error] nothing there");
  scene.ffmpeg.exit(1);
  await scene.clock.advanceAsync(17_000);
  const outcome = await end;
  assertEquals([outcome.reason, outcome.exitCode], ["start_failed", 1]);
  assert(outcome.problem?.includes("nothing there"));
});

const NO_CHANNEL =
  "[Parsed_channelmap_1 @ 0x1] [error] input channel #4 not available from input layout 'stereo'";

Deno.test("Session: fails at once when the source never had the channel", async () => {
  using scene = new Scene();
  const end = scene.session.toEnd();
  await scene.clock.advanceAsync(200);
  scene.ffmpeg.say(NO_CHANNEL);
  scene.ffmpeg.exit(1);
  const outcome = await end;
  assertEquals([outcome.reason, outcome.exitCode], ["start_failed", 1]);
  assert(outcome.problem?.includes("input channel #4 not available"));
  assertEquals(scene.processes.length, 1);
  assertEquals(scene.eventsOf("recovery"), []);
});

Deno.test("Session: keeps trying when the source loses the channel later", async () => {
  using scene = new Scene();
  const end = scene.session.toEnd();
  await scene.flow(0, 120);
  await nextRun(scene);
  scene.ffmpeg.say(NO_CHANNEL);
  await nextRun(scene);
  assertEquals(
    scene.eventsOf("recovery").map(({ cause }) => cause),
    ["ffmpeg_exited", "channel_missing"],
  );
  scene.session.stop("interrupted");
  assertEquals((await end).reason, "interrupted");
});

Deno.test("Session: fails after the start time when ffmpeg cannot write the audio", async () => {
  using scene = new Scene();
  const end = scene.session.toEnd();
  let runs = 0;
  while (scene.eventsOf("session_stop").length === 0 && runs < 4) {
    await scene.clock.advanceAsync(200);
    if (scene.processes.length === runs) continue;
    runs = scene.processes.length;
    // The second run gives nothing, and the time passes.
    await scene.clock.advanceAsync(runs === 1 ? 0 : 40_000);
    scene.ffmpeg.capture(0.5);
    await scene.clock.advanceAsync(200);
    scene.ffmpeg.say("[error] Could not write header");
    scene.ffmpeg.exit(1);
  }
  const outcome = await end;
  assertEquals([outcome.reason, outcome.exitCode], ["start_failed", 1]);
  assert(outcome.problem?.includes("Could not write header"));
  assertEquals(runs, 2);
});

Deno.test("Session: fails at once when the audio turns out to be lost after the start time", async () => {
  using scene = new Scene();
  const end = scene.session.toEnd();
  for (let run = 1; run <= 2; run++) {
    await scene.clock.advanceAsync(10_000);
    assertEquals(scene.processes.length, run);
    scene.ffmpeg.exit(1);
  }
  await scene.clock.advanceAsync(9_500);
  scene.ffmpeg.capture(0.5);
  await scene.clock.advanceAsync(1_000);
  assertEquals(scene.eventsOf("session_stop"), []);
  scene.ffmpeg.say("[error] Could not write header");
  scene.ffmpeg.exit(1);
  await scene.clock.advanceAsync(200);
  const [stop] = scene.eventsOf("session_stop");
  assertEquals(stop?.reason, "start_failed");
  await end;
  assertEquals(scene.processes.length, 3);
});

Deno.test("Session: continues after minutes of audio even when their file was deleted", async () => {
  using scene = new Scene();
  const end = scene.session.toEnd();
  await scene.flow(0, 60);
  scene.ffmpeg.exit(1);
  await scene.clock.advanceAsync(5_000);
  scene.ffmpeg.capture(0.5);
  await scene.clock.advanceAsync(200);
  scene.ffmpeg.exit(1);
  await scene.clock.advanceAsync(5_000);
  assertEquals(scene.eventsOf("session_stop"), []);
  scene.session.stop("interrupted");
  await end;
});

Deno.test("Session: ends after a duration of a month", async () => {
  const month = 30 * 86_400;
  using scene = new Scene(month);
  const end = scene.session.toEnd();
  await scene.flow(0, 5);
  scene.keep();
  const keepAlive = 5;
  for (let second = 5; second < month; second += keepAlive) {
    await scene.clock.advanceAsync(keepAlive * 1_000);
    scene.ffmpeg.capture(second + keepAlive);
  }
  await scene.clock.advanceAsync(4_000);
  assertEquals((await end).reason, "duration_reached");
});

Deno.test("Session: keeps its duration when the clock is set", async () => {
  using scene = new Scene(600);
  const end = scene.session.toEnd();
  await scene.flow(0, 10);
  scene.keep();
  scene.clock.step(1000 * HOUR);
  await scene.flow(10, 300);
  assertEquals(scene.eventsOf("session_stop"), []);
  await scene.flow(300, 605);
  assertEquals((await end).reason, "duration_reached");
});

Deno.test("Session: keeps the first reason to stop", async () => {
  using scene = new Scene();
  const end = scene.session.toEnd();
  await scene.flow(0, 2);
  scene.session.stop("hangup");
  scene.session.stop("interrupted");
  scene.session.fail(new Error("late"));
  const outcome = await end;
  assertEquals([outcome.reason, outcome.exitCode], ["hangup", 0]);
  assertEquals(scene.events.at(-1)?.event, "session_stop");
});

Deno.test("Session: reports audio missing before a requested stop as a gap", async () => {
  using scene = new Scene(30);
  const end = scene.session.toEnd();
  await scene.flow(0, 5);
  await scene.clock.advanceAsync(14_000);
  scene.session.stop("interrupted");
  await end;
  const [gap, more] = scene.eventsOf("gap");
  assertEquals(more, undefined);
  // It had stopped before anybody asked.
  assertEquals(gap?.cause, "stall");
  assertAlmostEquals(gap?.duration ?? 0, 14, 1);
});

Deno.test("Session: fails when the duration passes without audio", async () => {
  using scene = new Scene(4);
  const end = scene.session.toEnd();
  await scene.clock.advanceAsync(1_000);
  scene.ffmpeg.say("[error] nothing there");
  scene.ffmpeg.exit(1);
  await scene.clock.advanceAsync(3_000);
  const outcome = await end;
  assertEquals([outcome.reason, outcome.exitCode], ["start_failed", 1]);
  const [stop] = scene.eventsOf("session_stop");
  assertAlmostEquals(stop?.wall ?? 0, 4, 0.1);
});

Deno.test("Session: records a source that starts just before the duration ends", async () => {
  using scene = new Scene(1);
  const end = scene.session.toEnd();
  await scene.clock.advanceAsync(900);
  scene.ffmpeg.measure(0, -12);
  await scene.clock.advanceAsync(200);
  assertEquals(scene.ffmpeg.stops, 0);
  scene.keep();
  await scene.clock.advanceAsync(700);
  scene.ffmpeg.capture(1);
  scene.ffmpeg.exit(0);
  await scene.clock.advanceAsync(100);
  assertEquals((await end).reason, "duration_reached");
});

Deno.test("Session: reports folder_gone when ffmpeg exits because its folder is missing", async () => {
  using scene = new Scene();
  const end = scene.session.toEnd();
  await scene.flow(0, 5);
  Deno.removeSync(scene.folder.path, { recursive: true });
  scene.ffmpeg.say("[segment @ 0x1] [error] Failed to open segment 'a'");
  scene.ffmpeg.exit(1);
  await scene.clock.advanceAsync(100);
  Deno.mkdirSync(scene.folder.path);
  assertEquals(scene.eventsOf("recovery")[0]?.cause, "folder_gone");
  scene.session.stop("interrupted");
  await scene.clock.advanceAsync(100);
  scene.ffmpeg.exit(0);
  await end;
});

Deno.test("Session: ignores earlier errors in the cause of an exit", async () => {
  using scene = new Scene();
  const end = scene.session.toEnd();
  await scene.flow(0, 5);
  scene.ffmpeg.say("[error] Device or resource busy");
  await scene.flow(5, 200);
  scene.ffmpeg.exit(null, "SIGKILL");
  await scene.clock.advanceAsync(100);
  await scene.flow(0, 5);
  scene.ffmpeg.say("[error] Device or resource busy");
  scene.ffmpeg.exit(1);
  await scene.clock.advanceAsync(100);
  assertEquals(
    scene.eventsOf("recovery").map(({ cause }) => cause),
    ["ffmpeg_killed", "device_busy"],
  );
  scene.session.stop("interrupted");
  await end;
});

Deno.test("Session: starts no run with the number of an existing chunk that it cannot stat", async () => {
  using scene = new Scene();
  const { firstFree, open } = scene.chunks;
  const end = scene.session.toEnd();
  await scene.flow(0, 3);
  const part = join(scene.folder.path, "chunk_00001.flac.part");
  Deno.writeTextFileSync(part, "fLaC");
  // ChunkFolder skips what it cannot look at.
  scene.chunks.firstFree = (first) => Promise.resolve(first + 20);
  scene.chunks.open = () =>
    Promise.reject(new Deno.errors.PermissionDenied("Permission denied"));
  await nextRun(scene);
  Object.assign(scene.chunks, { firstFree, open });
  await nextRun(scene);
  scene.session.stop("interrupted");
  await end;
  assertEquals(Deno.readTextFileSync(part), "fLaC");
  const [, unseen, seen] = scene.eventsOf("ffmpeg_command").map((
    { command },
  ) => Number(/ -segment_start_number (\d+) /.exec(command)?.[1]));
  assertEquals([unseen, seen], [21, 2]);
});

Deno.test("Session: announces its last line after all others, and before it is logged", async () => {
  using scene = new Scene();
  const end = scene.session.toEnd();
  await scene.flow(0, 20);
  scene.keep();
  scene.session.stop("interrupted");
  await end;
  const [[stop, before] = [null, 0], ...others] = scene.endings;
  assertEquals(others, []);
  assertEquals(stop, scene.eventsOf("session_stop")[0]);
  assertEquals(before, scene.events.length - 1);
});

Deno.test("Session: is not longer because its last notifications take time", async () => {
  using scene = new Scene();
  scene.lastNotice = 4_000;
  const end = scene.session.toEnd();
  await scene.flow(0, 20);
  scene.session.stop("interrupted");
  await end;
  const [stop] = scene.eventsOf("session_stop");
  const [[announced] = [null]] = scene.endings;
  assertEquals(stop?.wall, announced?.wall);
  assertEquals(stop?.time, (announced?.time ?? 0) + 4_000);
});

Deno.test("Session: reports a channel that is silent in its runs, once", async () => {
  using scene = new Scene();
  const end = scene.session.toEnd();
  await scene.flow(0, 1);
  for (let second = 1; second <= 15; second++) {
    await scene.clock.advanceAsync(1_000);
    scene.ffmpeg.measure(50 * second - 1, -12, [-12, -Infinity]);
  }
  scene.ffmpeg.exit(0);
  while (scene.processes.length < 2) await scene.clock.advanceAsync(100);
  for (let second = 1; second <= 15; second++) {
    await scene.clock.advanceAsync(1_000);
    scene.ffmpeg.measure(50 * second - 1, -12, [-12, -12]);
  }
  scene.session.stop("interrupted");
  await end;
  assertEquals(
    scene.eventsOf("warning").map(({ code, details }) => [
      code,
      details?.channels,
    ]),
    [["channel_silence", "2"], ["channel_silence_ended", "2"]],
  );
});
