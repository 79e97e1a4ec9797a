/**
 * Waits while nothing can be written to the disk of a session: it is full, was
 * turned read-only, or gives errors.
 *
 * @module
 */

import type { GapCause, Seconds, Sink } from "../../events.ts";
import { type Clock, type MonotonicMs, pause } from "../../platform/clock.ts";
import {
  freeReserve,
  makeReserve,
  MIN_BYTES,
  RESERVE_BYTES,
} from "../../sessions/reserve.ts";
import { type DiskFault, tryDisk } from "./disk_fault.ts";

/** Milliseconds between two trials. */
const CHECK_MS = 5_000;
/** Milliseconds between two looks at the free bytes of a full disk. */
const LOOK_MS = 250;
/** Maximum milliseconds that a new run waits for a trial: the disk may hang. */
const PATIENCE_MS = 2_000;
/** Room that a recording needs before it continues. */
const ROOM: Seconds = 10;

/** Words for the log. */
const PROBLEMS: Readonly<Record<DiskFault, string>> = {
  disk_full: "No space is left for the recording",
  disk_read_only: "The disk is read-only",
  disk_error: "The disk reports errors",
};

/** The bytes that a session keeps for the end of its log. */
export interface Reserve {
  /** Makes it, if the disk has room. */
  make(folder: string): Promise<void>;
  /** Frees it. */
  free(folder: string): Promise<void>;
}

/** Options of {@linkcode DiskWait}. */
export interface DiskWaitOptions {
  /** Folder of the session. */
  readonly folder: string;
  /** Bytes of a second of audio. */
  readonly bytesPerSecond: number;
  /** Whether the session waits, or ends. */
  readonly onFull: "wait" | "stop";
  /** Returns the free bytes, or `null` when unknown. */
  freeBytes(path: string): Promise<number | null>;
  /** Writes so many bytes, and returns what is wrong with the disk. */
  tryDisk?(
    folder: string,
    bytes: number,
    signal?: AbortSignal,
  ): Promise<DiskFault | null>;
  /** The reserve in the session's folder. */
  readonly reserve?: Reserve;
  /** Makes so many bytes of room where retention may; resolves to whether it made any. */
  makeRoom?(bytes: number): Promise<boolean>;
  /** The clock. */
  readonly clock: Clock;
  /** Takes the warning. */
  readonly sink: Sink;
}

export type { DiskFault };

/** Describes a fault, as a sentence without its period. */
export function problemOf(fault: DiskFault): string {
  return PROBLEMS[fault];
}

/** Finds faults of a session's disk, and waits for their end. */
export class DiskWait {
  readonly #options: DiskWaitOptions;
  readonly #tryDisk: typeof tryDisk;
  readonly #reserve: Reserve;
  #since: MonotonicMs | null = null;
  #waitedMs = 0;

  /** A wait that has not begun. */
  constructor(options: DiskWaitOptions) {
    this.#options = options;
    this.#tryDisk = options.tryDisk ?? tryDisk;
    this.#reserve = options.reserve ??
      { make: makeReserve, free: freeReserve };
  }

  /** Whether a session waits for its disk; otherwise, a fault ends it. */
  get isPatient(): boolean {
    return this.#options.onFull === "wait";
  }

  /** Whether the session waits now. */
  get isWaiting(): boolean {
    return this.#since !== null;
  }

  /** How long it has waited in all. */
  get waited(): Seconds {
    const { clock } = this.#options;
    const now = this.#since === null ? 0 : clock.monotonic() - this.#since;
    return (this.#waitedMs + now) / 1000;
  }

  /**
   * Returns what was wrong with the disk when a run ended unexpectedly, or
   * `null`. When it is full, the reserve is freed for the log.
   *
   * @param cause What ffmpeg's messages say.
   */
  async faultAfter(cause: GapCause): Promise<DiskFault | null> {
    const { folder } = this.#options;
    const fault = cause === "disk_full"
      ? cause
      : await this.#within(this.#tryDisk(folder, RESERVE_BYTES));
    if (fault === "disk_full") await this.#within(this.#reserve.free(folder));
    return fault ?? null;
  }

  /**
   * Returns when there is room, or `signal` is aborted. If there is none, warns
   * and frees the reserve.
   *
   * @returns whether it waited.
   */
  async wait(fault: DiskFault, signal: AbortSignal): Promise<boolean> {
    const { clock, folder } = this.#options;
    const since = clock.monotonic();
    this.#since = since;
    let hasWaited = false;
    while (!signal.aborted && !await this.#hasRoom(signal)) {
      if (!hasWaited) await this.#begin(fault);
      hasWaited = true;
      // The reserve is free now: deleting needs a line in an index.
      if (await this.#within(this.#makeRoom())) continue;
      await this.#waitForTrial(signal);
    }
    if (!signal.aborted) await this.#within(this.#reserve.make(folder));
    this.#waitedMs += clock.monotonic() - since;
    this.#since = null;
    return hasWaited;
  }

  async #begin(fault: DiskFault): Promise<void> {
    const { clock, folder, sink } = this.#options;
    await this.#within(this.#reserve.free(folder));
    sink.emit({
      event: "warning",
      time: clock.now(),
      code: fault,
      message: `${
        problemOf(fault)
      }: recording resumes when the disk can be written`,
      details: { room: this.#room },
    });
  }

  /** Waits until the next trial is due, or free bytes that were too few suffice. */
  async #waitForTrial(signal: AbortSignal): Promise<void> {
    const { clock, folder, freeBytes } = this.#options;
    const due = clock.monotonic() + CHECK_MS;
    const isFull = async () => {
      const free = await this.#within(freeBytes(folder));
      return typeof free === "number" && free < this.#room;
    };
    // Under a quota there is always room by the free bytes.
    if (!await isFull()) {
      return await pause(clock, due - clock.monotonic(), signal);
    }
    do {
      await pause(clock, LOOK_MS, signal);
    } while (
      !signal.aborted && clock.monotonic() < due && await isFull()
    );
  }

  async #makeRoom(): Promise<boolean> {
    return await this.#options.makeRoom?.(this.#room) ?? false;
  }

  /** Bytes that must fit on the disk, with the reserve. */
  get #room(): number {
    const audio = Math.ceil(this.#options.bytesPerSecond * ROOM);
    return audio + RESERVE_BYTES + MIN_BYTES;
  }

  /** Whether the disk has room. A disk that hangs does not hold the end of the session. */
  async #hasRoom(signal: AbortSignal): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const trial = this.#tryRoom(signal);
    const onAbort = () => void this.#within(trial).then(() => resolve(false));
    signal.addEventListener("abort", onAbort);
    void trial.then(resolve);
    const hasRoom = await promise;
    signal.removeEventListener("abort", onAbort);
    return hasRoom;
  }

  async #tryRoom(signal: AbortSignal): Promise<boolean> {
    const { folder, freeBytes } = this.#options;
    // They may show more than can be written, never less.
    const free = await freeBytes(folder);
    if (free !== null && free < this.#room) return false;
    return await this.#tryDisk(folder, this.#room, signal) === null;
  }

  /** Waits for a result, but not for a disk that hangs. */
  async #within<T>(result: Promise<T>): Promise<T | undefined> {
    const done = new AbortController();
    let value: T | undefined;
    void result.then((found) => {
      value = found;
      done.abort();
    });
    await pause(this.#options.clock, PATIENCE_MS, done.signal);
    return value;
  }
}
