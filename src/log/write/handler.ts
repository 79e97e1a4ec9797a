/**
 * The handler that puts a session's log into its file.
 *
 * @module
 */

import type { LevelName, LogRecord } from "@std/log/base-handler";
import { FileHandler } from "@std/log/file-handler";
import { LogLevels } from "@std/log/levels";
import { describeError, oneLine } from "../../errors.ts";
import type { EncodeOptions } from "../format/codec.ts";
import { isAlwaysLogged } from "../format/levels.ts";
import { jsonFormat, textFormat } from "../format/line.ts";
import type { TimeWhen } from "../format/period_names.ts";
import { type LogFiles, systemLogFiles } from "../rotate/files.ts";
import type { RotationMode } from "../rotate/period.ts";
import { RANK, type Rank } from "./line_queue.ts";
import { EventRecord, formatRecord } from "./record.ts";
import type { LogOwner } from "./self_events.ts";
import { LogWriter } from "./writer.ts";
import {
  type Clock,
  systemClock,
  type TimerHandle,
} from "../../platform/clock.ts";
import type { Redact } from "../../redact/redact.ts";

/** Options for {@linkcode SessionLogHandler}. */
export interface SessionLogHandlerOptions extends LogOwner {
  /** Path of the active file; old ones get `.1`, `.2` … after it. */
  readonly path: string;
  /** Form of the lines; `text` unless given. */
  readonly format?: "text" | "json";
  /** False for local time with its offset, in lines and in the calendar of rotation. */
  readonly utc?: boolean;
  /** Takes secrets out of every text. */
  readonly redact?: Redact;
  /** When the file is rotated; by `size` unless given. */
  readonly rotation?: RotationMode;
  /** Most bytes in a file; 5 MiB unless given. */
  readonly maxBytes?: number;
  /** How many old files are kept; 3 unless given. With 0 the file starts again. */
  readonly backupCount?: number;
  /** Length of a period of rotation by `time`; `midnight` unless given. */
  readonly timeWhen?: TimeWhen;
  /** Tells the time. */
  readonly clock?: Clock;
  /** Where files live. */
  readonly files?: LogFiles;
  /** Is told, as one line of text, what is wrong with the log; to stderr unless given. */
  readonly onError?: (line: string) => void;
}

/**
 * Writes the records of `@std/log` loggers to a file that rotates, as
 * key=value lines or as JSON.
 *
 * A record at WARNING or above and every event but ffmpeg's chatter is in the
 * kernel when the call returns; the rest follows within a second, or when the
 * process ends in any way that JavaScript hears of.
 *
 * Nothing here throws. While the file cannot be written, lines wait in memory,
 * and when there are too many the least important are dropped and counted.
 * While the log's folder is gone it is not made again, because it may have
 * been the folder of a disk that is not mounted now: if the open file still
 * has a name somewhere lines go on into it, otherwise they wait.
 *
 * A line that comes after {@linkcode SessionLogHandler.destroy} is written
 * too: the file is opened for it and closed again.
 *
 * @example Usage
 * ```ts
 * import { Logger } from "@std/log/logger";
 * import { SessionLogHandler } from "./handler.ts";
 *
 * const path = await Deno.makeTempFile();
 * using handler = new SessionLogHandler("INFO", {
 *   path,
 *   sessionId: "20250922T100000Z",
 *   start: Date.now(),
 * });
 * handler.setup();
 * const logger = new Logger("echolog.session", "INFO", { handlers: [handler] });
 * logger.info("recording");
 * ```
 */
export class SessionLogHandler extends FileHandler {
  readonly #clock: Clock;
  readonly #writer: LogWriter;
  readonly #onError: (message: string) => void;
  readonly #onUnload = () => this.flush();
  #timer: TimerHandle | null = null;
  #due = Infinity;
  #quietUntil = -Infinity;
  #isSetUp = false;

