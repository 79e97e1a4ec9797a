import { assertEquals } from "@std/assert";
import type { SessionEvent, Telemetry } from "../../../../src/events.ts";
import { Handover } from "../../../../src/recorder/rollover/handover.ts";
import { event } from "../../../support/events.ts";

function scene() {
  const passed: string[] = [];
  const handover = new Handover([{
    emit: (one: SessionEvent) =>
      void passed.push(
        one.event === "session_start" ? `start ${one.session_id}` : one.event,
      ),
    observe: (one: Telemetry) => void passed.push(one.kind),
  }]);
  return { passed, handover };
}

const start = (session_id: string) => event("session_start", { session_id });
const stop = event("session_stop", { reason: "rollover" });

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
  assertEquals(passed.slice(2), ["session_stop", "start 2", "audio"]);
  two.observe?.({ kind: "audio" });
  two.emit(stop);
  assertEquals(passed.slice(5), ["audio", "session_stop"]);
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
  assertEquals(passed, ["start 1", "session_stop", "start 3"]);
});
