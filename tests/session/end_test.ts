import { assertEquals } from "@std/assert";
import { stopSignal } from "../../src/session/end.ts";

Deno.test("a recorder is asked to stop by a signal, and not where every signal ends it at once", () => {
  assertEquals(stopSignal("linux"), "SIGUSR1");
  assertEquals(stopSignal("darwin"), "SIGUSR1");
  assertEquals(stopSignal("windows"), null);
});
