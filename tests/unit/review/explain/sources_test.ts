import { assert, assertEquals, assertMatch } from "@std/assert";
import type { CauseWord, FfmpegStderr } from "../../../../src/events.ts";
import { meaningOfCause } from "../../../../src/review/explain/glossary.ts";
import {
  accountOf,
  chunk,
  explainEvents,
  recovery,
  sessionStart,
  sessionStop,
  silence,
  START,
} from "../../../support/account.ts";

/** A line of ffmpeg's, so many seconds after the start. */
function line(
  text: string,
  seconds: number,
  change: Partial<FfmpegStderr> = {},
): FfmpegStderr {
  return {
    event: "ffmpeg_stderr",
    time: START + seconds * 1000,
    run: 1,
    severity: "error",
    context: null,
    line: text,
    ...change,
  };
}

/** The explanation of an outage in a session of that device. */
function outage(
  device: string,
  cause: CauseWord,
  lines: readonly FfmpegStderr[],
) {
  const explained = explainEvents([
    sessionStart({ device }),
    chunk(1, 0, 48),
    ...lines,
    recovery(48, { cause }),
    silence(48, 60, { cause }),
    chunk(2, 60_000, 10),
    sessionStop(70, { audio: 58, chunks: 2, gaps: 1, gap_total: 12 }),
  ]);
  return { ...explained.gaps[0], account: accountOf(explained) };
}

const RADIO = "https://radio.example/live";
const SOUND_CARD =
  /plug|cable|dmesg|audio group|sound server|--device|alsamixer/;

const STREAM_TROUBLE: readonly (readonly [string, CauseWord, RegExp])[] = [
  [
    "error:0A000086:SSL routines::certificate verify failed",
    "device_missing",
    /TLS certificate/,
  ],
  [
    "error:0A00010B:SSL routines::wrong version number",
    "device_missing",
    /encrypted connection/,
  ],
  [
    "Stream ends prematurely at 960044, should be 15360044",
    "device_gone",
    /ended in the middle of its data/,
  ],
  [
    "Connection to tcp://10.0.0.1:80 failed: No route to host",
    "device_missing",
    /cannot be reached over the network/,
  ],
  [
    "https://radio.example/live: Input/output error",
    "device_gone",
    /connection to the source failed/,
  ],
  [
    "https://radio.example/live: Operation not permitted",
    "permission_denied",
    /does not let ffmpeg reach the source/,
  ],
  ["an unknown error", "device_gone", /connection to the source ended/],
  ["an unknown error", "device_missing", /source could not be opened/],
  ["an unknown error", "stall", /source sent no more audio/],
];

for (const [text, cause, meaning] of STREAM_TROUBLE) {
  Deno.test(`explain: gives advice for streams, not for sound cards, on "${text}" (${cause})`, () => {
    const gap = outage(RADIO, cause, [line(text, 48)]);
    assertMatch(gap.meaning ?? "", meaning);
    assertEquals(SOUND_CARD.test(gap.account), false, gap.account);
  });
}

Deno.test("explain: gives advice for sound cards where the source is one", () => {
  const gap = outage("alsa:hw:1,0", "device_gone", [
    line("hw:1,0: Input/output error", 48),
  ]);
  assertMatch(gap.advice ?? "", /plug/);
});

Deno.test("explain: does not take echolog's own stop as a reason", () => {
  const gap = outage(RADIO, "stall", [
    line("Error opening input: Immediate exit requested", 48),
  ]);
  assertEquals(gap.ffmpeg, null);
  assertMatch(gap.meaning ?? "", /sent no more audio/);
});

Deno.test("explain: explains an outage by the messages that came in it, not by older ones", () => {
  const old = line("Invalid data found when processing input", 12);
  const refused = Array.from(
    { length: 8 },
    (_, at) =>
      line("Connection to tcp://h:80 failed: Connection refused", 48 + at, {
        run: 2 + at,
      }),
  );
  const gap = outage(RADIO, "device_gone", [old, ...refused]);
  assertMatch(gap.ffmpeg ?? "", /Connection refused/);
  assertMatch(gap.meaning ?? "", /nothing answers at that address/);
  const silent = outage(RADIO, "device_gone", [old]);
  assertEquals(silent.ffmpeg, null);
});

Deno.test("explain: finds the reason of an outage after hundreds of harmless messages", () => {
  const harmless = Array.from(
    { length: 300 },
    (_, at) => line("Header missing", 40 + at / 50),
  );
  const gap = outage(RADIO, "device_gone", [
    ...harmless,
    line("Connection reset by peer", 48),
  ]);
  assertMatch(gap.ffmpeg ?? "", /Connection reset/);
});

Deno.test("explain: does not explain an outage by messages that came after it", () => {
  const explained = explainEvents([
    sessionStart({ device: RADIO }),
    chunk(1, 0, 48),
    recovery(48),
    line("No route to host", 63),
    silence(48, 60),
    line("Connection refused", 90),
    recovery(90),
    silence(90, 95),
  ]);
  assertEquals(explained.gaps.map(({ ffmpeg }) => ffmpeg), [
    null,
    "Connection refused",
  ]);
});

Deno.test("explain: gives no advice on devices where the source is not known", () => {
  const { text, advice } = meaningOfCause("device_missing", null);
  assertEquals(text, "the source could not be opened");
  assert(!/echolog devices|--device/.test(advice ?? ""), advice ?? "");
});
