/**
 * Notices a disk that hangs, as NFS and USB disks do, before the log waits for
 * it: the thread that writes the log also reads ffmpeg's output and hears
 * signals.
 *
 * @module
 */

import type { Clock, MonotonicMs, TimerHandle } from "../../platform/clock.ts";

/** Milliseconds between two looks: each wakes three threads. */
const BEAT_MS = 2_000;
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
  /** Path of the log. */
  readonly path: string;
  /** The log. */
  readonly log: HeldLog;
  /** The clock. */
  readonly clock: Clock;
  /** Looks at a file without holding the thread; the system's own unless given. */
  look?(path: string): Promise<unknown>;
}

/**
 * Looks at the log's file every two seconds, asynchronously. While there is no
 * answer, lines wait in memory.
 */
export class DiskPulse implements Disposable {
  readonly #options: DiskPulseOptions;
  #askedAt: MonotonicMs | null = null;
  #held: Disposable | null = null;
  #timer: TimerHandle | null = null;
  #isOver = false;

  /** Begins to look. */
  constructor(options: DiskPulseOptions) {
    this.#options = options;
    this.#beat();
  }

  /** Whether the disk does not answer. */
  get isHanging(): boolean {
    return this.#held !== null;
  }

  /** Ends it. */
  [Symbol.dispose](): void {
    this.#isOver = true;
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
    this.#release();
  }

  #beat(): void {
    const { clock, log } = this.#options;
    if (this.#askedAt === null) void this.#ask();
    else if (clock.monotonic() - this.#askedAt > LATE_MS) {
      this.#held ??= log.hold();
    }
    this.#timer = clock.setTimeout(() => this.#beat(), BEAT_MS);
    clock.unref(this.#timer);
  }

  async #ask(): Promise<void> {
    const { clock, log, path, look = Deno.lstat } = this.#options;
    this.#askedAt = clock.monotonic();
    try {
      await look(path);
    } catch {
      // It was deleted, which the log finds out itself.
    }
    this.#askedAt = null;
    this.#release();
    if (!this.#isOver) log.check();
  }

  #release(): void {
    this.#held?.[Symbol.dispose]();
    this.#held = null;
  }
}
