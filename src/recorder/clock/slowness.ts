/**
 * How slowly a source sends that loses nothing.
 *
 * @module
 */

import type { MonotonicMs } from "../../platform/clock.ts";

/** Milliseconds over which the speed is measured. */
const WINDOW_MS = 10_000;

/** A source that falls behind more, per length of its audio, was held up. */
const MOST = 3;

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
    const [last, lost, passed] = this.#measured;
    return passed > 0 ? Math.max(0, lost / passed) * (at - last.at) : 0;
  }

  /** By how much the source falls behind while it sends audio, per length of it. */
  get rate(): number {
    const [, lost, passed] = this.#measured;
    const rate = passed > lost ? lost / (passed - lost) : 0;
    return Math.min(MOST, Math.max(0, rate));
  }

  /** The last point, by how much the source fell behind, and in which time. */
  get #measured(): readonly [Point, number, number] {
    const last = this.#points.at(-1) ?? { at: 0, origin: 0 };
    const first = this.#points.at(0) ?? last;
    return [last, last.origin - first.origin, last.at - first.at];
  }
}
