import { assertEquals } from "@std/assert";
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
