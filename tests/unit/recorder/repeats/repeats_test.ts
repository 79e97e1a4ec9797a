import { assert, assertEquals } from "@std/assert";
import {
  beginsOutput,
  openedAddress,
  RepeatedAudio,
  Segments,
} from "../../../../src/recorder/repeats/repeats.ts";

/** A run that was stopped. */
const STOPPED = { isComplete: false, elapsed: 0 };

/** A run that opens addresses, each with the audio captured after it. */
function run(
  segments: Segments,
  opened: readonly (readonly [string, number])[],
  captured = 0,
): RepeatedAudio {
  const repeated = new RepeatedAudio(segments);
  let total = captured;
  for (const [address, length] of opened) {
    repeated.open(address);
    if (length > 0) repeated.beginOutput();
    total += length;
    if (length > 0) repeated.report(total, 0);
  }
  return repeated;
}

Deno.test("RepeatedAudio: a source without segments repeats nothing", () => {
  const repeated = new RepeatedAudio(new Segments());
  repeated.beginOutput();
  assertEquals(repeated.length, null);
  repeated.report(3, 0);
  assertEquals(repeated.length, 0);
});

Deno.test("RepeatedAudio: reports that come before the messages change nothing", () => {
  const segments = new Segments();
  for (const expected of [0, 3]) {
    const repeated = new RepeatedAudio(segments);
    repeated.report(3, 0);
    // Only what was opened before can be repeated.
    assertEquals(repeated.length, expected === 0 ? 0 : null);
    repeated.open("a");
    repeated.open("b");
    repeated.beginOutput();
    repeated.open("c");
    repeated.finish(STOPPED);
    assertEquals(repeated.length, expected);
  }
  assertEquals(segments.end, 3);
});

Deno.test("RepeatedAudio: does not wait for ever for messages", () => {
  const segments = new Segments();
  run(segments, [["a", 5]]);
  const repeated = new RepeatedAudio(segments);
  repeated.report(9, 0);
  assertEquals(repeated.length, null);
  repeated.report(10, 0);
  assertEquals(repeated.length, 0);
  assertEquals(segments.end, 15);
});

Deno.test("RepeatedAudio: knows what is repeated once a new segment comes", () => {
  const segments = new Segments();
  run(segments, [["a", 10], ["b", 10], ["c", 10]]);
  const repeated = run(segments, [["b", 10], ["c", 10]]);
  assertEquals(repeated.length, null);
  repeated.open("d");
  assertEquals(repeated.length, 20);
  repeated.report(30, 0);
  assertEquals(segments.end, 40);
});

Deno.test("RepeatedAudio: all of a run may be repeated", () => {
  const segments = new Segments();
  run(segments, [["a", 10], ["b", 10]]);
  const repeated = run(segments, [["a", 10], ["b", 10]]);
  repeated.finish(STOPPED);
  assertEquals(repeated.length, 20);
  assertEquals(segments.end, 20);
});

Deno.test("RepeatedAudio: the rest of a segment is new", () => {
  const segments = new Segments();
  run(segments, [["a", 10], ["b", 4]]);
  const repeated = run(segments, [["a", 10], ["b", 10], ["c", 10]]);
  assertEquals(repeated.length, 14);
  assertEquals(segments.end, 30);
});

Deno.test("RepeatedAudio: new segments from the start repeat nothing", () => {
  const segments = new Segments();
  run(segments, [["a", 10], ["b", 10]]);
  const repeated = run(segments, [["k", 10], ["l", 10]]);
  assertEquals(repeated.length, 0);
  assertEquals(segments.end, 40);
});

Deno.test("RepeatedAudio: a file that every run reads first is no segment", () => {
  const segments = new Segments();
  run(segments, [["init", 0], ["a", 10], ["b", 10], ["c", 10]]);
  const repeated = run(segments, [["init", 0], ["c", 10], ["d", 10]]);
  assertEquals(repeated.length, 10);
  assertEquals(segments.end, 40);
});

Deno.test("RepeatedAudio: a header of the segments alone repeats nothing", () => {
  const segments = new Segments();
  run(segments, [["init", 0], ["a", 10], ["b", 10]]);
  const repeated = run(segments, [["init", 0], ["k", 10]]);
  assertEquals(repeated.length, 0);
  assertEquals(segments.end, 30);
});

Deno.test("RepeatedAudio: reports that come after the next address change nothing", () => {
  const segments = new Segments();
  run(segments, [["a", 10], ["b", 10], ["c", 10]]);
  const late = run(segments, [["b", 0], ["c", 0], ["d", 0]]);
  assertEquals(late.length, 20);
  late.report(10, 0);
  late.report(25, 0);
  assertEquals(segments.end, 35);
  late.finish(STOPPED);
  const next = run(segments, [["c", 10], ["d", 5], ["e", 10]]);
  assertEquals(next.length, 15);
  assertEquals(segments.end, 45);
});

Deno.test("RepeatedAudio: a segment that is left out is not repeated", () => {
  const segments = new Segments();
  run(segments, [["a", 10], ["b", 10], ["c", 10]]);
  const repeated = run(segments, [["a", 10], ["c", 10], ["d", 10]]);
  assertEquals(repeated.length, 20);
  assertEquals(segments.end, 40);
});

Deno.test("RepeatedAudio: several restarts count from the first time", () => {
  const segments = new Segments();
  run(segments, [["a", 10], ["b", 10]]);
  run(segments, [["a", 10], ["b", 10]]).finish(STOPPED);
  const repeated = run(segments, [["b", 10], ["c", 10]]);
  assertEquals(repeated.length, 10);
  assertEquals(segments.end, 30);
});

