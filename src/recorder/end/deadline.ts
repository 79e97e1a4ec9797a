/**
 * A call at a given time, however far away.
 *
 * @module
 */

import type { Clock, TimerHandle } from "../../platform/clock.ts";

/** A pending call; disposing of it cancels it. */
export type Deadline = Disposable;

/** Maximum wait of one timer. Timers overflow at 2^31 milliseconds and stop while the machine sleeps. */
const MAX_WAIT_MS = 60_000;

/**
 * Calls `callback` once, when `now` returns `time` or later.
 *
 * @param clock sets the timers.
 * @param now milliseconds of any clock that does not go back.
 */
export function callAt(
  clock: Clock,
  now: () => number,
  time: number,
  callback: () => void,
): Deadline {
  let timer: TimerHandle;
  const wait = () => {
    const left = time - now();
    const delay = Math.min(Math.max(left, 0), MAX_WAIT_MS);
    timer = clock.setTimeout(() => {
      if (now() >= time) callback();
      else wait();
    }, delay);
  };
  wait();
  return { [Symbol.dispose]: () => clock.clearTimeout(timer) };
}
