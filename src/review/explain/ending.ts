/**
 * Explains how a session ended.
 *
 * @module
 */

import { sourceKind } from "../../audio/device.ts";
import type { TimeFormat } from "../../times/shown.ts";
import type { History } from "../history.ts";
import type { ExplainedEnd } from "./explanation.ts";
import { adviceAt, adviceOnCode, SAY_MORE } from "./glossary.ts";
import { keyLine } from "./key_line.ts";
import { meaningOfReason } from "./reasons.ts";

/** The reason of a session whose log lacks the end. */
export const UNFINISHED = "unfinished";

/** Facts that the end of a log does not show. */
export interface EndingOptions {
  /** Name of the session, as `echolog logs` takes it. */
  readonly session: string;
  /** Whether its recorder is known to be dead. */
  readonly isDead: boolean;
  /** Process ids of the ffmpeg that a dead recorder left behind. */
  readonly orphans: readonly number[];
  /** Lowest level of the log, or `null` when unknown. */
  readonly level: string | null;
  /** How its text shows times. */
  readonly times: TimeFormat;
}

/** The end of a session whose recorder is known to be dead. */
const DEAD = {
  text: "Its recorder died; the session has not been repaired yet",
  advice: "finish it with echolog repair; what was captured is kept",
};

/** Returns the end of a session whose recorder died, and maybe not its ffmpeg. */
function deadEnd(orphans: readonly number[]) {
  return orphans.length === 0 ? DEAD : {
    text: `Its recorder died, but ffmpeg (pid ${
      orphans.join(", ")
    }) still records`,
    advice: "stop it and finish the session with echolog repair",
  };
}

/** Returns the end of a log of which no more is known. */
function unknownEnd(last: number | null, times: TimeFormat) {
  const after = last === null
    ? ""
    : `. Nothing is known after ${times.dateTime(last)}`;
  return {
    text:
      `The log does not have the end of the session: it is a part, it was copied during the recording, or the recorder died${after}`,
    advice: "ask for the whole log, or look on the machine that recorded it",
  };
}

/** Explains the end of a session that is not being recorded. */
export function explainEnd(
  history: History,
  { session, isDead, orphans, level, times }: EndingOptions,
): ExplainedEnd {
  const { stop, openContext, gaps, notes } = history;
  if (stop === null) {
    return {
      reason: UNFINISHED,
      isDeath: isDead,
      ...(isDead ? deadEnd(orphans) : unknownEnd(history.last, times)),
      ffmpeg: null,
    };
  }
  const meaning = meaningOfReason(stop.reason);
  const isDeath = DEATHS.has(stop.reason);
  const end = { reason: stop.reason, isDeath, ffmpeg: null, ...meaning };
  if (stop.reason !== "start_failed") return end;
  // All messages are about the audio that never came.
  const { line, message } = keyLine({
    said: [...gaps.flatMap(({ said }) => said), ...openContext.said],
  }, sourceKind(history.start?.device ?? ""));
  const own = notes.find(({ first }) => SELF_EXPLAINED.has(first.code));
  const why = own?.first.message ?? message?.meaning;
  return {
    reason: stop.reason,
    isDeath,
    text: why === undefined ? meaning.text : `${meaning.text}: ${why}`,
    ffmpeg: own === undefined ? line : null,
    advice: own === undefined
      ? message?.advice ?? adviceAt(level, SAY_MORE, session)
      : adviceOnCode(own.first.code),
  };
}

/** Codes that say why a session never had audio. */
export const SELF_EXPLAINED: ReadonlySet<string> = new Set([
  "ffmpeg_unusable",
  "source_not_audio",
]);

/** Ends without a request to stop. */
const DEATHS: ReadonlySet<string> = new Set([
  "crashed",
  "rebooted",
  "fatal_error",
]);
