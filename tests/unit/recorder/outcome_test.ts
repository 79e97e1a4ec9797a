import { assertEquals } from "@std/assert";
import type { StopReason } from "../../../src/events.ts";
import { EndController } from "../../../src/recorder/outcome.ts";

Deno.test("EndController: keeps the first outcome and aborts its signal once", () => {
  const end = new EndController();
  let aborts = 0;
  end.signal.addEventListener("abort", () => aborts++);
  assertEquals(end.signal.aborted, false);
  end.stop("terminated");
  end.fail("disk_full", "disk_full", "full");
  assertEquals([end.signal.aborted, aborts], [true, 1]);
  assertEquals(end.outcome, {
    reason: "terminated",
    exitCode: 0,
    problem: null,
  });
});

/** How a session without chunks ends after a request to stop. */
function endOf(
  reason: StopReason,
  problem: string | null,
  wasCaptured: boolean,
): [StopReason, number] {
  const end = new EndController();
  end.stop(reason);
  end.keptNothing(problem, wasCaptured);
  return [end.outcome.reason, end.outcome.exitCode];
}

Deno.test("EndController: a duration that left no chunk is a failed start", () => {
  assertEquals(endOf("duration_reached", null, false), ["start_failed", 1]);
  assertEquals(endOf("duration_reached", "x", true), ["start_failed", 1]);
});

Deno.test("EndController: audio that was captured and not kept is a failure", () => {
  assertEquals(endOf("interrupted", "x", true), ["interrupted", 1]);
});

Deno.test("EndController: a stop before there was audio is none", () => {
  assertEquals(endOf("interrupted", "no device", false), ["interrupted", 0]);
  assertEquals(endOf("terminated", null, true), ["terminated", 0]);
});
