/**
 * Notices about the disk of a recording.
 *
 * @module
 */

import type { Failure, Warning } from "../events.ts";
import type { MonotonicMs } from "../platform/clock.ts";
import type { Notice } from "./notice.ts";

/** Audio that lasts this long ends the trouble with a full disk. */
const CALM_MS = 60_000;

/** Codes of warnings and errors that mean that nothing can be written. */
const FULL = ["disk_full", "disk_read_only", "disk_error"];

/** Follows the disk of a recording: each trouble is reported once. */
export class DiskNotices {
  /** Free bytes above which the disk is no longer low; `null` while it is not. */
  #lowUntil: number | null = null;
  #isFull = false;
  #audioSince: MonotonicMs | null = null;

  /** Takes a warning or an error. */
  problem(
    { code, time, details }: Warning | Failure,
    at: MonotonicMs,
  ): Notice[] {
    if (FULL.includes(code)) {
      this.#endIfCalm(at);
      this.#audioSince = null;
      if (this.#isFull) return [];
      this.#isFull = true;
      return [{ event: "disk_full", time, code }];
    }
    if (code !== "disk_low") return [];
    const isNew = this.#lowUntil === null;
    // The same limit as that of the warning.
    this.#lowUntil = (numberOf(details?.min_free) ?? 0) * 1.1;
    if (!isNew) return [];
    const hours = numberOf(details?.hours_left);
    const left = hours === null ? null : hours * 3600;
    return [{
      event: "disk_low",
      time,
      free: numberOf(details?.free),
      left,
    }];
  }

  /** Takes the free space. */
  free(free: number | null): void {
    if (free === null || this.#lowUntil === null) return;
    if (free > this.#lowUntil) this.#lowUntil = null;
  }

  /** Audio is back, or missing. */
  audio(isBack: boolean, at: MonotonicMs): void {
    this.#endIfCalm(at);
    this.#audioSince = isBack ? this.#audioSince ?? at : null;
  }

  /** Ends the trouble after a minute of audio. */
  #endIfCalm(at: MonotonicMs): void {
    if (this.#audioSince === null) return;
    if (at >= this.#audioSince + CALM_MS) this.#isFull = false;
  }
}

function numberOf(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
