import { assertEquals } from "@std/assert";
import type { SessionEvent } from "../../../../src/events.ts";
import {
  chunk,
  explainEvents,
  recovery,
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

Deno.test("explain: notes restarts after which nothing was missing, and no others", () => {
  const stalled = (second: number) => warning(second, "stall");
  const back = (second: number) =>
    warning(second, "audio_overlap", { overlap: "1s" });
  const notes = (...events: readonly SessionEvent[]) =>
    notesOf(...events).filter(([text]) => text.includes("restarted"));
  const text =
    "ffmpeg was restarted because no new audio arrived, and nothing was missing";
  assertEquals(
    notes(
      ...[stalled(100), back(101), stalled(200), back(201)],
      ...[stalled(300), silence(285, 310, { cause: "stall" })],
    ),
    [[text, 2]],
  );
  // Audio is missing, and the stall is not its cause.
  const gone = silence(285, 310, { cause: "device_gone" });
  assertEquals(notes(stalled(300), gone, back(400)), []);
  // The log ends before it shows what is missing.
  assertEquals(notes(stalled(300)), []);
  // The gap's line cannot be read.
  assertEquals(
    notes(stalled(300), recovery(300), chunk(2, 320_000, 10), back(400)),
    [],
  );
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
