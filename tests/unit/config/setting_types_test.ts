import { assertEquals, assertThrows } from "@std/assert";
import {
  boolean,
  bytes,
  choice,
  choiceList,
  duration,
  integer,
  parseBytes,
  text,
  textList,
  ValueError,
} from "../../../src/config/setting_types.ts";

Deno.test("parseBytes: accepts decimal and binary units", () => {
  assertEquals(parseBytes("5242880"), 5_242_880);
  assertEquals(parseBytes("5MB"), 5_000_000);
  assertEquals(parseBytes("5MiB"), 5_242_880);
  assertEquals(parseBytes("1.5 kib"), 1536);
  assertEquals(parseBytes("2G"), 2_000_000_000);
});

Deno.test("parseBytes: returns null for an invalid size", () => {
  for (const text of ["", "MB", "-1", "5QB", "1.0001kB5", "0.5", "99999TB9"]) {
    assertEquals(parseBytes(text), null, text);
  }
});

Deno.test("integer: rejects a number outside its range from a flag and from a file", () => {
  const type = integer(1, 32);
  assertEquals(type.fromText("32"), 32);
  assertEquals(type.fromToml(1), 1);
  for (const text of ["0", "33", "1.5", "", "two", "0x10"]) {
    assertThrows(() => type.fromText(text), ValueError, "from 1 to 32");
  }
  for (const value of [0, 33, 1.5, "2", true, null, [1], NaN]) {
    assertThrows(() => type.fromToml(value), ValueError);
  }
});

Deno.test("duration and bytes: accept numbers and strings from a file and check their range", () => {
  assertEquals(duration(1, 100).fromToml(90), 90);
  assertEquals(duration(1, 100).fromToml("1m"), 60);
  assertEquals(bytes(0, 10_000).fromToml(9), 9);
  assertEquals(bytes(0, 10_000).fromToml("2kB"), 2000);
  assertThrows(() => duration(1, 100).fromToml(101), ValueError);
  assertThrows(() => duration(1, 100).fromToml(false), ValueError);
  assertThrows(() => bytes(0, 10).fromToml(11), ValueError);
  assertThrows(() => bytes(0, 10).fromToml([]), ValueError);
});

Deno.test("choice: accepts only its own words", () => {
  const type = choice(["flac", "wav"]);
  assertEquals(type.fromText("wav"), "wav");
  assertThrows(() => type.fromText("WAV"), ValueError, "flac, wav");
  assertThrows(() => type.fromToml(1), ValueError);
});

Deno.test("boolean: accepts words on the command line and booleans in a file", () => {
  assertEquals(boolean().fromText("true"), true);
  assertEquals(boolean().fromText("false"), false);
  assertEquals(boolean().fromToml(false), false);
  assertThrows(() => boolean().fromText("yes"), ValueError);
  assertThrows(() => boolean().fromToml("true"), ValueError);
});

Deno.test("text: rejects an empty text and a NUL", () => {
  assertEquals(text("a word").fromText("x"), "x");
  assertThrows(() => text("a word").fromText(""), ValueError, "a word");
  assertThrows(() => text("a word").fromToml("a\0b"), ValueError);
  assertThrows(() => text("a word").fromToml(7), ValueError);
});

Deno.test("textList: accepts only an array of strings", () => {
  assertEquals(textList().fromToml(["-ac", "1"]), ["-ac", "1"]);
  assertEquals(textList().fromText('["a b"]'), ["a b"]);
  assertThrows(() => textList().fromToml("-ac 1"), ValueError);
  assertThrows(() => textList().fromToml(["-ac", 1]), ValueError);
  assertThrows(() => textList().fromText("-ac 1"), ValueError);
  assertEquals(textList().toText(["-ac", "1"]), '["-ac","1"]');
});

Deno.test("choiceList: takes all, or a list of its words", () => {
  const type = choiceList(["one", "two", "three"]);
  assertEquals(type.fromToml("all"), ["one", "two", "three"]);
  assertEquals(type.fromText("all"), ["one", "two", "three"]);
  assertEquals(type.fromToml([]), ["one", "two", "three"]);
  assertEquals(type.fromToml(["three", "one"]), ["one", "three"]);
  assertEquals(type.fromText('["two"]'), ["two"]);
  assertEquals(type.toText(["two"]), '["two"]');
  for (const wrong of ["none", ["one", "four"], 1, null]) {
    assertThrows(() => type.fromToml(wrong), ValueError);
  }
  for (const wrong of ["one", "[one]", '["four"]']) {
    assertThrows(() => type.fromText(wrong), ValueError);
  }
});
