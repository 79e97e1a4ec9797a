import { assert } from "@std/assert";
import { createRedactor } from "../../src/redact/redact.ts";
import { growth } from "../support/growth.ts";

Deno.test("createRedactor: takes time in proportion to the text", () => {
  const redact = createRedactor({ secrets: ["hunter2!"] });
  for (
    const unit of [
      "a:b://",
      "@",
      "a@b:",
      "=",
      "%3D",
      "token",
      "key=.",
      ".",
      "-a ",
      "'",
      "a",
      "=%",
      "://",
    ]
  ) {
    const short = unit.repeat(Math.ceil(20_000 / unit.length));
    const long = short.repeat(10);
    // A hundred times as long would be the square.
    const times = growth(() => redact(short), () => redact(long), 40);
    assert(times < 40, `${JSON.stringify(unit)}: ${times} times`);
  }
});
