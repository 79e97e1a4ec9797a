/**
 * Passes events through `@std/log`, whose own records have only a message, a
 * level and arguments.
 *
 * @module
 */

import type { BaseHandler, LevelName } from "@std/log/base-handler";
import { Logger, LogRecord } from "@std/log/logger";
import { LogLevels } from "@std/log/levels";
import type { Level, SessionEvent } from "../../events.ts";
import { encodeEvent, type EncodeOptions } from "../format/event_fields.ts";
import { lineTime } from "../format/timestamps.ts";

/** A record that carries an event; its message is the event's name. */
export class EventRecord extends LogRecord {
  /** The event. */
  event: SessionEvent;

  /**
   * Creates the record of an event.
   *
   * @param event The event.
   * @param level Its level.
   * @param loggerName Name of its logger.
   */
  constructor(event: SessionEvent, level: Level, loggerName: string) {
    super({
      msg: event.event,
      args: [],
      level: LogLevels[LEVEL_NAMES[level]],
      loggerName,
    });
    this.event = event;
  }
}

/** A logger that takes events. */
export class EventLogger extends Logger {
  /**
   * Creating a record takes longer than formatting the line, so one per level
   * is reused.
   */
  readonly #records = new Map<Level, EventRecord>();

  /**
   * Creates a logger that takes events of every level.
   *
   * @param loggerName Name of the logger.
   * @param handlers Where events go.
   */
  constructor(loggerName: string, handlers: BaseHandler[]) {
    super(loggerName, "DEBUG", { handlers });
  }

  /**
   * Logs an event.
   *
   * @param event The event; handlers must not keep its record.
   * @param level Its level.
   */
  event(event: SessionEvent, level: Level): void {
    let record = this.#records.get(level);
    if (record === undefined) {
      record = new EventRecord(event, level, this.loggerName);
      this.#records.set(level, record);
    }
    record.event = event;
    for (const handler of this.handlers) handler.handle(record);
  }
}

/**
 * Formats a record as a line: its event, or its message in a field `text`.
 *
 * @param record A record of a logger.
 * @param options Form of the line.
 */
export function formatRecord(
  record: LogRecord,
  options: EncodeOptions,
): string {
  if (record instanceof EventRecord) return encodeEvent(record.event, options);
  const { format, utc, redact } = options;
  const time = lineTime(record.datetime.getTime(), utc);
  const logger = record.loggerName.replace(/[^A-Za-z0-9_.-]/g, "_");
  return format.begin(time, levelOfRecord(record), logger, "message") +
    format.text("text", redact(record.msg)) + format.end;
}

const LEVEL_NAMES: Readonly<Record<Level, LevelName>> = {
  DEBUG: "DEBUG",
  INFO: "INFO",
  WARNING: "WARN",
  ERROR: "ERROR",
};

function levelOfRecord({ level }: LogRecord): Level {
  if (level >= LogLevels.ERROR) return "ERROR";
  if (level >= LogLevels.WARN) return "WARNING";
  return level >= LogLevels.INFO ? "INFO" : "DEBUG";
}
