/**
 * The times of one run: when it began, when each sample was captured, and where
 * audio was lost.
 *
 * @module
 */

import type { Transport } from "../../audio/device.ts";
import type { EpochMs, Seconds } from "../../events.ts";
import type { Clock, MonotonicMs } from "../../platform/clock.ts";
import { CaptureClock, type Loss } from "./capture_clock.ts";
import { Stamps } from "./stamps.ts";
import { StartEstimator, type StartWait } from "./start_estimate.ts";

/** A source that has fallen behind this much is slow. */
const SLOW: Seconds = 3;

/** Options of {@linkcode RunClock}. */
export interface RunClockOptions {
  /** The clock. */
  readonly clock: Clock;
  /** How long to compare reports before the start is known. */
  readonly startWait: StartWait;
  /** How the audio comes. */
  readonly transport: Transport;
  /**
   * Takes the moment of the first sample, once it is known. Resolves, when that
   * is reported, to the moment at which the run begins in the session.
   */
  onStart(moment: MonotonicMs): Promise<MonotonicMs>;
  /** How much of the run's beginning was recorded before; `null` while unknown. */
  repeated(): Seconds | null;
  /**
   * All audio of the run was recorded before. Resolves, when that is reported,
   * to the moment at which the run is in the session.
   */
  onRepeat(): Promise<MonotonicMs>;
  /** Takes, once, how far a source has fallen behind real time for good. */
  onSlow(lag: Seconds): void;
  /** Takes audio that was lost at `moment`. */
  onLoss(moment: MonotonicMs, length: Seconds): void;
}

/** A report of captured time by ffmpeg. */
export interface CaptureReport {
  /** Captured time. */
  readonly captured: Seconds;
  /** ffmpeg's wall-clock time of the report, or `null` if it gave none. */
  readonly stamp: EpochMs | null;
  /** Where audio resumes that came first after a pause; otherwise `null`. */
  readonly resumed: Seconds | null;
}

/** Dates the audio of one run. */
export class RunClock {
  readonly #options: RunClockOptions;
  readonly #captureClock: CaptureClock;
  readonly #stamps: Stamps;
  readonly #start: StartEstimator;
  #isStamped = false;
  #isSlow = false;
  #hasBegun = false;
  #begunAt: MonotonicMs | null = null;
  #repeat: Promise<void> = Promise.resolve();
  #onDecided = Promise.withResolvers<void>();

  /** The clock of a run without audio so far. */
  constructor(options: RunClockOptions) {
    const { clock, startWait, transport } = options;
    this.#options = options;
    this.#captureClock = new CaptureClock(transport);
    this.#stamps = new Stamps(clock);
    this.#start = new StartEstimator({
      clock,
      wait: startWait,
      report: async () => {
        const first = options.repeated() ?? 0;
        const moment = this.#captureClock.timeOf(first) ?? clock.monotonic();
        this.#begunAt = await options.onStart(moment);
      },
    });
    const begins = () => void (this.#hasBegun = true);
    // An error reaches those who wait for the start.
    this.#start.reported.then(begins, begins);
  }

  /** Resolves when the start is reported, or the run ends without audio. */
  async started(): Promise<void> {
    await this.#start.reported;
    await this.#repeat;
  }

  /**
   * Takes a report; `settled` is the position up to which times were reported.
   *
   * @returns when that much had been captured.
   */
  report(
    { captured, stamp, resumed }: CaptureReport,
    settled: Seconds,
  ): MonotonicMs {
    const at = this.#stamps.momentOf(stamp);
    if (stamp !== null) this.#isStamped = true;
    // Pipes hold reports while no reader takes them.
    else if (this.#isStamped) return at;
    const repeated = this.#options.repeated();
    if (repeated === null || captured <= repeated) return at;
    const report = { captured, at, resumed };
    this.#tell(this.#captureClock.observe(report, settled));
    this.#decide();
    this.#checkLag();
    this.#start.report(at, at - captured * 1000);
    return at;
  }

  /** Whether the start is reported, or the run has ended without audio. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** When the run began, as it was reported; `null` before that. */
  get begunAt(): MonotonicMs | null {
    return this.#begunAt;
  }

  /**
   * Returns when the sample at a position was captured, or `null` before the
   * first report. What was recorded before takes no time.
   */
  timeOf(position: Seconds): MonotonicMs | null {
    const repeated = this.#options.repeated() ?? 0;
    return repeated > 0 && position <= repeated && this.#begunAt !== null
      ? this.#begunAt
      : this.#captureClock.timeOf(position);
  }

  /** Resolves when the times of the audio up to a position are final. */
  async dated(position: Seconds): Promise<void> {
    await this.started();
    while (!this.#captureClock.isFinal(position)) {
      await this.#onDecided.promise;
    }
  }

  /** The start is that of the reports so far. */
  settleStart(): void {
    this.#start.settle();
  }

  /** The run is over: its times are those of the reports so far. */
  finish(settled: Seconds): void {
    this.#start.settle();
    this.#tell(this.#captureClock.finish(settled));
    const isRepeat = (this.#options.repeated() ?? 0) > 0;
    if (isRepeat && this.#captureClock.timeOf(0) === null) {
      this.#repeat = this.#options.onRepeat().then((moment) => {
        this.#begunAt = moment;
      });
    }
    this.#start.end();
    this.#decide();
  }

  #tell(losses: readonly Loss[]): void {
    for (const { position, length } of losses) {
      const moment = this.timeOf(position);
      if (moment !== null) this.#options.onLoss(moment, length);
    }
  }

  #checkLag(): void {
    const { lag } = this.#captureClock;
    if (this.#isSlow || lag < SLOW) return;
    this.#isSlow = true;
    this.#options.onSlow(lag);
  }

  #decide(): void {
    this.#onDecided.resolve();
    this.#onDecided = Promise.withResolvers();
  }
}
