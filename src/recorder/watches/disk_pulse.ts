/**
 * Looks at the folder of a session now and then. It notices a folder that was
 * deleted or moved, and a disk that hangs, as NFS and USB disks do, before the
 * log waits for it: the thread that writes the log also reads ffmpeg's output
 * and hears signals.
 *
 * @module
 */

import type { Clock, MonotonicMs, TimerHandle } from "../../platform/clock.ts";

/** Shortest time between two looks, in milliseconds: each wakes two threads. */
const LOOK_MS = 1_900;
/** Milliseconds without a question after which it looks by itself. */
const BEAT_MS = 2_100;
/** Milliseconds after which a look without an answer means that the disk hangs. */
const LATE_MS = 300;

/** The log of a session, as far as its disk matters. */
export interface HeldLog {
  /** Lets its lines wait in memory until disposed of. */
  hold(): Disposable;
  /** Looks at its file, and writes the lines that wait. */
  check(): void;
}

/** Options of {@linkcode DiskPulse}. */
export interface DiskPulseOptions {
  /** The session's folder, which holds its log. A look does not hold the thread. */
  readonly folder: { isThere(): Promise<boolean> };
  /** The log. */
  readonly log: HeldLog;
  /** The clock. */
  readonly clock: Clock;
}

/**
 * Looks at the folder every two seconds: when it is asked, as with each report of
 * ffmpeg, which has woken the thread already, and by a timer where no question comes.
 * While there is no answer, the lines of the log wait in memory.
 */
export class DiskPulse implements Disposable {
  readonly #options: DiskPulseOptions;
  #askedAt: MonotonicMs = 0;
  #isAsking = false;
  #held: Disposable | null = null;
  #timer: TimerHandle | null = null;
  #isOver = false;

  /** Begins to look. */
  constructor(options: DiskPulseOptions) {
    this.#options = options;
    void this.#ask();
  }

  /** Whether the disk does not answer. */
  get isHanging(): boolean {
    return this.#held !== null;
  }

  /**
   * Whether the folder is gone; false when it was there a moment ago, and while
   * its disk hangs.
   */
  async isGone(): Promise<boolean> {
    const passed = this.#options.clock.monotonic() - this.#askedAt;
    if (this.#isAsking) this.#holdIfLate();
    return !this.#isAsking && passed >= LOOK_MS && !await this.#ask();
  }

  /** Ends it. */
  [Symbol.dispose](): void {
    this.#isOver = true;
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
    this.#release();
  }

  #beat(): void {
    if (this.#isAsking) {
      this.#holdIfLate();
      this.#wait();
    } else void this.#ask();
  }

  /** Waits for the next question, and looks if none comes. */
  #wait(): void {
    const { clock } = this.#options;
    if (this.#timer !== null) clock.clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#isOver) return;
    this.#timer = clock.setTimeout(() => this.#beat(), BEAT_MS);
    clock.unref(this.#timer);
  }

  #holdIfLate(): void {
    const { clock, log } = this.#options;
    const isLate = clock.monotonic() - this.#askedAt > LATE_MS;
    if (isLate && !this.#isOver) this.#held ??= log.hold();
  }

  /** Looks; returns whether the folder is there. */
  async #ask(): Promise<boolean> {
    const { clock, log, folder } = this.#options;
    this.#askedAt = clock.monotonic();
    this.#isAsking = true;
    this.#wait();
    const isThere = await folder.isThere();
    this.#isAsking = false;
    this.#release();
    if (!this.#isOver) log.check();
    return isThere;
  }

  #release(): void {
    this.#held?.[Symbol.dispose]();
    this.#held = null;
  }
}
