import { assertEquals } from "@std/assert";
import {
  openedAddress,
  RepeatedAudio,
  Segments,
} from "../../../../src/recorder/clock/repeats.ts";

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
    total += length;
    if (length > 0) repeated.report(total);
  }
  return repeated;
}

Deno.test("RepeatedAudio: a source without segments repeats nothing", () => {
  const repeated = new RepeatedAudio(new Segments());
  assertEquals(repeated.length, null);
  repeated.report(3);
  assertEquals(repeated.length, 0);
});

Deno.test("RepeatedAudio: knows what is repeated once a new segment comes", () => {
  const segments = new Segments();
  run(segments, [["a", 10], ["b", 10], ["c", 10]]);
  const repeated = run(segments, [["b", 10], ["c", 10]]);
  assertEquals(repeated.length, null);
  repeated.open("d");
  assertEquals(repeated.length, 20);
  repeated.report(30);
  assertEquals(segments.end, 40);
});

Deno.test("RepeatedAudio: all of a run may be repeated", () => {
  const segments = new Segments();
  run(segments, [["a", 10], ["b", 10]]);
  const repeated = run(segments, [["a", 10], ["b", 10]]);
  repeated.finish();
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

Deno.test("RepeatedAudio: several restarts count from the first time", () => {
  const segments = new Segments();
  run(segments, [["a", 10], ["b", 10]]);
  run(segments, [["a", 10], ["b", 10]]).finish();
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
  repeated.report(30);
  assertEquals(segments.end, 60);
});

Deno.test("RepeatedAudio: does not wait for ever for a new address", () => {
  const segments = new Segments();
  run(segments, [["live", 10]]);
  const repeated = run(segments, [["live", 0]]);
  repeated.report(100);
  assertEquals(repeated.length, null);
  repeated.report(140);
  assertEquals(repeated.length, 10);
});

Deno.test("openedAddress: reads ffmpeg's line", () => {
  assertEquals(
    openedAddress("Opening 'http://host/live 7.ts' for reading"),
    "http://host/live 7.ts",
  );
  assertEquals(openedAddress("Opening 'file:x.part' for writing"), null);
});
