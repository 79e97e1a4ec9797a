/**
 * The clock, passed in as a value, so that a test can control it.
 *
 * @module
 */

/** Handle of a timer set by {@linkcode Clock.setTimeout}. */
export type TimerHandle = number;

/** A source of time with timers. */
export interface Clock {
  /** Wall-clock time in milliseconds since 1970-01-01T00:00:00Z; the system may step it. */
  now(): number;
  /** Milliseconds since some fixed moment; never goes back, even if the wall clock does. */
  monotonic(): number;
  /**
   * Calls a function once.
   *
   * @param callback The function.
   * @param delay Milliseconds from now.
   * @returns The handle for {@linkcode Clock.clearTimeout}.
   */
  setTimeout(callback: () => void, delay: number): TimerHandle;
  /** Cancels a timer; does nothing if it has fired. */
  clearTimeout(timer: TimerHandle): void;
  /** Lets the process end while this timer is pending. */
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
 * Results of `setTimeout` by handle. From Deno 2.9 a result is an object, and
 * `Deno.unrefTimer` does nothing with the object's number.
 */
const running = new Map<TimerHandle, ReturnType<typeof setTimeout>>();

/**
 * Milliseconds of a clock that is never set, as returned by `Clock.monotonic`.
 */
export type MonotonicMs = number;

/** Resolves after a time in milliseconds, or when one of the signals comes. */
export async function pause(
  clock: Clock,
  delay: number,
  ...signals: readonly AbortSignal[]
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = clock.setTimeout(resolve, delay);
  // Removed after the wait: a session of months waits often.
  const onAbort = () => resolve();
  for (const signal of signals) signal.addEventListener("abort", onAbort);
  if (signals.some(({ aborted }) => aborted)) resolve();
  await promise;
  for (const signal of signals) signal.removeEventListener("abort", onAbort);
  clock.clearTimeout(timer);
}
