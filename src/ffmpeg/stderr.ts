/**
 * ffmpeg's stderr, as `-loglevel +level+info` writes it:
 * `[segment @ 0x55d0cd0d80] [warning] text`.
 *
 * @module
 */

import {
  type EpochMs,
  type FfmpegStderr,
  type Level,
  SEVERITIES,
  type Severity,
} from "../events.ts";

/** A parsed line of stderr. */
export interface StderrLine {
  /** Severity in ffmpeg's prefix, or `null` when the line has none. */
  readonly severity: Severity | null;
  /** The part of ffmpeg that logged it, or `null`. */
  readonly context: string | null;
  /** The text without its prefix. */
  readonly text: string;
}

/** Before ffmpeg 7 `Guessed Channel Layout for Input Stream #0.0 : stereo`. */
const LAYOUT = /^Guessed Channel Layout\b/;
const PREFIX =
  /^((?:\[[^\]]*? @ (?:0x)?[0-9a-fA-F]+\] ?)*)\[(panic|fatal|error|warning|info|verbose|debug|trace)\] ?/;
const CONTEXT = /\[([^\]]*?) @ (?:0x)?[0-9a-fA-F]+\] ?$/;

/** Parses the prefix of a line. */
export function parseStderrLine(line: string): StderrLine {
  const match = PREFIX.exec(line);
  if (match === null) return { severity: null, context: null, text: line };
  const [prefix, contexts = "", word] = match;
  return {
    severity: SEVERITIES.find((severity) => severity === word) ?? null,
    // With several contexts, as `[rtsp @ …] [udp @ …]`, the last one logged it.
    context: CONTEXT.exec(contexts)?.[1] ?? null,
    text: line.slice(prefix.length),
  };
}

/**
 * Converts the lines of one run to events. The severity comes from the prefix,
 * or without one from the previous line. The description of the opened input
 * and output is at INFO, and so is the channel layout that ffmpeg assumes for
 * most sound servers and cards: they tell it only the number of channels.
 */
export class StderrReader {
  readonly #run: number;
  #severity: Severity = "info";
  #describing = false;

  /** Creates a reader for the run of this number. */
  constructor(run: number) {
    this.#run = run;
  }

  /** Returns the event for a line that came at `time`. */
  read(line: string, time: EpochMs): FfmpegStderr {
    const { severity, context, text } = parseStderrLine(line);
    // A line without a prefix (`Last message repeated 3 times`) belongs to the
    // previous one.
    if (severity !== null) this.#severity = severity;
    this.#describing = this.#isDescription(text);
    const isRoutine = this.#describing || LAYOUT.test(text);
    return {
      event: "ffmpeg_stderr",
      time,
      run: this.#run,
      severity: this.#severity,
      context,
      line: text,
      ...(isRoutine ? { level: "INFO" as const } : {}),
    };
  }

  #isDescription(text: string): boolean {
    if (this.#severity !== "info") return false;
    if (/^(Input|Output) #\d+, /.test(text)) return true;
    return this.#describing && text.startsWith("  ");
  }
}

/**
 * Returns the number of the signal that ffmpeg reports as its end, or `null`;
 * see `decode_interrupt_cb` and `sigterm_handler` in fftools.
 */
export function signalIn(line: string): number | null {
  const [, number] = /^Exiting normally, received signal (\d+)\./.exec(line) ??
    [];
  return number === undefined ? null : Number(number);
}

/**
 * Returns the level of a line of ffmpeg's stderr.
 *
 * @param severity ffmpeg's name for it.
 * @param scale `own` is the level of the severity's name; `log` lowers routine
 * lines: all below a warning is DEBUG.
 */
export function levelOfSeverity(
  severity: Severity,
  scale: "log" | "own" = "log",
): Level {
  switch (severity) {
    case "panic":
    case "fatal":
    case "error":
      return "ERROR";
    case "warning":
      return "WARNING";
    case "info":
      return scale === "own" ? "INFO" : "DEBUG";
    default:
      return "DEBUG";
  }
}
