/**
 * Time, passed in wherever it matters, so that a test can hold the clock.
 *
 * @module
 */

/** Names a timer that was set by {@linkcode Clock.setTimeout}. */
export type TimerHandle = number;

/** Tells the time and calls back later. */
export interface Clock {
  /** Wall-clock time in milliseconds since 1970-01-01T00:00:00Z; it may be stepped by the system. */
  now(): number;
  /** Milliseconds since some fixed moment; never goes back, whatever is done to the wall clock. */
  monotonic(): number;
  /**
   * Calls a function once.
   *
   * @param callback What to call.
   * @param delay Milliseconds from now.
   * @returns The handle for {@linkcode Clock.clearTimeout}.
   */
  setTimeout(callback: () => void, delay: number): TimerHandle;
  /** Takes a timer back; one that has run already is left alone. */
  clearTimeout(timer: TimerHandle): void;
  /** Lets the process end although this timer is still waiting. */
  unref(timer: TimerHandle): void;
}

/** The computer's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout(callback, delay) {
    const timer = setTimeout(() => {
      running.delete(handle);
      callback();
    }, delay);
    const handle = Number(timer);
    running.set(handle, timer);
    return handle;
  },
  clearTimeout(handle) {
    clearTimeout(running.get(handle));
    running.delete(handle);
  },
  unref(handle) {
    const timer = running.get(handle);
    if (timer !== undefined) Deno.unrefTimer(timer);
  },
};

/**
 * What `setTimeout` returned, by handle. From Deno 2.9 it is an object, and
 * `Deno.unrefTimer` does nothing when it is given the object's number.
 */
const running = new Map<TimerHandle, ReturnType<typeof setTimeout>>();

/** Milliseconds of a clock that is never set, as `Clock.monotonic` gives them. */
export type MonotonicMs = number;
