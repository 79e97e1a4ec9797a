import { assertEquals } from "@std/assert";
import { FormatChanges } from "../../../../src/recorder/run/format_changes.ts";

Deno.test("FormatChanges: returns nothing for the first format and for the same one", () => {
  const changes = new FormatChanges();
  assertEquals(changes.begins("mp3, 44100 Hz"), null);
  changes.ends("mp3, 44100 Hz", false);
  assertEquals(changes.begins("mp3, 44100 Hz"), null);
});

Deno.test("FormatChanges: describes a new format once", () => {
  const changes = new FormatChanges();
  changes.ends("mp3, 44100 Hz", true);
  assertEquals(
    changes.begins("aac, 48000 Hz"),
    "The source changed its format from mp3, 44100 Hz to aac, 48000 Hz",
  );
  changes.ends("aac, 48000 Hz", false);
  assertEquals(changes.begins("aac, 48000 Hz"), null);
});

Deno.test("FormatChanges: reports a format that returned after a change without audio", () => {
  const changes = new FormatChanges();
  changes.ends("mp3, 44100 Hz", true);
  // The run with the other format had no audio.
  changes.ends(null, false);
  assertEquals(
    changes.begins("mp3, 44100 Hz"),
    "The source changed its format, and is mp3, 44100 Hz again",
  );
});

Deno.test("FormatChanges: waits until the format is known", () => {
  const changes = new FormatChanges();
  changes.ends("mp3, 44100 Hz", true);
  assertEquals(changes.begins(null), null);
  assertEquals(
    changes.begins("mp3, 48000 Hz"),
    "The source changed its format from mp3, 44100 Hz to mp3, 48000 Hz",
  );
});
