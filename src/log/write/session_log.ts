/**
 * The log of a session, as used by the rest of echolog: it takes events.
 *
 * @module
 */

import type {
  FfmpegStderr,
  Level,
  SessionEvent,
  SessionStop,
  Telemetry,
} from "../../events.ts";
import {
  isAlwaysLogged,
  levelOf,
  type LoggerName,
  loggerOf,
  type LogLevel,
} from "../format/levels.ts";
import { SessionLogHandler, type SessionLogHandlerOptions } from "./handler.ts";
import { EventLogger } from "./record.ts";
import { LogThrottle } from "./throttle.ts";
import {
  type Clock,
  systemClock,
  type TimerHandle,
} from "../../platform/clock.ts";

/** Options for {@linkcode openSessionLog}. */
export interface SessionLogOptions extends SessionLogHandlerOptions {
  /** Least severity that is logged; `info` unless given. */
  readonly level?: LogLevel;
}

/** The log of one session. */
export interface SessionLog extends Disposable {
  /** Path of the active file. */
  readonly path: string;
  /** Number of lines that were lost because they could not be written. */
  readonly dropped: number;
  /**
   * Writes an event.
   *
   * @returns the event as logged: the log adds its own counts to those of
   * `session_stop`.
   */
  emit(event: SessionStop): SessionStop;
  emit(event: SessionEvent): SessionEvent;
  /**
   * Takes telemetry. At the failure of a run the log adds ffmpeg's last lines
   * that were held back.
   */
  observe(telemetry: Telemetry): void;
  /**
   * Lets lines wait in memory until disposed of, flushed or ended, since some
   * file systems let no write pass while the file is synced.
   */
  hold(): Disposable;
  /** Looks whether its file is still there, and writes the lines that wait. */
  check(): void;
  /** Writes all lines that are held back or wait. */
  flush(): void;
  /** Flushes and closes the file; can be called again. Later events are still written. */
  close(): void;
}

/**
 * Opens the log of a session. It never fails: problems of the file are reported
 * to `onError`, and lines wait for the file.
 *
 * @example Usage
 * ```ts
 * import { openSessionLog } from "./session_log.ts";
 *
 * const start = Date.now();
 * using log = openSessionLog({
 *   path: await Deno.makeTempFile(),
 *   sessionId: "20250922T100000Z",
 *   start,
 *   level: "info",
 * });
 * log.emit({ event: "ffmpeg_command", time: start, run: 1, command: "ffmpeg -i x" });
 * ```
 *
 * @param options Path, level, form and rotation of the log.
 */
export function openSessionLog(options: SessionLogOptions): SessionLog {
  return new FileSessionLog(options);
}

class FileSessionLog implements SessionLog {
  readonly path: string;
  readonly #clock: Clock;
  readonly #level: Level;
  readonly #handler: SessionLogHandler;
  readonly #loggers: Readonly<Record<LoggerName, EventLogger>>;
  /** `null` at level `debug`, where nothing is held back. */
  readonly #throttle: LogThrottle | null;
  #timer: TimerHandle | null = null;
  #warnings = 0;
  #errors = 0;
  #hasEnded = false;

  constructor(options: SessionLogOptions) {
    const { path, level = "info", clock = systemClock } = options;
    this.path = path;
    this.#clock = clock;
    this.#level = LEVELS[level];
    this.#throttle = level === "debug" ? null : new LogThrottle();
    // The level is applied here, before an event costs anything.
    this.#handler = new SessionLogHandler("DEBUG", options);
    this.#handler.setup();
    const handlers = [this.#handler];
    this.#loggers = {
      "echolog.session": new EventLogger("echolog.session", handlers),
      "echolog.recorder": new EventLogger("echolog.recorder", handlers),
      "echolog.ffmpeg": new EventLogger("echolog.ffmpeg", handlers),
      "echolog.log": new EventLogger("echolog.log", handlers),
    };
  }

  emit(event: SessionStop): SessionStop;
  emit(event: SessionEvent): SessionEvent;
  emit(event: SessionEvent): SessionEvent {
    // Nothing follows the last line.
    if (this.#hasEnded) return event;
    switch (event.event) {
      case "ffmpeg_stderr":
        this.#emitStderr(event);
        return event;
      case "ffmpeg_command":
        this.#throttle?.startRun();
        break;
      case "ffmpeg_stopped":
        // Lines held back of a run precede its end.
        this.#writeAll(this.#throttle?.endRun(this.#clock.now()));
        break;
      case "session_stop":
        return this.#end(event);
    }
    if (this.#isLogged(event)) this.#write(event);
    return event;
  }

  get dropped(): number {
    return this.#handler.dropped;
  }

  observe(telemetry: Telemetry): void {
    if (telemetry.kind !== "run_failed") return;
    for (const line of this.#throttle?.takeTail(telemetry.time) ?? []) {
      if (this.#isLogged(line)) this.#write(line);
    }
  }

  hold(): Disposable {
    return this.#handler.hold();
  }

  check(): void {
    this.#handler.checkFile();
  }

  flush(): void {
    this.#settle();
    this.#handler.flush();
  }

  close(): void {
    if (this.#timer !== null) this.#clock.clearTimeout(this.#timer);
    this.#timer = null;
    this.#settle();
    this.#handler.destroy();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #emitStderr(event: FfmpegStderr): void {
    if (!this.#isLogged(event)) {
      this.#throttle?.keep(event);
      return;
    }
    if (this.#throttle === null) {
      this.#write(event);
      return;
    }
    for (const line of this.#throttle.push(event)) this.#write(line);
    if (this.#timer === null) this.#watch(this.#throttle);
  }

  /** Writes the last line and adds the counts that only the log has. */
  #end(event: SessionStop): SessionStop {
    this.flush();
    const whole = {
      ...event,
      warnings: event.warnings + this.#warnings + this.#handler.warnings,
      errors: event.errors + this.#errors,
      log_lines_dropped: event.log_lines_dropped + this.dropped,
    };
    this.#write(whole);
    this.#hasEnded = true;
    return whole;
  }

  #watch(throttle: LogThrottle): void {
    this.#timer = this.#clock.setTimeout(() => {
      this.#timer = null;
      for (const event of throttle.poll(this.#clock.now())) this.#write(event);
      if (throttle.isHolding) this.#watch(throttle);
    }, POLL_MS);
    this.#clock.unref(this.#timer);
  }

  #settle(): void {
    this.#writeAll(this.#throttle?.flush(this.#clock.now()));
  }

  #writeAll(events: readonly SessionEvent[] = []): void {
    for (const event of events) this.#write(event);
  }

  #isLogged(event: SessionEvent): boolean {
    return RANKS[levelOf(event)] >= RANKS[this.#level] || isAlwaysLogged(event);
  }

  #write(event: SessionEvent): void {
    const level = levelOf(event);
    if (level === "WARNING") this.#warnings++;
    if (level === "ERROR") this.#errors++;
    this.#loggers[loggerOf(event)].event(event, level);
  }
}

/** Milliseconds between two checks of held lines. */
const POLL_MS = 1_000;

const LEVELS: Readonly<Record<LogLevel, Level>> = {
  debug: "DEBUG",
  info: "INFO",
  warning: "WARNING",
  error: "ERROR",
};

const RANKS: Readonly<Record<Level, number>> = {
  DEBUG: 0,
  INFO: 1,
  WARNING: 2,
  ERROR: 3,
};
