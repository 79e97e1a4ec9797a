/**
 * Keeps ffmpeg from filling the log: equal lines pass a few times and are then
 * counted, and all lines share a budget.
 *
 * Times come from the events or are passed in.
 *
 * @module
 */

import type {
  EpochMs,
  FfmpegStderr,
  SessionEvent,
  Warning,
} from "../../events.ts";
import { levelOf } from "../format/levels.ts";
import { quoteValue } from "../format/quote.ts";
import { isoMilliseconds } from "../format/timestamps.ts";
import { StderrTail } from "./stderr_tail.ts";

/** Number of equal lines that pass before they are counted. */
const LET_THROUGH = 3;
/** Milliseconds without an equal line after which the count is reported and dropped. */
const QUIET = 5_000;
/** Milliseconds between two reports of the count while equal lines keep coming. */
const PERIOD = 60_000;
/** Maximum number of different lines remembered; the one not seen for longest is dropped. */
const MAX_GROUPS = 256;
/** Length of the beginning by which lines are compared. */
const KEY_LENGTH = 512;

const HOUR = 3_600_000;
/** Bytes of log an hour for ordinary lines, … */
const BUDGET = 131_072;
/** … for errors, which must not be crowded out by warnings, … */
const BUDGET_ERRORS = 196_608;
/** … and for the last lines of an ffmpeg that died. */
const BUDGET_LAST_WORDS = 327_680;
/** Approximate number of bytes of a line besides ffmpeg's own text. */
const OVERHEAD = 160;

/** Lines that were not written. */
interface Held {
  readonly count: number;
  readonly first: EpochMs;
  readonly last: EpochMs;
}

/** Equal lines. */
interface Group {
  passed: number;
  seen: EpochMs;
  held: Held | null;
  /** When the first of the held lines came. */
  heldSince: EpochMs;
  /** The latest line. */
  latest: FfmpegStderr;
}

/** Holds back lines of ffmpeg's stderr. */
export class LogThrottle {
  readonly #groups = new Map<string, Group>();
  #hour: EpochMs | null = null;
  #spent = 0;
  #overBudget: Held | null = null;
  readonly #tail = new StderrTail();

  /** True while {@linkcode LogThrottle.poll} may have something to report. */
  get isHolding(): boolean {
    return this.#groups.size > 0 || this.#overBudget !== null;
  }

