import { assertEquals } from "@std/assert";
import { limitTime } from "../../../../src/recorder/end/limits.ts";
import { FakeClock } from "../../../fakes/clock.ts";

/** Returns the messages about missing audio within an hour. */
function messagesWith(startTimeout: number): string[] {
  const clock = new FakeClock();
  const messages: string[] = [];
  using _limits = limitTime({
    clock,
    passed: () => clock.monotonic() / 1000,
    left: () => null,
    startTimeout,
    isOpen: () => true,
    isWaiting: () => false,
    isEnding: () => false,
    onEnd: () => messages.push("end"),
    onNoAudio: (what) => messages.push(what),
  });
  clock.advance(3_600_000);
  return messages;
}

Deno.test("limitTime: gives up after the start timeout, and never with 0", () => {
  assertEquals(messagesWith(30), ["No audio within 30 s"]);
  assertEquals(messagesWith(0), []);
});
