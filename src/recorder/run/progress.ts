/**
 * How far a run is, and whether audio still comes.
 *
 * @module
 */

import type { Transport } from "../../audio/device.ts";
import type { Seconds } from "../../events.ts";
import type { Clock, MonotonicMs } from "../../platform/clock.ts";
import { StallTimer } from "../clock/stall_timer.ts";
import { Bursts } from "./bursts.ts";

/** A report of the last seconds: they come once a second. */
const FRESH: Seconds = 2;
/** A source that is silent for this long has stopped, whatever comes later. */
const OVERDUE: Seconds = 5;
/** ffmpeg is about to end when its audio is this close to the end. */
const NEAR_END: Seconds = 1;

/** Options of {@linkcode Progress}. */
export interface ProgressOptions {
  /** The clock. */
  readonly clock: Clock;
  /** How the audio comes. */
  readonly transport: Transport;
  /** Time without new audio that counts as a stall. */
  readonly stallTimeout: Seconds;
  /** There is no new audio. */
  onStall(): void;
}

/** Follows the captured time of one run. */
export class Progress {
  readonly #options: ProgressOptions;
  readonly #bursts = new Bursts();
  readonly #stallTimer: StallTimer;
  #captured: Seconds = 0;
  #at: MonotonicMs = 0;

  /** A run that has not been started. */
  constructor(options: ProgressOptions) {
    const { clock, stallTimeout } = options;
    this.#options = options;
    this.#stallTimer = new StallTimer(
      clock,
      stallTimeout,
      () => options.onStall(),
    );
  }

  /** ffmpeg was started. */
  begin(): void {
    this.#at = this.#options.clock.monotonic();
    this.#stallTimer.begin();
  }

  /** ffmpeg has ended. */
  end(): void {
    this.#stallTimer.end();
  }

  /**
   * Takes captured time; false when it does not increase, which is no progress.
   *
   * @param isStopping Whether ffmpeg is being stopped. What it had held back
   * comes then, and is no burst.
   */
  report(captured: Seconds, isStopping: boolean): boolean {
    const { clock, transport } = this.#options;
    if (captured <= this.#captured) return false;
    this.#captured = captured;
    this.#at = clock.monotonic();
    if (!isStopping) this.#bursts.report(captured, this.#at);
    this.#stallTimer.progress(transport === "local" ? 0 : this.ahead);
    return true;
  }

  /** Captured time. */
  get captured(): Seconds {
    return this.#captured;
  }

  /** Time since the last report, or since the start. */
  get silence(): Seconds {
    return (this.#options.clock.monotonic() - this.#at) / 1000;
  }

  /** How much more audio than time the source sent at once. */
  get ahead(): Seconds {
    return this.#bursts.ahead;
  }

  /** Whether new audio should have come by now, though it is no stall yet. */
  get isOverdue(): boolean {
    return this.silence > OVERDUE + this.ahead;
  }

  /** Whether ffmpeg seems to wait for its source. */
  get isBlocked(): boolean {
    return this.#options.transport !== "local" && this.silence > FRESH;
  }

  /**
   * Whether ffmpeg is about to reach the end that it was given. A frozen one
   * has the audio of a device in its buffers, and on a busy machine the first
   * one may just be starting.
   */
  isEnding(duration: Seconds, isFirstRun: boolean): boolean {
    const isLocal = this.#options.transport === "local";
    if (this.#captured === 0) return isLocal && isFirstRun;
    if (this.silence > FRESH) return isLocal;
    return Math.abs(duration - this.#captured - this.silence) <= NEAR_END;
  }
}
