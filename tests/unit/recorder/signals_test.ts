import { assertEquals } from "@std/assert";
import { hasStopSignal } from "../../../src/recorder/signals.ts";

Deno.test("hasStopSignal: is false only where no listener can be added", () => {
  const add = Deno.addSignalListener;
  try {
    Deno.addSignalListener = () => {
      throw new TypeError("no such signal");
    };
    assertEquals(hasStopSignal(), false);
  } finally {
    Deno.addSignalListener = add;
  }
  assertEquals(hasStopSignal(), Deno.build.os !== "windows");
});
