/**
 * What a log reports besides gaps and the end.
 *
 * @module
 */

import { sourceKind } from "../../audio/device.ts";
import type { History, Note } from "../history.ts";
import { formatDuration } from "../../terminal/units.ts";
import { SELF_EXPLAINED } from "./ending.ts";
import type { ExplainedNote } from "./explanation.ts";
import { adviceOnCode, inWords } from "./glossary.ts";

/** Returns the warnings and errors of a session that its gaps and its end do not report. */
export function explainNotes(history: History): ExplainedNote[] {
  const { notes, start, stop } = history;
  // The end of a session that never began reports it.
  const isReported = (code: string) =>
    stop?.reason === "start_failed" && SELF_EXPLAINED.has(code);
  return notes
    .filter(({ first: { code } }) =>
      !TOLD_ELSEWHERE.has(code) && !isReported(code)
    )
    .map((note) => ({
      code: note.first.code,
      isError: note.first.event === "error",
      first: note.first.time,
      count: note.count,
      text: textOf(note),
      advice: adviceOnCode(
        note.first.code,
        sourceKind(start?.device ?? ""),
      ),
    }));
}

function textOf({ first, overlap }: Note): string {
  switch (first.code) {
    case "stall":
      return "ffmpeg was restarted because no new audio arrived, and nothing was missing";
    case "audio_overlap":
      return `Audio overlaps the audio before it: nothing is missing, and ${
        formatDuration(overlap)
      } were recorded twice`;
    case "audio_repeated":
      return `The source sent audio again that was recorded before, and ${
        formatDuration(overlap)
      } were recorded twice`;
    default:
      // The line of another version may lack it.
      return first.message === "" ? inWords(first.code) : first.message;
  }
}

/** Codes that are also reported as gaps or as the session's end. */
const TOLD_ELSEWHERE: ReadonlySet<string> = new Set([
  "suspend",
  "start_failed",
  "disk_full",
  "disk_read_only",
  "disk_error",
]);
