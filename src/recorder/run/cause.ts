/**
 * The cause of a run's unexpected exit: one word for the log, and a sentence.
 *
 * @module
 */

import type { GapCause } from "../../events.ts";
import { messageIn, MESSAGES } from "../../ffmpeg/known_errors.ts";
import type { RunFault } from "./run_types.ts";
import type { Exit } from "../../ffmpeg/process.ts";

/** Facts about a run that ended. */
export interface Ending {
  /** How ffmpeg ended. */
  readonly exit: Exit;
  /** Why echolog itself ended the run, or `null`. */
  readonly endedFor: RunFault | null;
  /** Whether it captured anything. */
  readonly hadAudio: boolean;
  /** Whether any of that is in a file. */
  readonly isKept: boolean;
  /** Whether ffmpeg reported that a signal ended it. It then exits with a special code. */
  readonly wasSignalled: boolean;
  /** ffmpeg's last lines of severity error, oldest first. */
  readonly errors: readonly string[];
}

/**
 * Returns the cause of a run's end.
 *
 * @param isStream Whether the source is a stream, which a server may end.
 */
export function causeOf(ending: Ending, isStream = false): GapCause {
  if (ending.endedFor !== null) return ending.endedFor;
  const text = ending.errors.join("\n");
  const known = MESSAGES.find(({ cause, pattern }) =>
    cause !== null && pattern.test(text)
  );
  if (known?.cause) return known.cause;
  if (!ending.hadAudio && CANNOT_RUN.has(ending.exit.code ?? 0)) {
    return "ffmpeg_unusable";
  }
  if (ending.exit.signal !== null || ending.wasSignalled) {
    return "ffmpeg_killed";
  }
  if (ending.hadAudio && !ending.isKept && ending.exit.code !== 0) {
    return "not_written";
  }
  if (isStream && ending.hadAudio && ending.exit.code === 0) {
    return "source_ended";
  }
  // ffmpeg exits 0 when a device vanishes.
  if (ending.hadAudio) {
    return ending.exit.code === 0 || text !== ""
      ? "device_gone"
      : "ffmpeg_exited";
  }
  return text === "" ? "ffmpeg_exited" : "device_missing";
}

/**
 * {@link https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_08_02 | Exit codes}
 * of a shell that cannot run a program or does not find it; the dynamic linker
 * gives the second, too, when a library is missing.
 */
const CANNOT_RUN: ReadonlySet<number> = new Set([126, 127]);

/** Description of a run about which nothing is known. */
export const NO_AUDIO = "ffmpeg produced no audio";

/** Describes how a run ended, as a sentence without its period. */
export function describeEnd({ exit, errors, endedFor }: Ending): string {
  if (endedFor === "stall") return `${NO_AUDIO} and was stopped`;
  if (endedFor === "disk_full") return "The disk is full";
  if (endedFor === "disk_read_only") return "The disk is read-only";
  if (endedFor === "disk_error") return "The disk reports errors";
  if (endedFor === "source_moved") return "The named source disappeared";
  const how = exit.signal === null
    ? `with exit code ${exit.code}`
    : `by ${exit.signal}`;
  // The last line often says only that something was wrong.
  const message = messageIn(errors.join("\n"));
  const words = errors.find((line) => message?.pattern.test(line)) ??
    errors.at(-1);
  const said = words === undefined ? "" : `: ${words}`;
  return `ffmpeg exited unexpectedly ${how}${said}`;
}
