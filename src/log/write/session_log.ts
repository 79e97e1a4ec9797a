/**
 * The log of a session, as the rest of the program sees it: events go in.
 *
 * @module
 */

import type {
  EventSink,
  FfmpegStderr,
  Level,
  SessionEvent,
} from "../../events.ts";
import {
  type Clock,
  systemClock,
  type TimerHandle,
} from "../../platform/clock.ts";
import { LogThrottle } from "./rate_limit.ts";
import { SessionLogHandler, type SessionLogHandlerOptions } from "./handler.ts";
import { EventLogger } from "./record.ts";
import {
  isAlwaysLogged,
  levelOf,
  type LoggerName,
  loggerOf,
} from "../format/levels.ts";

/** Least severity that is logged. */
export type LogLevel = "debug" | "info" | "warning" | "error";

/** Options for {@linkcode openSessionLog}. */
export interface SessionLogOptions extends SessionLogHandlerOptions {
  /** Least severity that is logged; `info` unless given. */
  readonly level?: LogLevel;
}

/** What a log has counted. */
export interface LogCounts {
  /** Lines at WARNING. */
  readonly warnings: number;
  /** Lines at ERROR. */
  readonly errors: number;
  /** Lines that could not be written and are lost. */
  readonly dropped: number;
}

/** The log of one session. */
export interface SessionLog extends EventSink, Disposable {
  /** Path of the active file. */
  readonly path: string;
  /**
   * What was counted so far. For `session_stop`, call {@linkcode SessionLog.flush}
   * first: counts that are held back become lines then.
   */
  counts(): LogCounts;
  /** Whether lines of a level are logged. */
  shows(level: Level): boolean;
  /** Sees to the file; to be called about once a second while audio comes. */
  look(): void;
  /** Writes all that is held back or waits. */
  flush(): void;
  /** Flushes and closes the file; can be called again. Events that come later are still written. */
  close(): void;
}

/**
 * Opens the log of a session. It cannot fail: what is wrong with the file is
 * told to `onTrouble`, and lines wait for the file.
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
 * @param options Where the log is, what it takes and how it is kept.
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
  /** At `debug` everything is shown, so nothing is held back. */
  readonly #flood: LogThrottle | null;
  #timer: TimerHandle | null = null;
  #warnings = 0;
  #errors = 0;

  constructor(options: SessionLogOptions) {
    const { path, level = "info", clock = systemClock } = options;
    this.path = path;
    this.#clock = clock;
    this.#level = LEVELS[level];
    this.#flood = level === "debug" ? null : new LogThrottle();
    // The level is applied here, where an event costs nothing yet.
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

  emit(event: SessionEvent): void {
    if (!this.#isLogged(event)) return;
    if (event.event === "ffmpeg_stderr") {
      this.#emitStderr(event);
      return;
    }
    // What was held back of a run stands before the end of that run.
    if (event.event === "ffmpeg_stopped" || event.event === "session_stop") {
      const endedByItself = event.event === "ffmpeg_stopped" &&
        event.stopped_by === null;
      this.#settle(endedByItself);
    }
    this.#write(event);
  }

  counts(): LogCounts {
    return {
      warnings: this.#warnings + this.#handler.warnings,
      errors: this.#errors,
      dropped: this.#handler.dropped,
    };
  }

  shows(level: Level): boolean {
    return RANKS[level] >= RANKS[this.#level];
  }

  look(): void {
    this.#handler.look();
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
    if (this.#flood === null) {
      this.#write(event);
      return;
    }
    for (const told of this.#flood.offer(event)) this.#write(told);
    if (this.#timer === null) this.#watchFlood(this.#flood);
  }

  #watchFlood(flood: LogThrottle): void {
    this.#timer = this.#clock.setTimeout(() => {
      this.#timer = null;
      for (const told of flood.tick(this.#clock.now())) this.#write(told);
      if (flood.isHolding) this.#watchFlood(flood);
    }, TICK);
    this.#clock.unref(this.#timer);
  }

  #settle(endedByItself = false): void {
    const told = this.#flood?.end(this.#clock.now(), endedByItself) ?? [];
    for (const event of told) {
      this.#write(event);
    }
  }

  #isLogged(event: SessionEvent): boolean {
    return this.shows(levelOf(event)) || isAlwaysLogged(event);
  }

  #write(event: SessionEvent): void {
    const level = levelOf(event);
    if (level === "WARNING") this.#warnings++;
    if (level === "ERROR") this.#errors++;
    this.#loggers[loggerOf(event)].event(event, level);
  }
}

/** Milliseconds between two looks at what is held back. */
const TICK = 1_000;

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
