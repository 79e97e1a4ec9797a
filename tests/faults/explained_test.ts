import { assertEquals } from "@std/assert";
import { EXPLAINED } from "./explained.ts";

const tests = [...Deno.readDirSync(new URL(".", import.meta.url))]
  .filter(({ name }) => name.endsWith("_test.ts"))
  .map(({ name }) => Deno.readTextFileSync(new URL(name, import.meta.url)))
  .join("\n");

Deno.test("recovery: causes every fault of the table in a test of this folder", () => {
  const unused = Object.keys(EXPLAINED).filter((fault) =>
    !new RegExp(`assertExplained\\([^)]*"${fault}"`).test(tests)
  );
  assertEquals(unused, []);
});

Deno.test("recovery: explains every fault whose session is checked as a whole", () => {
  const forgotten = tests.split(/^Deno\.test\(/m)
    .filter((test) => /assertSound\(/.test(test))
    .filter((test) => !/assertExplained\(/.test(test))
    .map((test) => test.split("\n")[0] ?? "");
  assertEquals(forgotten, [
    // Its causes are those of the row before.
    '"recovery: accounts for all lost audio when the sound server restarts repeatedly", async () => {',
    // It is no fault that a session knows of.
    '"moved source: a pactl that hangs neither stops nor delays a recording", async () => {',
  ]);
});
