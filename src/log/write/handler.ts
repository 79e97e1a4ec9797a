/**
 * The handler that writes a session's log to its file.
 *
 * @module
 */

import type { LevelName, LogRecord } from "@std/log/base-handler";
import { FileHandler } from "@std/log/file-handler";
import { LogLevels } from "@std/log/levels";
import { describeError, oneLine } from "../../errors.ts";
import type { EncodeOptions } from "../format/event_fields.ts";
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
  /** Removes secrets from every text. */
  readonly redact?: Redact;
  /** When the file is rotated; by `size` unless given. */
  readonly rotation?: RotationMode;
  /** Maximum number of bytes in a file; 5 MiB unless given. */
  readonly maxBytes?: number;
  /** Number of old files to keep; 3 unless given. With 0 the file is truncated. */
  readonly backupCount?: number;
  /** Period of rotation by `time`; `midnight` unless given. */
  readonly timeWhen?: TimeWhen;
  /** The clock. */
  readonly clock?: Clock;
  /** Where files live. */
  readonly files?: LogFiles;
  /** Takes each problem of the log as one line of text; stderr unless given. */
  readonly onError?: (line: string) => void;
}

/**
 * Writes the records of `@std/log` loggers to a rotating file, as key=value
 * lines or as JSON.
 *
 * A record at WARNING or above, and every event except ffmpeg's minor lines, is
 * in the kernel when the call returns. The rest follows within a second, or at
 * the natural end of the process and on `Deno.exit`. Signals, uncaught exceptions
 * and rejections do not reach a handler: `installFlushHooks` in `exit_hooks.ts`
 * flushes it then.
 *
 * No method throws. While the file cannot be written, lines wait in memory;
 * when there are too many, the least important are dropped and counted. The
 * handler does not recreate a missing log folder, because it may belong to a
 * disk that is not mounted. If the open file still has a name, it gets the
 * lines; otherwise they wait.
 *
 * A line after {@linkcode SessionLogHandler.destroy} is still written: the file
 * is opened and closed again.
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
   * Creates a handler; it touches no file before
   * {@linkcode SessionLogHandler.setup}.
   *
   * @param levelName Records below this level are skipped, except the events
   * that identify the session and its end.
   * @param options Path, form and rotation of the log.
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
        // The error has nowhere to go, and a log must not stop a recording.
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

  /** Number of lines lost so far. */
  get dropped(): number {
    return this.#writer.dropped;
  }

  /** Number of warnings that the handler itself has logged. */
  get warnings(): number {
    return this.#writer.warnings;
  }

  /** Opens the file and starts the timer that maintains it. */
  override setup(): void {
    if (this.#isSetUp) return;
    this.#isSetUp = true;
    addEventListener("unload", this.#onUnload);
    this.#writer.write(true);
    this.#wait(INTERVAL);
  }

  /**
   * Writes a record of a logger.
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
   * Writes a formatted line. It must not contain a newline.
   *
   * @param msg The line.
   */
  override log(msg: string): void {
    this.#take(msg, this.#clock.now(), RANK.detail);
  }

  /**
   * Writes waiting lines and checks that the file is still in its place. A
   * caller that is awake every two seconds anyway can call this, which saves the
   * handler's own wake-ups.
   */
  checkFile(): void {
    if (!this.#isSetUp) return;
    this.#writer.write(false);
    // The timer keeps running: Deno wakes up for a cleared timer, too.
    this.#quietUntil = this.#clock.monotonic() + CALM_INTERVAL;
  }

  /** Lets lines wait in memory until disposed of, or flushed. */
  hold(): Disposable {
    return this.#writer.hold();
  }

  /** Writes all waiting lines, if the file can be written. */
  override flush(): void {
    this.#writer.write(true);
  }

  /** Writes all waiting lines and closes the file; can be called again. */
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

/** Milliseconds between two writes; well within the guaranteed second. */
const INTERVAL = 500;
/**
 * Milliseconds to the next write after {@linkcode SessionLogHandler.checkFile},
 * which is expected again before.
 */
const CALM_INTERVAL = 30_000;
