/**
 * Watches free disk space, and reserves some for the log.
 *
 * @module
 */

import type { Sink, Telemetry } from "../events.ts";
import { type Clock, pause, type TimerHandle } from "../platform/clock.ts";
import { makeReserve, MIN_BYTES, releaseReserve } from "../sessions/reserve.ts";
import type { SessionTotals } from "../sessions/totals.ts";
import { formatDuration } from "../terminal/units.ts";

/** Options of {@linkcode DiskWatch}. */
export interface DiskWatchOptions {
  /** Folder of the session. */
  readonly folder: string;
  /** Free bytes below which a warning is logged. */
  readonly minFreeBytes: number;
  /**
   * Returns the free bytes on the file system of a path, or `null` when
   * unknown.
   */
  freeBytes(path: string): Promise<number | null>;
  /** Takes warnings and the free space. */
  readonly sink: Sink;
  /** Totals of the session, for its rate. */
  readonly totals: SessionTotals;
  /** The clock. */
  readonly clock: Clock;
  /** Called when the disk is full, at every check. */
  onFull(): void;
}

const CALM_MS = 30_000;
const ALERT_MS = 5_000;
/** How long the end of a session waits for a check: its disk may hang. */
const PATIENCE_MS = 2_000;

/** Watches the disk of a session. */
export class DiskWatch implements Sink, AsyncDisposable {
  readonly #options: DiskWatchOptions;
  #timer: TimerHandle | null = null;
  #current: Promise<void> = Promise.resolve();
  #isReported = false;
  #owesHours = false;
  #isOver = false;

  /** A watch that has not begun. */
  constructor(options: DiskWatchOptions) {
    this.#options = options;
  }

  /** Reserves space, then starts watching; resolves when the space is reserved. */
  start(): Promise<void> {
    this.#current = makeReserve(this.#options.folder).then(() => {
      if (!this.#isOver) this.#schedule(0);
    });
    return this.#current;
  }

  /** Ignores events: the totals have all it needs. */
  emit(): void {}

  /** Frees the reserve at the end, so that the log can be completed. */
  observe({ kind }: Telemetry): void {
    if (kind === "finishing") releaseReserve(this.#options.folder);
  }

  /** Stops watching and frees the reserve. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    const { clock } = this.#options;
    if (this.#timer !== null) clock.clearTimeout(this.#timer);
    const done = new AbortController();
    void this.#current.then(() => done.abort());
    await pause(clock, PATIENCE_MS, done.signal);
    releaseReserve(this.#options.folder);
  }

  #schedule(delay: number): void {
    const { clock } = this.#options;
    this.#timer = clock.setTimeout(() => {
      this.#current = this.#check();
    }, delay);
    clock.unref(this.#timer);
  }

  async #check(): Promise<void> {
    const { folder, minFreeBytes, onFull, sink } = this.#options;
    const free = await this.#options.freeBytes(folder);
    if (this.#isOver) return;
    sink.observe?.({ kind: "disk", free });
    if (free !== null && free < MIN_BYTES) {
      onFull();
      this.#schedule(ALERT_MS);
      return;
    }
    const isLow = free !== null && free < minFreeBytes;
    if (isLow && (!this.#isReported || this.#owesHours)) this.#warn(free);
    // Only free space 10 % above the limit ends the alert.
    if (free !== null && free > minFreeBytes * 1.1) {
      this.#isReported = false;
    }
    this.#schedule(isLow ? ALERT_MS : CALM_MS);
  }

  #warn(free: number): void {
    const { clock, minFreeBytes, sink, totals } = this.#options;
    const hours = totals.bytes === 0
      ? null
      : free * totals.audio / totals.bytes / 3600;
    // Reported again once the rate is known.
    this.#owesHours = hours === null;
    if (this.#isReported && hours === null) return;
    this.#isReported = true;
    sink.emit({
      event: "warning",
      time: clock.now(),
      code: "disk_low",
      message: hours === null
        ? "Little space is left for the recording"
        : `The space lasts for ${formatDuration(hours * 3600)} at this rate`,
      details: {
        free,
        min_free: minFreeBytes,
        hours_left: hours === null ? null : Number(hours.toFixed(1)),
      },
    });
  }
}
