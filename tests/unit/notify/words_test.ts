import { assertEquals, assertMatch } from "@std/assert";
import type { Notice } from "../../../src/notify/notice.ts";
import { severityOf, wordsFor } from "../../../src/notify/words.ts";
import { TimeFormat } from "../../../src/times/shown.ts";
import { Zone } from "../../../src/times/zone.ts";
import { event, START } from "../../support/events.ts";

const BERLIN = new TimeFormat(Zone.named("Europe/Berlin") ?? Zone.utc);
const SUBJECT = { sessionId: "night", device: "pulse:mic" };
const say = (notice: Notice, times = TimeFormat.utc) =>
  wordsFor(notice, SUBJECT, times);
const later = START + 60_000;

Deno.test("wordsFor: says since when, in the zone of the reader", () => {
  const outage: Notice = {
    ...{ event: "outage", time: later, since: START, duration: 60 },
    ...{ cause: "disk_full", said: [] },
  };
  assertEquals(
    say(outage, BERLIN).text,
    "No audio for 1 min, since 12:00:00 Europe/Berlin: the disk was full",
  );
  const night = { ...outage, time: later + 86_400_000 };
  assertMatch(say(night).text, /since 2025-09-22 10:00:00 UTC: /);
});

Deno.test("wordsFor: says why audio is missing as ffmpeg's message tells it", () => {
  const outage: Notice = {
    ...{ event: "outage", time: later, since: START, duration: 60 },
    cause: "device_unavailable",
    said: [
      event("ffmpeg_stderr", { severity: "info", line: "Input #0" }),
      event("ffmpeg_stderr", {
        severity: "error",
        line: "method DESCRIBE failed: 401 Unauthorized",
      }),
    ],
  };
  const subject = { sessionId: "night", device: "rtsp://***@camera/audio" };
  const { text, advice } = wordsFor(outage, subject, TimeFormat.utc);
  assertMatch(text, /: the source requires a user name and password/);
  assertMatch(advice ?? "", /before the host in the URL/);
  // What echolog saw itself is not explained by ffmpeg.
  const { text: own } = say({ ...outage, cause: "mount_missing" });
  assertEquals(/password/.test(own), false);
});

Deno.test("wordsFor: says what is silent", () => {
  const silence = { event: "silence", time: later, since: START } as const;
  const text = (code: "digital_silence" | "silence" | "channel_silence") =>
    say({ ...silence, code, channels: [2] }).text;
  assertEquals(
    text("digital_silence"),
    "Digital silence: every sample has been zero since 10:00:00 UTC",
  );
  assertEquals(
    text("silence"),
    "Silence: the sound has been below recording.silence_dbfs since 10:00:00 UTC",
  );
  assertEquals(
    text("channel_silence"),
    "Silence on channel 2, while others have sound, since 10:00:00 UTC",
  );
  assertEquals(
    say({
      ...{ event: "sound", time: later, since: START, duration: 59.7 },
      ...{ code: "silence", channels: [] },
    }).text,
    "Sound is back after 1 min",
  );
});

Deno.test("wordsFor: says how much space is left", () => {
  const low = { event: "disk_low", time: START } as const;
  assertEquals(
    say({ ...low, free: 90_000_000, left: 7_200 }).text,
    "90 MB left on the disk, enough for 2 h",
  );
  assertEquals(
    say({ ...low, free: null, left: null }).text,
    "Little space left on the disk",
  );
  const full = { event: "disk_full", time: START } as const;
  assertEquals(
    say({ ...full, code: "disk_read_only" }).text,
    "Recording is interrupted: the disk was mounted read-only",
  );
});

Deno.test("wordsFor: sums up a session with its longest gaps", () => {
  const stop = event("session_stop", {
    ...{ reason: "terminated", chunks: 96, audio: 28_755, wall: 28_800 },
    ...{ coverage: 99.84, gaps: 7, gap_total: 45 },
  });
  const gaps = [event("gap", { duration: 40 })];
  assertEquals(say({ event: "ended", time: START, stop, gaps }).summary, [
    "night was recorded: 7 h 59 min of audio in 8 h (99.84 %), 96 chunks",
    "Audio is missing in 7 places, 45 s in all; the longest (times in UTC):",
    "2025-09-22 10:00:01 – 10:00:05, 40 s: the device or its sound server disappeared during the recording",
  ]);
  const none = { ...stop, chunks: 0, audio: 0, gaps: 0, gap_total: 0 };
  assertEquals(
    say({ event: "crashed", time: START, stop: none, gaps: [] }).summary,
    ["night recorded nothing in 8 h", "No audio is missing."],
  );
  const unlisted = say({ event: "crashed", time: START, stop, gaps: [] });
  assertEquals(
    unlisted.summary[1],
    "Audio is missing in 7 places, 45 s in all.",
  );
});

Deno.test("severityOf: an end is a problem only if the session failed", () => {
  const ended = (reason: "terminated" | "gave_up") =>
    severityOf({
      ...{ event: "ended", time: START, gaps: [] },
      stop: event("session_stop", { reason }),
    });
  assertEquals([ended("terminated"), ended("gave_up")], ["info", "problem"]);
});
