/**
 * Notices a disk that hangs, as NFS and USB disks do, before the log waits for
 * it: the thread that writes the log also reads ffmpeg's output and hears
 * signals.
 *
 * @module
 */

import type { Sink, Telemetry } from "../../events.ts";
import type { Clock, MonotonicMs, TimerHandle } from "../../platform/clock.ts";

/** Least time between two looks, in milliseconds: each wakes two threads. */
const BEAT_MS = 1_900;
/** Milliseconds after which it looks though no audio has come: that wakes one more. */
const QUIET_BEAT_MS = 2_400;
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
 *
 * It looks when audio comes, since the recorder is awake then.
 */
export class DiskPulse implements Sink, Disposable {
  readonly #options: DiskPulseOptions;
  #beatAt: MonotonicMs = -Infinity;
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

  /** Ignores events. */
  emit(): void {}

  /** Looks when audio has come, unless it has just done so. */
  observe({ kind }: Telemetry): void {
    if (kind !== "audio" || this.#isOver) return;
    const passed = this.#options.clock.monotonic() - this.#beatAt;
    if (passed >= BEAT_MS) this.#beat();
  }

  #beat(): void {
    const { clock, log } = this.#options;
    this.#beatAt = clock.monotonic();
    if (this.#timer !== null) clock.clearTimeout(this.#timer);
    if (this.#askedAt === null) void this.#ask();
    else if (clock.monotonic() - this.#askedAt > LATE_MS) {
      this.#held ??= log.hold();
    }
    this.#timer = clock.setTimeout(() => this.#beat(), QUIET_BEAT_MS);
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
