/**
 * How slowly a source sends that loses nothing.
 *
 * @module
 */

import type { MonotonicMs } from "../../platform/clock.ts";

/** Milliseconds over which the speed is measured. */
const WINDOW_MS = 10_000;

/** A moment, and when the run would have begun by what had come then. */
interface Point {
  readonly at: MonotonicMs;
  readonly origin: MonotonicMs;
}

/** Measures by how much a source falls behind the time that passes. */
export class Slowness {
  #points: readonly Point[] = [];

  /** Takes what had come without a loss. */
  observe(point: Point): void {
    const since = point.at - WINDOW_MS;
    const recent = this.#points.filter(({ at }) => at >= since);
    this.#points = [...recent, point];
  }

  /** Audio was lost: what came before tells nothing of the speed. */
  reset(): void {
    this.#points = [];
  }

  /** Returns by how many milliseconds the source falls behind until a moment. */
  expectedAt(at: MonotonicMs): number {
    const first = this.#points.at(0);
    const last = this.#points.at(-1);
    if (first === undefined || last === undefined || last.at <= first.at) {
      return 0;
    }
    const rate = (last.origin - first.origin) / (last.at - first.at);
    return Math.max(0, rate) * (at - last.at);
  }
}
