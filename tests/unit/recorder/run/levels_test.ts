import { assertEquals } from "@std/assert";
import { LevelMeter, PeakTrack } from "../../../../src/recorder/run/levels.ts";

function observe(meter: LevelMeter, from: number, levels: number[]) {
  return levels.flatMap((dbfs, index) => {
    const position = from + index;
    const note = meter.observe(dbfs, 5_000 + position);
    return note === null ? [] : [[from + index, note.code]];
  });
}

Deno.test("LevelMeter: reports ten seconds of digital silence and their end once", () => {
  const meter = new LevelMeter();
  const zeros = Array.from({ length: 25 }, () => -Infinity);
  assertEquals(observe(meter, 0, [-30, ...zeros, -30, -30]), [
    [10, "digital_silence"],
    [26, "digital_silence_ended"],
  ]);
});

Deno.test("LevelMeter: reports a silence that continues in the next run once", () => {
  const meter = new LevelMeter();
  const zeros = Array.from({ length: 12 }, () => -Infinity);
  assertEquals(observe(meter, 0, zeros), [[9, "digital_silence"]]);
  meter.startRun();
  assertEquals(observe(meter, 12, [...zeros, -30]), [
    [24, "digital_silence_ended"],
  ]);
});

Deno.test("LevelMeter: ignores two short silences in consecutive runs", () => {
  const meter = new LevelMeter();
  const zeros = Array.from({ length: 9 }, () => -Infinity);
  assertEquals(observe(meter, 0, zeros), []);
  meter.startRun();
  assertEquals(observe(meter, 9, [...zeros, -30]), []);
});

Deno.test("LevelMeter: ignores nine seconds of digital silence and a very quiet room", () => {
  const meter = new LevelMeter();
  const zeros = Array.from({ length: 9 }, () => -Infinity);
  const quiet = Array.from({ length: 60 }, () => -90.3);
  assertEquals(observe(meter, 0, [...zeros, -90, ...quiet]), []);
});

/** Seconds of zeros, then a minute of sound. */
function pausing(zeros: number, times: number): number[] {
  return Array.from({ length: times }, () => [
    ...Array.from({ length: zeros }, () => -Infinity),
    ...Array.from({ length: 60 - zeros }, () => -30),
  ]).flat();
}

Deno.test("LevelMeter: reports three silences one by one, and the next ones once an hour", () => {
  const meter = new LevelMeter();
  const notes = observe(meter, 0, pausing(20, 130));
  const codes = notes.slice(0, 6).map(([, code]) => String(code));
  const pair = ["digital_silence", "digital_silence_ended"];
  assertEquals(codes, [...pair, ...pair, ...pair]);
  // The third was reported at 2 min 10 s.
  assertEquals(notes.slice(6), [
    [3_729, "digital_silence"],
    [7_329, "digital_silence"],
  ]);
});

Deno.test("LevelMeter: a report of many silences counts them", () => {
  const meter = new LevelMeter();
  const messages = pausing(20, 70).flatMap((dbfs, second) =>
    meter.observe(dbfs, second)?.message ?? []
  );
  assertEquals(
    messages.at(-1),
    "Every sample was zero 60 times in the last hour; the last time for 10 s so far",
  );
});

Deno.test("LevelMeter: a silence that is not reported and lasts is reported after an hour", () => {
  const meter = new LevelMeter();
  observe(meter, 0, pausing(20, 4));
  const zeros = Array.from({ length: 4_000 }, () => -Infinity);
  const notes = observe(meter, 240, zeros);
  assertEquals(notes, [[3_729, "digital_silence"]]);
});

Deno.test("LevelMeter: after an hour without silence the next one is reported at once", () => {
  const meter = new LevelMeter();
  observe(meter, 0, pausing(20, 6));
  const quiet = Array.from({ length: 3_700 }, () => -30);
  observe(meter, 360, quiet);
  const zeros = Array.from({ length: 10 }, () => -Infinity);
  assertEquals(observe(meter, 4_060, [...zeros, -30]), [
    [4_069, "digital_silence"],
    [4_070, "digital_silence_ended"],
  ]);
});

Deno.test("LevelMeter: reports clipping once an hour", () => {
  const meter = new LevelMeter();
  const loud = Array.from({ length: 3_700 }, () => -0.0003);
  assertEquals(observe(meter, 0, [-0.1, ...loud]), [
    [1, "clipping"],
    [3601, "clipping"],
  ]);
});

function track(levels: number[]): PeakTrack {
  const peaks = new PeakTrack();
  levels.forEach((dbfs, position) => peaks.add({ position, dbfs }));
  return peaks;
}

Deno.test("PeakTrack: returns the highest level of a chunk", () => {
  const peaks = track([-20, -3, -40, -10]);
  assertEquals(peaks.take(0, 2), -3);
  assertEquals(peaks.take(2, 4), -10);
  assertEquals(peaks.take(4, 6), null);
});

Deno.test("PeakTrack: returns -Infinity for digital silence", () => {
  assertEquals(track([-Infinity]).take(0, 1), -Infinity);
});
