import { assertEquals } from "@std/assert";
import {
  areSignalsHandled,
  handleSignals,
} from "../../../../src/platform/programs/handled_signals.ts";

Deno.test("areSignalsHandled: as long as one of all that do is left", () => {
  assertEquals(areSignalsHandled(), false);
  const one = handleSignals();
  const other = handleSignals();
  one[Symbol.dispose]();
  one[Symbol.dispose]();
  assertEquals(areSignalsHandled(), true);
  other[Symbol.dispose]();
  assertEquals(areSignalsHandled(), false);
});
