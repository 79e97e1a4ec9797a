import { assertEquals } from "@std/assert";
import { LevelMeter, PeakTrack } from "../../src/session/levels.ts";

function observe(meter: LevelMeter, from: number, levels: number[]) {
  return levels.flatMap((dbfs, index) => {
    const position = from + index;
    const note = meter.observe(dbfs, 5_000 + position);
    return note === null ? [] : [[from + index, note.code]];
  });
}

Deno.test("ten seconds of digital zero are told once, and their end", () => {
  const meter = new LevelMeter();
  const zeros = Array.from({ length: 25 }, () => -Infinity);
  assertEquals(observe(meter, 0, [-30, ...zeros, -30, -30]), [
    [10, "digital_silence"],
    [26, "digital_silence_ended"],
  ]);
});

Deno.test("a silence that goes on in the next run is told once", () => {
  const meter = new LevelMeter();
  const zeros = Array.from({ length: 12 }, () => -Infinity);
  assertEquals(observe(meter, 0, zeros), [[9, "digital_silence"]]);
  meter.beginRun();
  assertEquals(observe(meter, 12, [...zeros, -30]), [
    [24, "digital_silence_ended"],
  ]);
});

Deno.test("two short silences of two runs are nothing", () => {
  const meter = new LevelMeter();
  const zeros = Array.from({ length: 9 }, () => -Infinity);
  assertEquals(observe(meter, 0, zeros), []);
  meter.beginRun();
  assertEquals(observe(meter, 9, [...zeros, -30]), []);
});

Deno.test("nine seconds of digital zero and a very quiet room are nothing", () => {
  const meter = new LevelMeter();
  const zeros = Array.from({ length: 9 }, () => -Infinity);
  const quiet = Array.from({ length: 60 }, () => -90.3);
  assertEquals(observe(meter, 0, [...zeros, -90, ...quiet]), []);
});

Deno.test("clipping is told once an hour", () => {
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

Deno.test("the peak of a chunk is the highest of its seconds", () => {
  const peaks = track([-20, -3, -40, -10]);
  assertEquals(peaks.take(0, 2), -3);
  assertEquals(peaks.take(2, 4), -10);
  assertEquals(peaks.take(4, 6), null);
});

Deno.test("the peak of digital silence is minus infinity", () => {
  assertEquals(track([-Infinity]).take(0, 1), -Infinity);
});
