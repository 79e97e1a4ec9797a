/**
 * Watches the room that is left, and keeps some in reserve for the log.
 *
 * @module
 */

import { join } from "@std/path";
import type { Sink, Telemetry } from "../events.ts";
import type { Clock, TimerHandle } from "../platform/clock.ts";
import {
  releaseReserve,
  RESERVE_BYTES,
  RESERVE_FILE,
} from "../sessions/reserve.ts";
import type { SessionTotals } from "../sessions/totals.ts";

/** Options of {@linkcode DiskWatch}. */
export interface DiskWatchOptions {
  /** Folder of the session. */
  readonly folder: string;
  /** Below this a warning is given. */
  readonly minFreeBytes: number;
  /** Free space on the file system of a path, or `null` when that is not known. */
  freeBytes(path: string): Promise<number | null>;
  /** Takes warnings, and how much is free. */
  readonly sink: Sink;
  /** Sums of the session: its rate. */
  readonly totals: SessionTotals;
  /** Tells the time. */
  readonly clock: Clock;
  /** No room is left. */
  onFull(): void;
}

/** With fewer free bytes than this the last chunk could not be closed. */
export const MIN_BYTES = 131_072;
const CALM_MS = 30_000;
const ALERT_MS = 5_000;

/** Watches the disk of a session. */
export class DiskWatch implements Sink, AsyncDisposable {
  readonly #options: DiskWatchOptions;
  readonly #reserve: string;
  #timer: TimerHandle | null = null;
  #current: Promise<void> = Promise.resolve();
  #isReported = false;
  #owesHours = false;
  #isOver = false;

  /** A watch that has not begun. */
  constructor(options: DiskWatchOptions) {
    this.#options = options;
    this.#reserve = join(options.folder, RESERVE_FILE);
  }

  /** Sets room aside and begins to look. */
  start(): void {
    try {
      Deno.writeFileSync(this.#reserve, new Uint8Array(RESERVE_BYTES), {
        mode: 0o600,
      });
    } catch {
      // The disk is full already: the first look or ffmpeg will tell.
    }
    this.#schedule(0);
  }

  /** Takes no events: what it needs is in the totals. */
  emit(): void {}

  /** Gives the reserve back at the end, so that the log can be completed. */
  observe({ kind }: Telemetry): void {
    if (kind === "finishing") releaseReserve(this.#options.folder);
  }

  /** Stops looking and gives the reserve back. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
    await this.#current;
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
      return;
    }
    const isLow = free !== null && free < minFreeBytes;
    if (isLow && (!this.#isReported || this.#owesHours)) this.#warn(free);
    // A little more room is no news: only a tenth above the limit ends the alert.
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
    // Told again once there is a rate to reckon with.
    this.#owesHours = hours === null;
    if (this.#isReported && hours === null) return;
    this.#isReported = true;
    sink.emit({
      event: "warning",
      time: clock.now(),
      code: "disk_low",
      message: hours === null
        ? "Little space is left for the recording"
        : `Space is left for ${hours.toFixed(1)} hours at this rate`,
      details: {
        free,
        min_free: minFreeBytes,
        hours_left: hours === null ? null : Number(hours.toFixed(1)),
      },
    });
  }
}
