import { assert, assertEquals } from "@std/assert";
import {
  cutEnd,
  cutStart,
  padEnd,
  widthOf,
  wrap,
} from "../../../src/terminal/width.ts";

Deno.test("wrap: breaks between words and keeps the indentation", () => {
  assertEquals(wrap("  one two three four", 11, "    "), [
    "  one two",
    "    three",
    "    four",
  ]);
});

Deno.test("wrap: breaks a word that is wider than a line", () => {
  assertEquals(wrap("see /a/very/long/path now", 10, "  "), [
    "see",
    "  /a/very/",
    "  long/pat",
    "  h now",
  ]);
});

Deno.test("wrap: keeps every line within the columns and loses no text", () => {
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

Deno.test("cutEnd and cutStart: mark the cut with an ellipsis", () => {
  assertEquals(cutEnd("abcdef", 4), "abc…");
  assertEquals(cutEnd("abcd", 4), "abcd");
  assertEquals(cutStart("/home/ann/session.log", 12), "…session.log");
  assertEquals(cutStart("日本語", 3), "…語");
  assertEquals(cutEnd("abc", Infinity), "abc");
});

Deno.test("padEnd: counts wide characters twice", () => {
  assertEquals(padEnd("日本", 6), "日本  ");
});
