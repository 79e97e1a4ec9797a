import { assertEquals } from "@std/assert";
import { keepSmall } from "../../src/session/memory.ts";
import { created } from "./dead_session.ts";

Deno.test("garbage is collected after a day's chunks, and at nothing else", () => {
  const collectedAt: number[] = [];
  let seq = 0;
  const sink = keepSmall(() => void collectedAt.push(seq));
  while (seq < 600) {
    sink.emit(created(++seq, 300 * seq));
    sink.emit({ event: "ffmpeg_started", time: 0, run: 1, pid: 1, latency: 0 });
  }
  assertEquals(collectedAt, [288, 576]);
});

Deno.test("V8's own collector is taken where it is there", () => {
  let collections = 0;
  Reflect.set(globalThis, "gc", () => void collections++);
  using _undo = {
    [Symbol.dispose]: () => Reflect.deleteProperty(globalThis, "gc"),
  };
  const sink = keepSmall();
  for (let seq = 1; seq <= 288; seq++) sink.emit(created(seq, 300 * seq));
  assertEquals(collections, 1);
});
