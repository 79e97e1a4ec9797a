import { assert } from "@std/assert";
import { Lateness } from "../../../scripts/sources_table/lateness.ts";

Deno.test("Lateness: notices when the program is held up", () => {
  using lateness = new Lateness();
  const until = Date.now() + 150;
  while (Date.now() < until) {
    // Nothing else runs meanwhile.
  }
  assert(lateness.most >= 0.12, String(lateness.most));
});