  /**
   * Makes a handler; no file is touched before {@linkcode SessionLogHandler.setup}.
   *
   * @param levelName Records below this level are left out, but for the events
   *   that say which session it is and how it ended.
   * @param options Where the log is and how it is kept.
   */
  constructor(levelName: LevelName, options: SessionLogHandlerOptions) {
    const {
      path,
      format = "text",
      utc = true,
      redact = (text: string) => text,
      clock = systemClock,
      onError = (line: string) => console.error(line),
    } = options;
    const encode: EncodeOptions = {
      format: format === "json" ? jsonFormat : textFormat,
      utc,
      redact,
    };
    super(levelName, {
      filename: path,
      formatter: (record) => formatRecord(record, encode),
    });
    this.#clock = clock;
    this.#onError = (message) => {
      try {
        onError(`echolog: ${oneLine(message)}`);
      } catch {
        // There is no one left to tell, and a log must not stop a recording.
      }
    };
    this.#writer = new LogWriter({
      path,
      owner: options,
      encode,
      rotation: options.rotation ?? "size",
      maxBytes: options.maxBytes ?? 5_242_880,
      backupCount: options.backupCount ?? 3,
      timeWhen: options.timeWhen ?? "midnight",
      clock,
      files: options.files ?? systemLogFiles,
      onError: this.#onError,
    });
  }

  /** Number of lines that were lost, so far. */
  get dropped(): number {
    return this.#writer.dropped;
  }

  /** Number of warnings that the handler itself has put into the log. */
  get warnings(): number {
    return this.#writer.warnings;
  }

  /** Opens the file, and begins to look after it. */
  override setup(): void {
    if (this.#isSetUp) return;
    this.#isSetUp = true;
    addEventListener("unload", this.#onUnload);
    this.#writer.write(true);
    this.#wait(INTERVAL);
  }

  /**
   * Takes a record of a logger.
   *
   * @param record The record of an event, or of any message.
   */
  override handle(record: LogRecord): void {
    try {
      const event = record instanceof EventRecord ? record.event : null;
      const { level } = record;
      if (level < this.level && !(event !== null && isAlwaysLogged(event))) {
        return;
      }
      const time = event?.time ?? this.#clock.now();
      const rank = event?.event === "session_stop"
        ? RANK.end
        : event !== null && event.event !== "ffmpeg_stderr"
        ? RANK.lifecycle
        : level >= LogLevels.WARN
        ? RANK.alarm
        : RANK.detail;
      this.#take(this.format(record), time, rank);
    } catch (error) {
      this.#onError(`cannot log an event: ${describeError(error)}`);
    }
  }

  /**
   * Takes a line that is ready to be written. It must not contain a newline.
   *
   * @param msg The line.
   */
  override log(msg: string): void {
    this.#take(msg, this.#clock.now(), RANK.detail);
  }

  /**
   * Takes its turn now: writes what waits, and sees that the file is still
   * where it belongs. Whoever calls this once a second, because something wakes
   * the process then anyway, spares it the wake-ups for turns of its own.
   */
  checkFile(): void {
    if (!this.#isSetUp) return;
    this.#writer.write(false);
    // The timer is left as it is: Deno wakes up for one that was cleared, too.
    this.#quietUntil = this.#clock.monotonic() + CALM_INTERVAL;
  }

  /** Writes all that waits, if the file can be written at all. */
  override flush(): void {
    this.#writer.write(true);
  }

  /** Writes all that waits and closes the file; can be called again. */
  override destroy(): void {
    removeEventListener("unload", this.#onUnload);
    this.#clearTimer();
    this.#isSetUp = false;
    this.#writer.close();
  }

  #take(text: string, time: number, rank: Rank): void {
    this.#writer.push({ text, time, rank });
    if (!this.#isSetUp) this.#writer.close();
    else if (rank > RANK.detail) this.#writer.write(false);
    else {
      this.#quietUntil = -Infinity;
      const soon = this.#clock.monotonic() + INTERVAL;
      if (this.#due > soon) this.#wait(INTERVAL);
    }
  }

  #wait(delay: number): void {
    this.#clearTimer();
    this.#due = this.#clock.monotonic() + delay;
    this.#timer = this.#clock.setTimeout(() => {
      const calm = this.#quietUntil - this.#clock.monotonic();
      if (calm <= 0) this.#writer.write(false);
      this.#wait(Math.max(calm, INTERVAL));
    }, delay);
    this.#clock.unref(this.#timer);
  }

  #clearTimer(): void {
    if (this.#timer !== null) this.#clock.clearTimeout(this.#timer);
    this.#timer = null;
  }
}

/** Milliseconds between two turns; well within the second that is promised. */
const INTERVAL = 500;
/** The same after {@linkcode SessionLogHandler.checkFile}, which is expected again before. */
const CALM_INTERVAL = 5_000;
