/**
 * Selects the lines of a log to show.
 *
 * @module
 */

import { EchologError } from "../../errors.ts";
import { type EpochMs, EVENT_NAMES, type Level } from "../../events.ts";
import type { ReadLine } from "../../log/read/reader.ts";
import { didYouMean } from "../../platform/suggest.ts";

const LEVELS: readonly Level[] = ["DEBUG", "INFO", "WARNING", "ERROR"];

/** The lines of which times are wanted. */
export interface TimeRange {
  /** Not before this, or `null`. */
  readonly since: EpochMs | null;
  /** Not after this, or `null`. */
  readonly until: EpochMs | null;
}

/** Accepts lines by level, event and time. */
export class LineFilter {
  readonly #level: number;
  readonly #events: ReadonlySet<string> | null;
  readonly #since: EpochMs;
  readonly #until: EpochMs;
  readonly #wantsAll: boolean;
  /** A text that is not a log line follows the result of the previous line. */
  #last: boolean;

  private constructor(
    level: Level,
    events: ReadonlySet<string> | null,
    { since, until }: TimeRange,
  ) {
    this.#level = LEVELS.indexOf(level);
    this.#events = events;
    this.#since = since ?? -Infinity;
    this.#until = until ?? Infinity;
    // A text before the first line is no event.
    this.#last = this.#level === 0 && events === null;
    this.#wantsAll = this.#level === 0 && events === null &&
      since === null && until === null;
  }

  /**
   * Reads the values of `--level` and `--event`.
   *
   * @throws {EchologError} `usage`, naming the value at fault.
   */
  static of(
    values: ReadonlyMap<string, string>,
    range: TimeRange = { since: null, until: null },
  ): LineFilter {
    const level = values.get("level");
    const events = values.get("event");
    return new LineFilter(
      level === undefined ? "DEBUG" : parseLevel(level),
      events === undefined ? null : parseEvents(events),
      range,
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
      head.time >= Math.floor(this.#since / 1000) * 1000 &&
      head.time <= this.#until;
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
