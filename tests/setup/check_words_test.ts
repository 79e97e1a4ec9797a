import { assertEquals } from "@std/assert";
import { refusedWords } from "../../scripts/setup/check_words.ts";

Deno.test("refusedWords: names file, line, word and what to write", () => {
  const text = ["A plain line.", `It goes ${"on"} in ${"vain"}.`].join("\n");
  assertEquals(refusedWords("a.md", text), [
    'a.md:2: "in vain"; write failed',
    'a.md:2: "goes on"; write continue, keep',
  ]);
});

Deno.test("refusedWords: accepts words that only contain a refused one", () => {
  assertEquals(
    refusedWords("a.md", "Recommend a renewed airborne folder."),
    [],
  );
});
