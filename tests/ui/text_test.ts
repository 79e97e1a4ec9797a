import { assert, assertEquals } from "@std/assert";
import { cutEnd, cutStart, padEnd, widthOf, wrap } from "../../src/ui/text.ts";

Deno.test("text is broken between words, and its beginning stays indented", () => {
  assertEquals(wrap("  one two three four", 11, "    "), [
    "  one two",
    "    three",
    "    four",
  ]);
});

Deno.test("a word that is wider than a line is broken itself", () => {
  assertEquals(wrap("see /a/very/long/path now", 10, "  "), [
    "see",
    "  /a/very/",
    "  long/pat",
    "  h now",
  ]);
});

Deno.test("no line is ever wider than the columns, and nothing is lost", () => {
  const text = "ümläut 日本語のデバイス emoji 🎙️ x".repeat(5);
  for (let columns = 4; columns < 60; columns++) {
    const lines = wrap(text, columns, " ");
    for (const line of lines) assert(widthOf(line) <= columns, line);
    assertEquals(
      lines.join("").replaceAll(" ", ""),
      text.replaceAll(" ", ""),
    );
  }
});

Deno.test("what is cut says so, and keeps the end that tells more", () => {
  assertEquals(cutEnd("abcdef", 4), "abc…");
  assertEquals(cutEnd("abcd", 4), "abcd");
  assertEquals(cutStart("/home/ann/session.log", 12), "…session.log");
  assertEquals(cutStart("日本語", 3), "…語");
  assertEquals(cutEnd("abc", Infinity), "abc");
});

Deno.test("wide characters count twice when a column is filled", () => {
  assertEquals(padEnd("日本", 6), "日本  ");
});
