/**
 * Selects the lines of a log to show.
 *
 * @module
 */

import { parseDuration } from "../../config/setting_types.ts";
import { EchologError } from "../../errors.ts";
import { type EpochMs, EVENT_NAMES, type Level } from "../../events.ts";
import type { ReadLine } from "../../log/read/reader.ts";
import { didYouMean } from "../../platform/suggest.ts";

const LEVELS: readonly Level[] = ["DEBUG", "INFO", "WARNING", "ERROR"];

/** Accepts lines by level, event and time. */
export class LineFilter {
  readonly #level: number;
  readonly #events: ReadonlySet<string> | null;
  readonly #since: EpochMs;
  readonly #wantsAll: boolean;
  /** A text that is not a log line follows the result of the previous line. */
  #last = true;

  private constructor(
    level: Level,
    events: ReadonlySet<string> | null,
    since: EpochMs,
  ) {
    this.#level = LEVELS.indexOf(level);
    this.#events = events;
    this.#since = since;
    this.#wantsAll = this.#level === 0 && events === null && since === 0;
  }

  /**
   * Reads the values of `--level`, `--event` and `--since`.
   *
   * @param now Base of times such as `10m`, which count back from it.
   * @throws {EchologError} `usage`, naming the value at fault.
   */
  static of(values: ReadonlyMap<string, string>, now: EpochMs): LineFilter {
    const level = values.get("level");
    const events = values.get("event");
    const since = values.get("since");
    return new LineFilter(
      level === undefined ? "DEBUG" : parseLevel(level),
      events === undefined ? null : parseEvents(events),
      since === undefined ? 0 : parseSince(since, now),
    );
  }

  /** Whether a line is selected. Lines must be passed in order. */
  accepts(line: ReadLine): boolean {
    if (this.#wantsAll) return true;
    const { head } = line;
    if (head === null) return this.#last;
    this.#last = LEVELS.indexOf(head.level) >= this.#level &&
      (this.#events?.has(head.event) ?? true) &&
      // The log keeps whole seconds.
      head.time >= Math.floor(this.#since / 1000) * 1000;
    return this.#last;
  }
}

function parseLevel(text: string): Level {
  const level = LEVELS.find((level) => level.toLowerCase() === text);
  if (level !== undefined) return level;
  throw new EchologError("usage", `Cannot use --level ${text}`, {
    hint: `expected one of ${
      LEVELS.map((level) => level.toLowerCase()).join(", ")
    }`,
  });
}

function parseEvents(text: string): ReadonlySet<string> {
  const names = text.split(",");
  for (const name of names) {
    if (EVENT_NAMES.some((known) => known === name)) continue;
    throw new EchologError("usage", `Unknown event ${name} in --event`, {
      hint: didYouMean(
        name,
        EVENT_NAMES,
        `choose from ${EVENT_NAMES.join(", ")}`,
      ),
    });
  }
  return new Set(names);
}

function parseSince(text: string, now: EpochMs): EpochMs {
  const ago = parseDuration(text);
  if (ago !== null) return now - ago * 1000;
  // A date alone, or a time without an offset, is UTC, as the log is.
  const match =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:\d\d)?)?$/
      .exec(text);
  const [, date, time = "00:00", offset = "Z"] = match ?? [];
  const parsed = Date.parse(`${date}T${time}${offset}`);
  if (match !== null && !Number.isNaN(parsed)) return parsed;
  throw new EchologError("usage", `Cannot use --since ${text}`, {
    hint:
      "expected a duration before now, such as 10m, or a time in UTC, such as 2025-09-22T10:00:00Z",
  });
}
