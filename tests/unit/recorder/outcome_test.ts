import { assertEquals } from "@std/assert";
import { Decision } from "../../../src/recorder/outcome.ts";

Deno.test("Decision: calls every listener once, even a late one, unless it is disposed", () => {
  const decision = new Decision();
  const calls: string[] = [];
  const wait = (name: string) => decision.onMade(() => void calls.push(name));
  using _early = wait("early");
  wait("gone")[Symbol.dispose]();
  decision.stop("terminated");
  decision.fail("disk_full", 1, "full");
  using _late = wait("late");
  assertEquals(calls, ["early", "late"]);
  assertEquals(decision.outcome, {
    reason: "terminated",
    exitCode: 0,
    problem: null,
  });
});
