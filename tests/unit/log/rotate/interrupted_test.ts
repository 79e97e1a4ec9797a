import { assertEquals, assertThrows } from "@std/assert";
import { retryInterrupted } from "../../../../src/log/rotate/files.ts";

Deno.test("retryInterrupted: repeats what a signal interrupted, and nothing else", () => {
  let calls = 0;
  const result = retryInterrupted(() => {
    calls++;
    if (calls < 4) throw new Deno.errors.Interrupted("EINTR");
    return "written";
  });
  assertEquals([result, calls], ["written", 4]);
  assertThrows(() =>
    retryInterrupted(() => {
      throw new Deno.errors.PermissionDenied("no");
    }), Deno.errors.PermissionDenied);
});
