/**
 * When the samples of a source came.
 *
 * @module
 */

/** All audio of the source up to a point had come at a moment. */
export interface Arrival {
  /** The point of the source, in seconds. */
  readonly source: number;
  /** The moment, in seconds since 1970. */
  readonly at: number;
}

/**
 * Times of a source by an observer that is independent of the recording.
 *
 * A sample that came late, because the source was held up or sends in segments,
 * belongs to the time at which it would have come: the earliest that the samples
 * after it allow.
 */
export class Truth {
  readonly #sources: readonly number[];
  readonly #latencies: readonly number[];
  readonly #breaks: readonly number[];

  /**
   * @param arrivals What the observer noted, in any order.
   * @param breaks Points of the source at which it was started again: nothing
   * after them says how late it was before.
   * @param isSegmented Whether it sends in segments: one that is fetched later
   * than the one before it is not a source that stays late.
   */
  constructor(
    arrivals: readonly Arrival[],
    breaks: readonly number[] = [],
    isSegmented = false,
  ) {
    const sorted = arrivals.toSorted((a, b) => a.source - b.source);
    const latencies: number[] = [];
    let lowest = Infinity;
    for (let index = sorted.length - 1; index >= 0; index--) {
      const { source, at } = sorted[index] ?? { source: 0, at: 0 };
      const after = sorted[index + 1]?.source ?? Infinity;
      if (breaks.some((each) => source <= each && each < after)) {
        lowest = Infinity;
      }
      lowest = Math.min(lowest, at - source);
      latencies[index] = lowest;
    }
    const delays = arrivals.map(({ source, at }) => at - source);
    this.spread = isSegmented ? Math.max(...delays) - Math.min(...delays) : 0;
    for (const index of isSegmented ? sorted.keys() : []) {
      const { source = 0 } = sorted[index] ?? {};
      const before = sorted[index - 1]?.source ?? source;
      if (breaks.some((each) => before <= each && each < source)) continue;
      latencies[index] = Math.min(
        latencies[index] ?? Infinity,
        latencies[index - 1] ?? Infinity,
      );
    }
    this.#sources = sorted.map(({ source }) => source);
    this.#latencies = latencies;
    this.#breaks = breaks;
  }

  /**
   * How much later than {@linkcode cameAt} a segment may have come, in seconds:
   * clients ask for the next one at intervals.
   */
  readonly spread: number;

  /** Returns when a point of the source came, in seconds since 1970. */
  cameAt(source: number): number {
    const sources = this.#sources;
    let low = 0;
    let high = sources.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sources[middle] ?? 0) < source) low = middle + 1;
      else high = middle;
    }
    const next = sources[low];
    const isBroken = next === undefined ||
      this.#breaks.some((each) => source <= each && each < next);
    const latency = this.#latencies[isBroken ? low - 1 : low] ??
      this.#latencies[low];
    return source + (latency ?? NaN);
  }
}
