import { assertEquals } from "@std/assert";
import type { SessionEvent, Telemetry } from "../../../../src/events.ts";
import { Handover } from "../../../../src/recorder/rollover/handover.ts";
import { event } from "../../../support/events.ts";

function scene() {
  const passed: string[] = [];
  const handover = new Handover([{
    emit: (one: SessionEvent) =>
      void passed.push(
        one.event === "session_start"
          ? `start ${one.session_id}`
          : one.event === "session_stop"
          ? `stop ${one.reason}`
          : one.event,
      ),
    observe: (one: Telemetry) => void passed.push(one.kind),
  }]);
  return { passed, handover };
}

const start = (session_id: string) => event("session_start", { session_id });
const stop = event("session_stop", { reason: "rollover" });
const ctrlC = event("session_stop", { reason: "interrupted" });

Deno.test("Handover: passes a session that records beside another when that has ended", () => {
  const { passed, handover } = scene();
  const [one, two] = [handover.next(), handover.next()];
  one.emit(start("1"));
  two.emit(start("2"));
  two.observe?.({ kind: "audio" });
  two.observe?.({ kind: "audio" });
  one.observe?.({ kind: "audio" });
  assertEquals(passed, ["start 1", "audio"]);
  one.emit(stop);
  assertEquals(passed.slice(2), ["stop rollover", "start 2", "audio"]);
  two.observe?.({ kind: "audio" });
  two.emit(stop);
  assertEquals(passed.slice(5), ["audio", "stop rollover"]);
});

Deno.test("Handover: passes nothing of a session that ends without taking over", () => {
  const { passed, handover } = scene();
  const [one, two] = [handover.next(), handover.next()];
  one.emit(start("1"));
  two.emit(start("2"));
  two.emit(stop);
  const three = handover.next();
  three.emit(start("3"));
  one.emit(stop);
  assertEquals(passed, ["start 1", "stop rollover", "start 3"]);
});

Deno.test("Handover: passes one end when two sessions are stopped at once, whichever ends first", () => {
  for (const isFormerFirst of [true, false]) {
    const { passed, handover } = scene();
    const [one, two] = [handover.next(), handover.next()];
    one.emit(start("1"));
    two.emit(start("2"));
    const order = isFormerFirst ? [one, two] : [two, one];
    assertEquals(order.map((lane) => lane.finish(ctrlC)), [false, true]);
    // The last line of a log comes later.
    for (const lane of order) lane.emit(ctrlC);
    assertEquals(
      passed,
      isFormerFirst
        ? ["start 1", "stop rollover", "start 2", "stop interrupted"]
        : ["start 1", "stop interrupted"],
    );
  }
});

Deno.test("Handover: passes the end of the newest session when it ends before the former is closed", () => {
  const { passed, handover } = scene();
  const [one, two] = [handover.next(), handover.next()];
  one.emit(start("1"));
  two.emit(start("2"));
  assertEquals(two.finish(ctrlC), false);
  assertEquals(one.finish(stop), true);
  assertEquals(passed, [
    ...["start 1", "stop rollover", "start 2", "stop interrupted"],
  ]);
});

Deno.test("Handover: continues with the next session when one fails beside it or never ends", () => {
  const { passed, handover } = scene();
  const [one, two] = [handover.next(), handover.next()];
  one.emit(start("1"));
  two.emit(start("2"));
  assertEquals(one.finish(event("session_stop", { reason: "gave_up" })), false);
  const broken = handover.next();
  broken[Symbol.dispose]();
  const three = handover.next();
  three.emit(start("3"));
  two[Symbol.dispose]();
  assertEquals(passed, ["start 1", "stop rollover", "start 2", "start 3"]);
  assertEquals(three.finish(ctrlC), true);
});
