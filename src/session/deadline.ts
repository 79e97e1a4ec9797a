/**
 * A call at a time of the wall clock, however far away.
 *
 * @module
 */

import type { EpochMs } from "../events.ts";
import type { Clock, TimerHandle } from "../platform/clock.ts";

/** A call that is still to come; disposing of it takes it back. */
export type Deadline = Disposable;

/** Timers overflow at 2^31 milliseconds, and wall clocks are set: look again at least this often. */
const LONGEST_WAIT_MS = 3_600_000;

/** Calls `callback` once, when the wall clock shows `time` or later. */
export function callAt(
  clock: Clock,
  time: EpochMs,
  callback: () => void,
): Deadline {
  let timer: TimerHandle;
  const wait = () => {
    const left = time - clock.now();
    const delay = Math.min(Math.max(left, 0), LONGEST_WAIT_MS);
    timer = clock.setTimeout(() => {
      if (clock.now() >= time) callback();
      else wait();
    }, delay);
  };
  wait();
  return { [Symbol.dispose]: () => clock.clearTimeout(timer) };
}