  /**
   * Takes a line.
   *
   * @param event The line.
   * @returns Events to write now: the line, nothing, or a report instead.
   */
  push(event: FfmpegStderr): SessionEvent[] {
    const now = event.time;
    const key = keyOf(event);
    const group = this.#groups.get(key);
    if (group === undefined) {
      const reported = this.#makeRoom(now);
      this.#groups.set(key, {
        passed: 1,
        seen: now,
        held: null,
        heldSince: now,
        latest: event,
      });
      return [...reported, ...this.#spend(event, now)];
    }
    // The map is ordered by when lines were last seen.
    this.#groups.delete(key);
    this.#groups.set(key, group);
    group.seen = now;
    group.latest = event;
    if (group.passed < LET_THROUGH) {
      group.passed++;
      return this.#spend(event, now);
    }
    if (group.held === null) group.heldSince = now;
    group.held = add(group.held, heldBy(event));
    return NOTHING;
  }

  /**
   * Returns the reports that are due. Call it about every second while
   * {@linkcode LogThrottle.isHolding}.
   *
   * @param now The time.
   * @returns Events to write now.
   */
  poll(now: EpochMs): SessionEvent[] {
    const events: SessionEvent[] = [];
    for (const [key, group] of this.#groups) {
      // A clock that was set must not delay a count: it ends the group.
      const isQuiet = Math.abs(now - group.seen) >= QUIET;
      if (isQuiet || now - group.heldSince >= PERIOD) {
        events.push(...this.#report(group, now));
      }
      if (isQuiet) this.#groups.delete(key);
    }
    if (this.#isHourOver(now)) events.push(...this.#reportOverBudget(now));
    return events;
  }

  /**
   * Returns a report of all held lines, and drops them.
   *
   * @param now The time.
   * @returns Events to write now.
   */
  flush(now: EpochMs): SessionEvent[] {
    return [...this.endRun(now), ...this.#reportOverBudget(now)];
  }

  /**
   * Returns a report of the held equal lines, and drops them. Lines over the
   * budget wait: {@linkcode LogThrottle.takeTail} may add some.
   *
   * @param now The time.
   * @returns Events to write now.
   */
  endRun(now: EpochMs): SessionEvent[] {
    const events: SessionEvent[] = [];
    for (const group of this.#groups.values()) {
      events.push(...this.#report(group, now));
    }
    this.#groups.clear();
    return events;
  }

  /** Keeps a line that is below the level of the log, in case its run fails. */
  keep(event: FfmpegStderr): void {
    this.#tail.keep(event, "level");
  }

  /** Drops the kept lines: a new run begins. */
  startRun(): void {
    this.#tail.clear();
  }

  /**
   * Returns the last lines that are not in the log, at their own severity and
   * time, as far as the budget has room. The last ones have priority, because
   * they show why ffmpeg ended.
   *
   * @param now The time.
   * @returns Events to write now, oldest first.
   */
  takeTail(now: EpochMs): SessionEvent[] {
    const events = this.#startHour(now);
    const { lines, counted } = this.#tail.take(now, (line) => this.#fits(line));
    this.#overBudget = counted.reduce(less, this.#overBudget);
    return [...events, ...lines];
  }

  #makeRoom(now: EpochMs): SessionEvent[] {
    if (this.#groups.size < MAX_GROUPS) return NOTHING;
    for (const [key, group] of this.#groups) {
      this.#groups.delete(key);
      return this.#report(group, now);
    }
    return NOTHING;
  }

  #report(group: Group, now: EpochMs): SessionEvent[] {
    const { held, latest } = group;
    if (held === null) return NOTHING;
    group.held = null;
    const { at: _, ...line } = latest;
    return this.#spend({ ...line, time: now, ...held }, now);
  }

  /** Lets a line pass if the budget of the hour has room for it. */
  #spend(event: FfmpegStderr, now: EpochMs): SessionEvent[] {
    const events = this.#startHour(now);
    if (this.#fits(event)) return [...events, event];
    if (this.#overBudget === null) events.push(warningOfFlood(now));
    this.#overBudget = add(this.#overBudget, heldBy(event));
    // A report of several lines is not kept as a last line.
    if (event.count === undefined) this.#tail.keep(event, "budget");
    return events;
  }

  /** Gives a new hour its budget. */
  #startHour(now: EpochMs): SessionEvent[] {
    if (!this.#isHourOver(now)) return [];
    const events = this.#reportOverBudget(now);
    this.#hour = now;
    this.#spent = 0;
    return [...events];
  }

  /** Whether the budget has room for a line; if so, the line uses it. */
  #fits(event: FfmpegStderr): boolean {
    const budget = budgetOf(event);
    if (this.#spent >= budget) return false;
    this.#spent += OVERHEAD + encoder.encode(quoteValue(event.line)).length;
    return this.#spent <= budget;
  }

  #isHourOver(now: EpochMs): boolean {
    return this.#hour === null || Math.abs(now - this.#hour) >= HOUR;
  }

  #reportOverBudget(now: EpochMs): SessionEvent[] {
    const held = this.#overBudget;
    this.#overBudget = null;
    this.#tail.forgetCounted();
    return held === null ? NOTHING : [warningOfHeld(held, now)];
  }
}

const NOTHING: SessionEvent[] = [];
const encoder = new TextEncoder();

/** Returns the key that equal lines share: all but numbers and addresses. */
function keyOf({ run, severity, context, line }: FfmpegStderr): string {
  const text = line.slice(0, KEY_LENGTH).replace(/0x[0-9a-f]+|\d+/gi, "#");
  return `${run} ${severity} ${context} ${text}`;
}

function budgetOf(event: FfmpegStderr): number {
  if (event.at !== undefined) return BUDGET_LAST_WORDS;
  return levelOf(event) === "ERROR" ? BUDGET_ERRORS : BUDGET;
}

/** Returns the lines that a line represents. */
function heldBy({ time, at, count, first, last }: FfmpegStderr): Held {
  const came = at ?? time;
  return { count: count ?? 1, first: first ?? came, last: last ?? came };
}

function add(held: Held | null, more: Held): Held {
  if (held === null) return more;
  return {
    count: held.count + more.count,
    first: Math.min(held.first, more.first),
    last: Math.max(held.last, more.last),
  };
}

function less(held: Held | null, reported: FfmpegStderr): Held | null {
  const count = (held?.count ?? 0) - heldBy(reported).count;
  return held === null || count <= 0 ? null : { ...held, count };
}

function warningOfFlood(time: EpochMs): Warning {
  return {
    event: "warning",
    time,
    code: "ffmpeg_output_throttled",
    message:
      "ffmpeg prints more than the log accepts per hour: lines are only counted for now",
  };
}

function warningOfHeld(held: Held, time: EpochMs): Warning {
  return {
    event: "warning",
    time,
    code: "ffmpeg_output_throttled",
    message: "Lines from ffmpeg were left out",
    details: {
      count: held.count,
      first: isoMilliseconds(held.first),
      last: isoMilliseconds(held.last),
    },
  };
}
