// States that no real program can be brought into: the clock is set, the
// machine sleeps, time is long. Clock and ffmpeg are fakes; all else is real.

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { SessionEvent } from "../../src/events.ts";
import type { ReturnWatch } from "../../src/session/return_watch.ts";
import { chunkName } from "../../src/ffmpeg/args.ts";
import { Session } from "../../src/session/session.ts";
import { WallClock } from "../../src/session/wall_clock.ts";
import { FakeClock } from "../fakes/clock.ts";
import { FakeProcess } from "../fakes/ffmpeg.ts";
import { tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";
import { chunk } from "./dead_session.ts";

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

class Scene implements Disposable {
  readonly clock = new FakeClock();
  readonly folder = tempFolder();
  readonly events: SessionEvent[] = [];
  readonly processes: FakeProcess[] = [];
  readonly session: Session;
  /** Milliseconds that the machine slept. */
  slept = 0;

  constructor(
    duration: number | null = null,
    source: ReturnWatch | null = null,
  ) {
    const { clock, folder } = this;
    const start = clock.now();
    this.session = new Session({
      start: {
        session_id: "s",
        start,
        device: "test",
        sample_rate: 48_000,
        channels: 2,
        codec: "flac",
        format: "flac",
        segment_duration: 300,
        output_dir: "/rec",
        config: null,
        overrides: "",
        log_level: "info",
        log_rotation: "size",
        log_max_bytes: 1,
        log_backup_count: 1,
        echolog: "0",
        ffmpeg: null,
        os: "test",
        pid: 1,
      },
      folder: folder.path,
      ffmpeg: "ffmpeg",
      ffmpegWanted: null,
      ffmpegHint: "",
      spec: {
        device: { kind: "test" },
        sampleRate: 48_000,
        channels: 2,
        format: "flac",
        segmentDuration: 300,
        inputArgs: [],
        outputArgs: [],
      },
      duration,
      startTimeout: 30,
      stallTimeout: 15,
      backoffMax: 60,
      spawn: (_path, _args, listener) => {
        const process = new FakeProcess(this.processes.length + 1, listener);
        this.processes.push(process);
        return process;
      },
      sinks: [{ emit: (event) => void this.events.push(event) }],
      isShown: () => true,
      logCounts: () => ({ warnings: 0, errors: 0, dropped: 0 }),
      clock,
      wall: new WallClock(
        clock,
        () => (clock.monotonic() + this.slept) / 1000,
      ),
      begun: clock.monotonic(),
      chance: () => 0,
      keepFolder: () => true,
      source,
    });
  }

  /** The process of the current run. */
  get ffmpeg(): FakeProcess {
    const process = this.processes.at(-1);
    assert(process !== undefined);
    return process;
  }

  /** Lets audio flow for some seconds, from a position in the run. */
  async flow(from: number, to: number): Promise<void> {
    for (let second = from + 1; second <= to; second++) {
      await this.clock.advanceAsync(1_000);
      this.ffmpeg.capture(second);
    }
  }

  /** The machine sleeps: only the wall clock and the uptime go on. */
  sleep(milliseconds: number): void {
    this.clock.step(milliseconds);
    this.slept += milliseconds;
  }

  /** A chunk of noise as ffmpeg leaves it open, larger than its headers could be. */
  async noise(seq: number): Promise<void> {
    const { success } = await new Deno.Command("ffmpeg", {
      args: ["-v", "error", "-f", "lavfi", "-i", "anoisesrc=r=48000:d=1"]
        .concat([
          "-f",
          "flac",
          join(this.folder.path, `${chunkName(seq, "flac")}.part`),
        ]),
    }).output();
    assert(success);
  }

  eventsOf<N extends SessionEvent["event"]>(name: N) {
    return this.events.filter((
      event,
    ): event is Extract<SessionEvent, { event: N }> => event.event === name);
  }

  [Symbol.dispose](): void {
    this.folder[Symbol.dispose]();
  }
}

for (const hours of [-1, 1]) {
  Deno.test(`a clock that is set by ${hours} h is a warning, and no gap`, async () => {
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

Deno.test("a machine that slept leaves a gap of that length", async () => {
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
  Deno.test(`a clock that is set by ${days} days while the session is prepared changes nothing but its own`, async () => {
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

Deno.test("a sleep before the first audio is part of the gap before it", async () => {
  using scene = new Scene();
  const begun = scene.clock.now();
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
  assertEquals(gap?.start, begun);
  assertAlmostEquals(gap?.end ?? 0, audio, 1);
  assertAlmostEquals(gap?.duration ?? 0, 3_607, 0.01);
});

Deno.test("a sleep that the device does not survive is part of the gap after it", async () => {
  using scene = new Scene();
  const begun = scene.clock.now();
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
  assertEquals([gap?.cause, gap?.start], ["device_gone", begun]);
  assertAlmostEquals(gap?.end ?? 0, audio, 1);
  assertAlmostEquals(gap?.duration ?? 0, (audio - begun) / 1000, 0.01);
});

Deno.test("a run whose first reports come late begins when it began", async () => {
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

Deno.test("a stream that sends at once what it holds begins with the oldest of that", async () => {
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

Deno.test("a run without a second report ends the gap before it all the same", async () => {
  using scene = new Scene();
  const end = scene.session.toEnd();
  await scene.clock.advanceAsync(5_000);
  scene.ffmpeg.measure(0, -12);
  await scene.clock.advanceAsync(1_400);
  assertEquals(scene.eventsOf("gap"), []);
  await scene.clock.advanceAsync(200);
  const [gap] = scene.eventsOf("gap");
  assertEquals([gap?.cause, gap?.duration], ["start", 4.98]);
  scene.session.stop("interrupted");
  await end;
});

Deno.test("a run that ends right after it began ends the gap before it all the same", async () => {
  using scene = new Scene();
  const end = scene.session.toEnd();
  await scene.clock.advanceAsync(5_000);
  scene.ffmpeg.measure(0, -12);
  scene.ffmpeg.exit(1);
  await scene.clock.advanceAsync(0);
  const [gap] = scene.eventsOf("gap");
  assertEquals([gap?.cause, gap?.duration], ["start", 4.98]);
  scene.session.stop("interrupted");
  await end;
});

Deno.test("a run that ends right after it began ends the gap before it before the next is tried", async () => {
  using scene = new Scene();
  const end = scene.session.toEnd();
  await scene.flow(0, 5);
  await nextRun(scene);
  await scene.clock.advanceAsync(5_000);
  scene.ffmpeg.measure(0, -12);
  // Large enough that nobody waits for it to be closed.
  await scene.noise(1);
  await nextRun(scene);
  scene.session.stop("interrupted");
  await end;
  assertEquals(
    scene.events.map(({ event }) => event).filter((event) =>
      event === "gap" || event === "ffmpeg_stopped" || event === "recovery"
    ).slice(0, 5),
    ["ffmpeg_stopped", "recovery", "gap", "ffmpeg_stopped", "recovery"],
  );
});

Deno.test("a sleep right after the first audio is a gap of its own", async () => {
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
    [["start", 4.98], ["suspend", 3_600]],
  );
});

Deno.test("samples that are lost on the way are a gap of their length", async () => {
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

Deno.test("waits grow while ffmpeg fails, and begin anew after a minute of audio", async () => {
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

Deno.test("a source that gives minutes of audio at once is not asked again and again", async () => {
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

Deno.test("a wait ends when the source is back, and the count goes on", async () => {
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

Deno.test("no new audio for the stall's time ends the run, reports that stand still or go back too", async () => {
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

Deno.test("peaks tell of progress, too: a run that has them is no stall until they end", async () => {
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

Deno.test("the list of chunks tells how much there is at the end, between two peaks", async () => {
  using scene = new Scene(4.6);
  const end = scene.session.toEnd();
  await scene.clock.advanceAsync(100);
  for (let second = 1; second <= 4; second++) {
    await scene.clock.advanceAsync(1_000);
    scene.ffmpeg.measure(50 * second - 1, -12);
  }
  scene.ffmpeg.list("chunk_00001.flac.part", 0, 4.6);
  scene.ffmpeg.exit(0);
  const outcome = await end;
  assertEquals([outcome.reason, outcome.exitCode], ["duration_reached", 0]);
  assertEquals(scene.processes.length, 1);
});

Deno.test("without any audio the session is given up after its start time", async () => {
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

Deno.test("audio that ffmpeg cannot write is none: the session is given up after its start time", async () => {
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

Deno.test("audio that turns out to be lost after the start time ends the session at once", async () => {
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

Deno.test("audio of minutes whose file was deleted is audio: the session is not given up", async () => {
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

Deno.test("a duration of a month ends the session after a month", async () => {
  const month = 30 * 86_400;
  using scene = new Scene(month);
  const end = scene.session.toEnd();
  await scene.flow(0, 5);
  const keepAlive = 5;
  for (let second = 5; second < month; second += keepAlive) {
    await scene.clock.advanceAsync(keepAlive * 1_000);
    scene.ffmpeg.capture(second + keepAlive);
  }
  await scene.clock.advanceAsync(4_000);
  assertEquals((await end).reason, "duration_reached");
});

Deno.test("a clock that is set does not change how long a session lasts", async () => {
  using scene = new Scene(600);
  const end = scene.session.toEnd();
  await scene.flow(0, 10);
  scene.clock.step(1000 * HOUR);
  await scene.flow(10, 300);
  assertEquals(scene.eventsOf("session_stop"), []);
  await scene.flow(300, 605);
  assertEquals((await end).reason, "duration_reached");
});

Deno.test("the first reason to stop counts", async () => {
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

Deno.test("audio that is missing before a stop that was asked for is a gap", async () => {
  using scene = new Scene(30);
  const end = scene.session.toEnd();
  await scene.flow(0, 5);
  await scene.clock.advanceAsync(14_000);
  scene.session.stop("interrupted");
  await end;
  const [gap, more] = scene.eventsOf("gap");
  assertEquals(more, undefined);
  assertEquals(gap?.cause, "stop");
  assertAlmostEquals(gap?.duration ?? 0, 14, 1);
});

Deno.test("a duration that passes without any audio is a failure", async () => {
  using scene = new Scene(4);
  const end = scene.session.toEnd();
  await scene.clock.advanceAsync(1_000);
  scene.ffmpeg.say("[error] nothing there");
  scene.ffmpeg.exit(1);
  // A source that is slow to come up has some seconds more.
  await scene.clock.advanceAsync(7_000);
  const outcome = await end;
  assertEquals([outcome.reason, outcome.exitCode], ["start_failed", 1]);
  const [stop] = scene.eventsOf("session_stop");
  assertAlmostEquals(stop?.wall ?? 0, 7, 0.1);
});

Deno.test("a source that takes longer to come up than is to be recorded is recorded all the same", async () => {
  using scene = new Scene(1);
  const end = scene.session.toEnd();
  await scene.clock.advanceAsync(1_500);
  scene.ffmpeg.capture(1);
  scene.ffmpeg.exit(0);
  await scene.clock.advanceAsync(100);
  const { reason, exitCode } = await end;
  assertEquals([reason, exitCode], ["duration_reached", 0]);
});

Deno.test("a source that comes up right before the duration has passed is recorded all the same", async () => {
  using scene = new Scene(1);
  const end = scene.session.toEnd();
  await scene.clock.advanceAsync(900);
  scene.ffmpeg.measure(0, -12);
  await scene.clock.advanceAsync(200);
  assertEquals(scene.ffmpeg.stops, 0);
  scene.ffmpeg.capture(1);
  scene.ffmpeg.exit(0);
  await scene.clock.advanceAsync(100);
  assertEquals((await end).reason, "duration_reached");
});

Deno.test("an ffmpeg that ends for want of its folder is not taken for one that may not write there", async () => {
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

Deno.test("what ffmpeg complained of long before it ended is not why it ended", async () => {
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

Deno.test("a run begins with no number of a chunk that is there, though it cannot be looked at", async () => {
  using scene = new Scene();
  const { statSync } = Deno;
  const end = scene.session.toEnd();
  await scene.flow(0, 3);
  const part = join(scene.folder.path, "chunk_00001.flac.part");
  Deno.writeTextFileSync(part, "fLaC");
  try {
    Deno.statSync = (path) => {
      if (!String(path).includes("chunk_")) return statSync(path);
      throw new Deno.errors.PermissionDenied("Permission denied");
    };
    await nextRun(scene);
  } finally {
    Deno.statSync = statSync;
  }
  await nextRun(scene);
  scene.session.stop("interrupted");
  await end;
  assertEquals(Deno.readTextFileSync(part), "fLaC");
  const [, unseen, seen] = scene.eventsOf("ffmpeg_command").map((
    { command },
  ) => Number(/ -segment_start_number (\d+) /.exec(command)?.[1]));
  assertEquals(seen, 2);
  assert(unseen !== undefined && unseen > 1);
});

Deno.test("a chunk that can be closed only later is closed then, and no part of the gap", async () => {
  using scene = new Scene();
  const end = scene.session.toEnd();
  await closableLater(scene);
  await scene.flow(0, 2);
  const [closed] = await waitFor(
    "the chunk",
    () =>
      scene.eventsOf("gap").length > 0 ? scene.eventsOf("chunk_created") : null,
  );
  scene.session.stop("interrupted");
  await end;
  assertEquals([closed?.file, closed?.duration], ["chunk_00001.flac", 10]);
  assertEquals(scene.eventsOf("error").length, 1);
  const [gap] = scene.eventsOf("gap");
  assertAlmostEquals(gap?.start ?? 0, closed?.end ?? 0, 1);
  assertAlmostEquals(gap?.duration ?? 0, 6, 1);
  assertEquals(scene.eventsOf("session_stop")[0]?.chunks, 1);
});

Deno.test("a chunk that is closed when the next run is over at once is no part of the gap either", async () => {
  using scene = new Scene();
  const end = scene.session.toEnd();
  await closableLater(scene);
  await scene.noise(2);
  scene.ffmpeg.measure(0, -12);
  scene.ffmpeg.list("chunk_00002.flac.part", 0, 1);
  await nextRun(scene);
  scene.session.stop("interrupted");
  await end;
  const [first, second] = scene.eventsOf("chunk_created");
  assertEquals([first?.seq, second?.seq], [1, 2]);
  const [gap] = scene.eventsOf("gap");
  assertAlmostEquals(gap?.start ?? 0, first?.end ?? 0, 1);
  assertAlmostEquals(gap?.end ?? 0, second?.start ?? 0, 1);
});

/** Ten seconds in a chunk that cannot be closed when its run ends, and can be 5 s later. */
async function closableLater(scene: Scene): Promise<void> {
  const { path } = scene.folder;
  await scene.flow(0, 10);
  await chunk(path, 1, 10);
  const name = join(path, "chunk_00001.flac");
  Deno.renameSync(name, `${name}.part`);
  Deno.mkdirSync(name);
  await nextRun(scene);
  await waitFor("the failure", () => scene.eventsOf("error")[0] ?? null);
  Deno.removeSync(name);
  await scene.clock.advanceAsync(5_000);
}

/** ffmpeg fails, and the next one is started. */
async function nextRun(scene: Scene): Promise<void> {
  const runs = scene.processes.length;
  scene.ffmpeg.exit(1);
  await waitFor("the next ffmpeg", async () => {
    await scene.clock.advanceAsync(100);
    return scene.processes.length > runs || null;
  });
}
