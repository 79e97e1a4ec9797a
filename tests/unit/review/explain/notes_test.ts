import { assertEquals } from "@std/assert";
import type { SessionEvent } from "../../../../src/events.ts";
import {
  chunk,
  explainEvents,
  sessionStart,
  sessionStop,
  silence,
  START,
} from "../../../support/account.ts";

function warning(
  second: number,
  code: "stall" | "audio_overlap",
  details: Record<string, string> = {},
): SessionEvent {
  const time = START + second * 1000;
  return { event: "warning", time, code, message: "x", details };
}

/** The notes of a session of an hour with these events in it. */
function notesOf(...events: readonly SessionEvent[]): [string, number][] {
  const explained = explainEvents([
    sessionStart(),
    ...events,
    chunk(1, 0, 3_600),
    sessionStop(3_600),
  ]);
  return explained.notes.map(({ text, count }) => [text, count]);
}

Deno.test("explain: notes restarts that found nothing wrong, and no others", () => {
  const stalls = [100, 200, 300].map((second) => warning(second, "stall"));
  assertEquals(notesOf(...stalls, silence(300, 310, { cause: "stall" })), [[
    "ffmpeg was restarted because no new audio arrived, and nothing was missing",
    2,
  ]]);
  const one = [warning(300, "stall"), silence(300, 310, { cause: "stall" })];
  assertEquals(notesOf(...one), []);
});

Deno.test("explain: adds up the audio that was recorded twice", () => {
  const overlaps = ["4.250s", "5.750s"].map((overlap, index) =>
    warning(index, "audio_overlap", { overlap })
  );
  assertEquals(notesOf(...overlaps), [[
    "Audio overlaps the audio before it: nothing is missing, and 10 s were recorded twice",
    2,
  ]]);
});
