/**
 * Finds the line of ffmpeg that explains best why audio is missing.
 *
 * @module
 */

import type { FfmpegStderr } from "../../events.ts";
import type { SourceKind } from "../../audio/device.ts";
import {
  isOwnStop,
  type KnownMessage,
  messageIn,
} from "../../ffmpeg/known_errors.ts";
import { levelOfSeverity, signalIn } from "../../ffmpeg/stderr.ts";
import type { GapContext } from "../history.ts";

/** Returns a more specific meaning of a cause, by ffmpeg's message. */
export function refineMeaning(
  { gap, said, stopped }: GapContext,
  message: KnownMessage | null,
): string | null {
  if (gap.cause === "ffmpeg_killed") {
    const number = said.map(({ line }) => signalIn(line))
      .find((signal) => signal !== null);
    if (stopped?.signal) return `ffmpeg was killed by ${stopped.signal}`;
    if (number !== undefined) return `ffmpeg was killed by signal ${number}`;
  }
  return gap.cause === "slow_stop" ? null : message?.meaning ?? null;
}

/** Whether ffmpeg exited by itself without an error. */
export function endedSilently({ gap, said, stopped }: GapContext): boolean {
  return gap.cause === "device_gone" && stopped?.exit_code === 0 &&
    !said.some(isError);
}

/**
 * Returns the line that explains most. The run that lost the audio comes first,
 * and known messages come first; otherwise it is the run's last error.
 */
export function keyLine(
  { said }: Pick<GapContext, "said">,
  kind: SourceKind | null,
): { line: string | null; message: KnownMessage | null } {
  const runs = [...new Set(said.filter(isSignificant).map(({ run }) => run))];
  for (const run of runs) {
    const lines = said.filter((line) => line.run === run && isSignificant(line))
      .map(({ line }) => line);
    const message = messageIn(lines.join("\n"), kind);
    if (message === null) continue;
    const line = lines.find((line) => message.pattern.test(line)) ?? null;
    return { line, message };
  }
  const errors = said.filter(isError);
  const run = errors[0]?.run;
  const last = errors.filter((line) => line.run === run).at(-1);
  return { line: last?.line ?? null, message: null };
}

function isError({ severity, line }: FfmpegStderr): boolean {
  return levelOfSeverity(severity) === "ERROR" && !isOwnStop(line);
}

/**
 * Whether a line is an error, a warning, or a library's last line before ffmpeg
 * ended, which has no severity.
 */
function isSignificant(line: FfmpegStderr): boolean {
  const level = levelOfSeverity(line.severity);
  return isError(line) || level === "WARNING" ||
    line.at !== undefined && /^[A-Z]\w* lib |^ALSA /.test(line.line);
}
