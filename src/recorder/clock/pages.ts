/**
 * The length of the pages or segments that a stream sends at once.
 *
 * @module
 */

import type { Seconds } from "../../events.ts";
import type { MonotonicMs } from "../../platform/clock.ts";

/** Milliseconds between two pauses: reports come once a second. */
const SHORT_MS = 2_000;
/** Number of pages by which their length is known. */
const PAGES = 4;

/** A report of captured time. */
export interface PageReport {
  /** When it was made. */
  readonly at: MonotonicMs;
  /** When the run would have begun by it. */
  readonly origin: MonotonicMs;
  /** Where audio resumed after a pause; otherwise `null`. */
  readonly resumed: Seconds | null;
}

/** Measures what comes between two pauses. */
export class Pages {
  #first: PageReport | null = null;
  #lengths: readonly Seconds[] = [];

  /** Length of the longest of the last pages, in milliseconds. */
  get longestMs(): number {
    return 1000 * Math.max(0, ...this.#lengths);
  }

  /** A report shows that audio resumed after a pause; `last` is the one before it. */
  begin(report: PageReport, last: PageReport): void {
    const first = this.#first;
    this.#first = report;
    // The first one has what the source had buffered.
    if (first === null) return;
    // Between reports, a short page shows only in the pauses around it.
    const length = report.at - first.at < SHORT_MS
      ? (report.resumed ?? 0) - (first.resumed ?? 0)
      : Math.max(0, first.origin - last.origin) / 1000;
    this.#lengths = [...this.#lengths.slice(1 - PAGES), length];
  }
}
