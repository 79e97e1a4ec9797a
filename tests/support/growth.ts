/**
 * How much longer the more takes: not how long, which is the machine's affair.
 *
 * @module
 */

/** A work that takes less is too short to be measured, in milliseconds. */
const MIN_MS = 0.1;
const ROUNDS = 20;

/**
 * Compares two pieces of work by the shortest time that each took of several.
 * What else the machine does lengthens one measurement, not all of them.
 *
 * @param enough Nothing is measured again once the result is below this.
 * @returns how many times as long the second takes.
 */
export function growth(
  less: () => void,
  more: () => void,
  enough: number,
): number {
  let [short, long] = [Infinity, Infinity];
  for (let round = 0; round < ROUNDS; round++) {
    short = Math.min(short, timeOf(less));
    long = Math.min(long, timeOf(more));
    if (ratio(short, long) < enough) break;
  }
  return ratio(short, long);
}

function ratio(short: number, long: number): number {
  return long / Math.max(short, MIN_MS);
}

function timeOf(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}
