import { assert, assertEquals } from "@std/assert";
import { endSummary } from "../../../../src/cli/live/end_summary.ts";
import { widthOf } from "../../../../src/terminal/width.ts";
import { event } from "../../../support/events.ts";

const STOP = event("session_stop", {
  chunks: 2,
  audio: 8,
  wall: 10,
  coverage: 80,
  gaps: 1,
  gap_total: 1.9,
  retries: 1,
  warnings: 2,
});

Deno.test("endSummary: shows the totals and the log's path within the given width", () => {
  assertEquals(
    endSummary(STOP, 100_000, "/home/ann/recordings/x/session.log", 79),
    [
      "Ended: it was stopped with Ctrl-C (SIGINT)",
      "2 chunks, 8 s of audio, 100 kB",
      "1 gap (1.9 s), coverage 80 %, 2 warnings",
      "Log: /home/ann/recordings/x/session.log",
    ],
  );
  for (
    const line of endSummary(
      STOP,
      100_000,
      "/home/ann/recordings/x/session.log",
      20,
    )
  ) {
    assert(widthOf(line) <= 20, line);
  }
});
