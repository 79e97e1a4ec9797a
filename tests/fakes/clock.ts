/**
 * A clock that moves only when a test moves it.
 *
 * @module
 */

import type { Clock, TimerHandle } from "../../src/platform/clock.ts";

interface Timer {
  readonly due: number;
  readonly callback: () => void;
}

/** A clock that stands still until {@linkcode FakeClock.advance} is called. */
export class FakeClock implements Clock {
  #now: number;
  #monotonic = 0;
  #fired = 0;
  #next: TimerHandle = 1;
  #timers = new Map<TimerHandle, Timer>();
  #unreferenced = new Set<TimerHandle>();

  /**
   * Makes a clock.
   *
   * @param now Wall-clock time to start from, in milliseconds since the epoch.
   */
  constructor(now: number = Date.UTC(2025, 8, 22, 10)) {
    this.#now = now;
  }

  /** Number of timers that have fallen due so far. */
  get fired(): number {
    return this.#fired;
  }

  /** Number of timers that wait. */
  get waiting(): number {
    return this.#timers.size;
  }

  /** Number of timers that wait and would keep a process alive. */
  get holding(): number {
    return [...this.#timers.keys()]
      .filter((timer) => !this.#unreferenced.has(timer)).length;
  }

  /** See {@linkcode Clock.now}. */
  now(): number {
    return this.#now;
  }

  /** See {@linkcode Clock.monotonic}. */
  monotonic(): number {
    return this.#monotonic;
  }

  /** See {@linkcode Clock.setTimeout}. */
  setTimeout(callback: () => void, delay: number): TimerHandle {
    const timer = this.#next++;
    this.#timers.set(timer, {
      due: this.#monotonic + Math.max(0, delay),
      callback,
    });
    return timer;
  }

  /** See {@linkcode Clock.clearTimeout}. */
  clearTimeout(timer: TimerHandle): void {
    this.#timers.delete(timer);
    this.#unreferenced.delete(timer);
  }

  /** See {@linkcode Clock.unref}. */
  unref(timer: TimerHandle): void {
    if (this.#timers.has(timer)) this.#unreferenced.add(timer);
  }

  /** Steps the wall clock, as NTP or a person does; timers do not notice. */
  step(milliseconds: number): void {
    this.#now += milliseconds;
  }

  /** Lets time pass and runs the timers that fall due, in order. */
  advance(milliseconds: number): void {
    const end = this.#monotonic + milliseconds;
    for (let next = this.#first(end); next !== undefined;) {
      const [timer, { due, callback }] = next;
      this.#pass(due - this.#monotonic);
      this.clearTimeout(timer);
      this.#fired++;
      callback();
      next = this.#first(end);
    }
    this.#pass(end - this.#monotonic);
  }

  /**
   * Lets time pass as {@linkcode FakeClock.advance} does, but lets promises
   * settle before, between and after the timers.
   */
  async advanceAsync(milliseconds: number): Promise<void> {
    const end = this.#monotonic + milliseconds;
    await settle();
    for (let next = this.#first(end); next !== undefined;) {
      const [timer, { due, callback }] = next;
      this.#pass(due - this.#monotonic);
      this.clearTimeout(timer);
      this.#fired++;
      callback();
      await settle();
      next = this.#first(end);
    }
    this.#pass(end - this.#monotonic);
    await settle();
  }

  #pass(milliseconds: number): void {
    if (milliseconds <= 0) return;
    this.#monotonic += milliseconds;
    this.#now += milliseconds;
  }

  #first(end: number): [TimerHandle, Timer] | undefined {
    let first: [TimerHandle, Timer] | undefined;
    for (const entry of this.#timers) {
      if (entry[1].due > end) continue;
      if (first === undefined || entry[1].due < first[1].due) first = entry;
    }
    return first;
  }
}

/** Runs what promises have queued, several turns deep. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
