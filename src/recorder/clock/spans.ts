/**
 * The audio of a run without its holes, with the moment at which the run would
 * have begun if nothing had been lost before.
 *
 * @module
 */

import type { Seconds } from "../../events.ts";
import type { MonotonicMs } from "../../platform/clock.ts";

/** Sound cards drift by some 10 ppm, bad ones by some 100 ppm. */
const DRIFT_PER_MS = 0.0005;
/** Spans whose origins differ by less than this are one. */
const SAME_MS = 2;
/** Maximum number of spans kept; the open chunks have no more. */
const MAX_SPANS = 4_096;

/** Audio up to `until` that was captured without a hole. */
interface Span {
  until: Seconds;
  /** When the run would have begun. */
  origin: MonotonicMs;
  /** The same at its end, after the drift of a sound card. */
  latest: MonotonicMs;
  /** Where it moved to its origin from that of the span before; otherwise `null`. */
  readonly move: {
    /** The origin at its beginning. */
    readonly from: MonotonicMs;
    /** The position at which it had moved. */
    readonly until: Seconds;
  } | null;
}

/** The spans of one run, in order. */
export class Spans {
  readonly #spans: Span[] = [];

  /** End of the last span, or -1 without one. */
  get until(): Seconds {
    return this.#spans.at(-1)?.until ?? -1;
  }

  /** Origin at the end of the last span, or `null` without one. */
  get latest(): MonotonicMs | null {
    return this.#spans.at(-1)?.latest ?? null;
  }

  /** Returns the latest origin at a later position that drift can explain. */
  latestAt(position: Seconds): MonotonicMs | null {
    const last = this.#spans.at(-1);
    if (last === undefined) return null;
    const since = Math.max(0, position - last.until) * 1000;
    return last.latest + since * DRIFT_PER_MS;
  }

  /** Returns the origin of a position, or `null` after the last span. */
  originOf(position: Seconds): MonotonicMs | null {
    const index = this.#spans.findIndex(({ until }) => position <= until);
    const span = this.#spans[index];
    if (span === undefined) return null;
    const before = this.#spans[index - 1];
    const { move, origin } = span;
    if (before === undefined || move === null || position >= move.until) {
      return origin;
    }
    const share = (position - before.until) / (move.until - before.until);
    return move.from + (origin - move.from) * share;
  }

  /** The audio up to `until` follows without a hole. */
  extend(until: Seconds, origin: MonotonicMs): void {
    const last = this.#spans.at(-1);
    if (last !== undefined && Math.abs(origin - last.origin) < SAME_MS) {
      last.until = Math.max(last.until, until);
      last.latest = origin;
    } else this.add(until, origin);
  }

  /** The audio up to `until` follows without a hole, more slowly than time. */
  stretch(until: Seconds, origin: MonotonicMs): void {
    const from = this.latest;
    const move = from === null ? null : { from, until };
    this.#push({ until, origin, latest: origin, move });
  }

  /** The audio up to `until` follows a hole. */
  add(until: Seconds, origin: MonotonicMs): void {
    this.#push({ until, origin, latest: origin, move: null });
  }

  #push(span: Span): void {
    this.#spans.push(span);
    if (this.#spans.length > MAX_SPANS) this.#spans.shift();
  }

  /** Origins are too late when a report that came later has an earlier one. */
  lower(origin: MonotonicMs, captured: Seconds): void {
    for (let index = this.#spans.length - 1; index >= 0; index--) {
      const span = this.#spans[index];
      if (span === undefined) return;
      const latest = origin + (captured - span.until) * 1000 * DRIFT_PER_MS;
      if (span.latest <= latest) return;
      span.latest = latest;
      span.origin = Math.min(span.origin, latest);
    }
  }
}
