/**
 * Gathers what the log has about an outage until its gap is logged.
 *
 * @module
 */

import type {
  CauseWord,
  EpochMs,
  FfmpegStderr,
  FfmpegStopped,
  Gap,
  Recovery,
} from "../events.ts";
import type { GapContext, OpenContext, OutageContext } from "./history.ts";

/** Maximum number of lines kept of ffmpeg's. */
const MAX_SAID = 200;
/** Maximum number of lines kept of the last run's. */
const MAX_LATEST = 50;
/**
 * Milliseconds before an outage in which ffmpeg names its reason: what it
 * reported earlier, it recovered from.
 */
const RECENT_MS = 10_000;
/** Milliseconds after an outage; the time of a line has whole seconds. */
const LATE_MS = 1_000;

/** What was logged since the audio before an outage. */
export class OpenOutage {
  readonly #said: FfmpegStderr[];
  /** Lines of the last run. */
  #latest: FfmpegStderr[] = [];
  #stopped: FfmpegStopped | null = null;
  /** Number of recoveries, of which the last may only be announced. */
  #recoveries = 0;
  /** When the last recovery starts ffmpeg. */
  #dueAt: EpochMs = -Infinity;
  /** Number of commands since the audio ended. */
  #commands = 0;
  #cause: CauseWord | null = null;
  #recoveredFrom: EpochMs | null = null;
  /** When the log first says that the audio ended, or `null`. */
  #since: EpochMs | null = null;

  /** An outage with these lines so far. */
  constructor(said: readonly FfmpegStderr[] = []) {
    this.#said = [...said];
  }

  /**
   * Adds a line of ffmpeg's. While there is audio, the last lines are kept:
   * they may show why it ends. Later ones only repeat the first.
   */
  addLine(line: FfmpegStderr): void {
    if (this.#since === null && this.#said.length >= MAX_SAID) {
      this.#said.shift();
    }
    if (this.#said.length < MAX_SAID) this.#said.push(line);
    if (this.#latest[0]?.run !== line.run) this.#latest = [];
    if (this.#latest.length < MAX_LATEST) this.#latest.push(line);
  }

  /** Adds the end of a run. A later end is that of a failed attempt. */
  addStop(event: FfmpegStopped): void {
    this.#since ??= event.time;
    this.#stopped ??= event;
  }

  /** Adds an attempt, at a time by the clock of the session's start. */
  addRecovery({ cause, time, delay }: Recovery, at: EpochMs): void {
    this.#since ??= time;
    this.#recoveries++;
    this.#dueAt = time + delay * 1000;
    this.#cause ??= cause;
    this.#recoveredFrom ??= at;
  }

  /** Adds the start of a run. */
  addCommand(): void {
    if (this.#since !== null) this.#commands++;
  }

  /** Whether the audio had ended before a moment, by this log. */
  isBefore(moment: EpochMs): boolean {
    return this.#since !== null && moment > this.#since + LATE_MS;
  }

  /**
   * Returns what is about an outage that is not over.
   *
   * @param hasCommands Whether the log has a line for each start of ffmpeg.
   */
  context(hasCommands: boolean): OpenContext {
    const since = this.#since;
    return {
      ...this.#about(
        since === null
          ? this.#said
          : this.#said.filter((line) => isFrom(line, since - RECENT_MS)),
      ),
      retriesBy: (moment) => this.#retriesBy(moment, hasCommands),
    };
  }

  /**
   * Returns what is about a gap.
   *
   * @param hasCommands Whether the log has a line for each start of ffmpeg.
   */
  during(
    { start, end }: Gap,
    hasCommands: boolean,
  ): Omit<GapContext, "gap"> {
    return {
      ...this.#about(
        this.#said.filter((line) =>
          isFrom(line, start - RECENT_MS) && !isAfter(line, end)
        ),
      ),
      retries: this.#retriesBy(end, hasCommands),
    };
  }

  /** Returns the next outage, with the lines that came after a gap. */
  after({ end }: Gap): OpenOutage {
    return new OpenOutage(this.#said.filter((line) => isAfter(line, end)));
  }

  /**
   * Returns how often ffmpeg was started by a moment. A recovery is logged
   * before its delay, so the session may end before its start.
   */
  #retriesBy(moment: EpochMs, hasCommands: boolean): number {
    if (hasCommands) return this.#commands;
    return this.#recoveries - (moment < this.#dueAt ? 1 : 0);
  }

  #about(said: readonly FfmpegStderr[]): OutageContext {
    return {
      said,
      latest: this.#latest,
      stopped: this.#stopped,
      cause: this.#cause,
      recoveredFrom: this.#recoveredFrom,
    };
  }
}

/** Whether ffmpeg printed a line, or the last of its repetitions, at or after a time. */
function isFrom({ time, at, last }: FfmpegStderr, start: EpochMs): boolean {
  return (last ?? at ?? time) + LATE_MS >= start;
}

/** Whether ffmpeg printed a line after a time. */
function isAfter({ time, at, first }: FfmpegStderr, end: EpochMs): boolean {
  return (first ?? at ?? time) > end + LATE_MS;
}
