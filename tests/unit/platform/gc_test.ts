import { assertEquals } from "@std/assert";
import { collectGarbagePeriodically } from "../../../src/platform/gc.ts";
import { created } from "../../support/dead_session.ts";
import { event } from "../../support/events.ts";

Deno.test("collectGarbagePeriodically: collects garbage once per day of chunks and for no other event", () => {
  const collectedAt: number[] = [];
  let seq = 0;
  const sink = collectGarbagePeriodically(() => void collectedAt.push(seq));
  while (seq < 600) {
    sink.emit(created(++seq, 300 * seq));
    sink.emit(event("ffmpeg_started"));
  }
  assertEquals(collectedAt, [288, 576]);
});

Deno.test("collectGarbagePeriodically: uses V8's own collector when it is exposed", () => {
  let collections = 0;
  Reflect.set(globalThis, "gc", () => void collections++);
  using _undo = {
    [Symbol.dispose]: () => Reflect.deleteProperty(globalThis, "gc"),
  };
  const sink = collectGarbagePeriodically();
  for (let seq = 1; seq <= 288; seq++) sink.emit(created(seq, 300 * seq));
  assertEquals(collections, 1);
});
