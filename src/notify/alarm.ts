/**
 * A trouble that begins and ends: each is reported once, however it flaps.
 *
 * @module
 */

import type { EpochMs, Seconds } from "../events.ts";
import type { MonotonicMs } from "../platform/clock.ts";

/** A moment by both clocks. */
export interface Moment {
  /** Wall-clock time. */
  readonly time: EpochMs;
  /** The same on the clock that is never set. */
  readonly at: MonotonicMs;
}

/** Returns a moment some milliseconds earlier. */
export function earlier({ time, at }: Moment, length: number): Moment {
  const before = Math.max(0, length);
  return { time: time - before, at: at - before };
}

/** What an alarm reports. */
export type AlarmReport =
  /** The trouble has lasted long enough. */
  | { readonly kind: "begun"; readonly since: EpochMs }
  /** The trouble was reported, and is over. */
  | {
    readonly kind: "ended";
    readonly since: EpochMs;
    readonly until: EpochMs;
    readonly duration: Seconds;
  };

/** A trouble that goes in and out of being present. */
interface Trouble {
  readonly since: Moment;
  /** When it went away last, or `null` while it is present. */
  gone: Moment | null;
  isReported: boolean;
}

/** Times of an {@linkcode Alarm}, in milliseconds. */
export interface AlarmTimes {
  /** How long a trouble must last to be reported. */
  readonly after: number;
  /** How long it must be away to be over. */
  readonly settle: number;
}

/** Follows one trouble. */
export class Alarm {
  readonly #times: AlarmTimes;
  #trouble: Trouble | null = null;

  /** An alarm without trouble. */
  constructor(times: AlarmTimes) {
    this.#times = times;
  }

  /** Whether the trouble is present, reported or not. */
  get isPresent(): boolean {
    return this.#trouble !== null && this.#trouble.gone === null;
  }

  /** Whether there is no trouble, and none that may come back at once. */
  get isCalm(): boolean {
    return this.#trouble === null;
  }

  /** Whether a trouble was reported that is not over. */
  get isReported(): boolean {
    return this.#trouble?.isReported ?? false;
  }

  /** The trouble is present since a moment; one that comes back continues. */
  begin(since: Moment): void {
    this.#trouble ??= { since, gone: null, isReported: false };
    this.#trouble.gone = null;
  }

  /** The trouble went away. */
  end(moment: Moment): void {
    if (this.#trouble !== null) this.#trouble.gone ??= moment;
  }

  /** Forgets a trouble without a report. */
  reset(): void {
    this.#trouble = null;
  }

  /** Returns what is to be reported now. */
  due(at: MonotonicMs): AlarmReport | null {
    const trouble = this.#trouble;
    if (trouble === null) return null;
    const { since, gone, isReported } = trouble;
    if (gone === null) {
      if (isReported || at < since.at + this.#times.after) return null;
      trouble.isReported = true;
      return { kind: "begun", since: since.time };
    }
    return at < gone.at + this.#times.settle ? null : this.finish();
  }

  /** Returns the end of a trouble that went away, even if it could come back. */
  finish(): AlarmReport | null {
    const trouble = this.#trouble;
    if (trouble === null || trouble.gone === null) return null;
    const { since, gone, isReported } = trouble;
    this.#trouble = null;
    if (!isReported) return null;
    return {
      kind: "ended",
      since: since.time,
      until: gone.time,
      duration: Math.max(0, gone.at - since.at) / 1000,
    };
  }

  /** When {@linkcode due} may have something to report, or `null`. */
  get nextDue(): MonotonicMs | null {
    const trouble = this.#trouble;
    if (trouble === null) return null;
    const { since, gone, isReported } = trouble;
    if (gone !== null) return gone.at + this.#times.settle;
    return isReported ? null : since.at + this.#times.after;
  }
}