Deno.test("RepeatedAudio: addresses that are used in turn come back with new audio", () => {
  const segments = new Segments();
  run(segments, [["a", 10], ["b", 10], ["c", 10], ["a", 10], ["b", 10]]);
  const repeated = run(segments, [["a", 10], ["b", 10]]);
  assertEquals(repeated.length, null);
  repeated.open("c");
  assertEquals(repeated.length, 20);
  repeated.report(30, 0);
  assertEquals(segments.end, 60);
});

Deno.test("RepeatedAudio: does not wait for ever for a new address", () => {
  const segments = new Segments();
  run(segments, [["live", 10]]);
  const repeated = run(segments, [["live", 0]]);
  repeated.report(100, 0);
  assertEquals(repeated.length, null);
  repeated.report(140, 0);
  assertEquals(repeated.length, 10);
});

/**
 * A run that reads a file of one peak a second, `speed` times as fast as it
 * sounds, to its end.
 */
function readFile(
  segments: Segments,
  peaks: readonly number[],
  { speed = 100, rest = 0, isComplete = true } = {},
): RepeatedAudio {
  const repeated = new RepeatedAudio(segments);
  repeated.beginOutput();
  for (const [index, peak] of peaks.entries()) {
    // ffmpeg reports the time before the peak.
    repeated.report(index + 1, (index + 1) / speed);
    repeated.addPeak(peak);
  }
  const length = peaks.length + rest;
  if (rest > 0) repeated.report(length, length / speed);
  repeated.finish({ isComplete, elapsed: length / speed });
  return repeated;
}

const SONG = [-20, -21.5, -19.25, -20, -Infinity, -30, -18.5, -22];

Deno.test("RepeatedAudio: a file that is opened again gives the same audio", () => {
  const segments = new Segments();
  assertEquals(readFile(segments, SONG, { rest: 0.5 }).length, 0);
  for (let times = 0; times < 3; times++) {
    assertEquals(readFile(segments, SONG, { rest: 0.5 }).length, 8.5);
  }
  assertEquals(segments.end, 8.5);
});

Deno.test("RepeatedAudio: what a file that has grown has more is new", () => {
  const segments = new Segments();
  readFile(segments, SONG);
  assertEquals(readFile(segments, [...SONG, -12, -13]).length, 8);
  assertEquals(segments.end, 10);
  assertEquals(readFile(segments, [...SONG, -12, -13]).length, 10);
});

Deno.test("RepeatedAudio: a part of the file that was cut off is repeated, too", () => {
  const segments = new Segments();
  readFile(segments, SONG);
  const cut = readFile(segments, SONG.slice(0, 3), { isComplete: false });
  assertEquals(cut.length, 3);
  assertEquals(readFile(segments, SONG).length, 8);
  assertEquals(segments.end, 8);
});

Deno.test("RepeatedAudio: another file is new from its first second on", () => {
  const segments = new Segments();
  readFile(segments, SONG);
  const other = new RepeatedAudio(segments);
  other.beginOutput();
  other.report(1, 0.1);
  assertEquals(other.length, null);
  other.addPeak(-7);
  other.report(1.5, 0.2);
  assertEquals(other.length, 0);
});

Deno.test("RepeatedAudio: a source that sends audio as it sounds is no file, even with the same peaks", () => {
  const tone = Array.from({ length: 20 }, () => -21);
  const live = new Segments();
  readFile(live, tone, { speed: 1 });
  assertEquals(readFile(live, tone, { speed: 1 }).length, 0);
  assertEquals(live.end, 40);
  // Live audio may follow a file.
  const file = new Segments();
  readFile(file, tone);
  assertEquals(readFile(file, tone, { speed: 1 }).length, 0);
});

Deno.test("RepeatedAudio: equal peaks are the same audio only with the same length", () => {
  const tone = Array.from({ length: 6 }, () => -18);
  const segments = new Segments();
  readFile(segments, tone);
  assertEquals(readFile(segments, tone).length, 6);
  assertEquals(readFile(segments, tone.slice(1)).length, 0);
  assertEquals(readFile(segments, [...tone, -18]).length, 0);
});

Deno.test("RepeatedAudio: silence never counts as audio that came before", () => {
  // A live stream that sends what it holds at once may be silent.
  const silence = Array.from({ length: 6 }, () => -Infinity);
  const segments = new Segments();
  readFile(segments, silence);
  assertEquals(readFile(segments, silence).length, 0);
});

Deno.test("RepeatedAudio: a run that was stopped, or failed, has read no file", () => {
  const segments = new Segments();
  readFile(segments, SONG, { isComplete: false });
  assertEquals(readFile(segments, SONG).length, 0);
});

Deno.test("beginsOutput: reads ffmpeg's line", () => {
  assert(beginsOutput("Opening './chunk_00001.flac.part' for writing"));
  assert(!beginsOutput("Opening 'http://a/1.ts' for reading"));
});

Deno.test("openedAddress: reads ffmpeg's line", () => {
  assertEquals(
    openedAddress("Opening 'http://host/live 7.ts' for reading"),
    "http://host/live 7.ts",
  );
  assertEquals(openedAddress("Opening 'file:x.part' for writing"), null);
  for (const list of ["http://a/live.m3u8", "http://a/x.MPD?token=1"]) {
    assertEquals(openedAddress(`Opening '${list}' for reading`), null);
  }
});
