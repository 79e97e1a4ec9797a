import { assertEquals } from "@std/assert";
import { stopSignal } from "../../../src/recorder/signals.ts";

Deno.test("stopSignal: returns SIGUSR1, and null on Windows", () => {
  assertEquals(stopSignal("linux"), "SIGUSR1");
  assertEquals(stopSignal("darwin"), "SIGUSR1");
  assertEquals(stopSignal("windows"), null);
});
