import { assertEquals } from "@std/assert";
import { TOLD } from "./explained.ts";

const tests = [...Deno.readDirSync(new URL(".", import.meta.url))]
  .filter(({ name }) => name.endsWith("_test.ts"))
  .map(({ name }) => Deno.readTextFileSync(new URL(name, import.meta.url)))
  .join("\n");

Deno.test("every fault of the table is caused by a test of this folder", () => {
  const unused = Object.keys(TOLD).filter((fault) =>
    !new RegExp(`assertExplained\\([^)]*"${fault}"`).test(tests)
  );
  assertEquals(unused, []);
});

Deno.test("every fault whose session is checked as a whole is explained, too", () => {
  const forgotten = tests.split(/^Deno\.test\(/m)
    .filter((test) => /assertSound\(/.test(test))
    .filter((test) => !/assertExplained\(/.test(test))
    .map((test) => test.split("\n")[0] ?? "");
  assertEquals(forgotten, [
    // Comes and goes for a minute: its causes are those of the row before.
    '"a sound server that comes and goes for a minute loses nothing but what is named", async () => {',
  ]);
});
