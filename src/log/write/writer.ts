/**
 * Writes lines to the log file: decides when waiting lines are written, which
 * period they belong to, and what happens while they cannot be written.
 *
 * @module
 */

import { describeError } from "../../errors.ts";
import type { EpochMs, LogRotated, Warning } from "../../events.ts";
import { encodeEvent, type EncodeOptions } from "../format/event_fields.ts";
import type { TimeWhen } from "../format/period_names.ts";
import { LogFile } from "../rotate/file.ts";
import type { LogFiles } from "../rotate/files.ts";
import {
  localCalendar,
  PeriodTracker,
  type RotationMode,
  utcCalendar,
} from "../rotate/period.ts";
import { Retry } from "../rotate/retry.ts";
import { PriorityLineQueue, RANK, type WaitingLine } from "./line_queue.ts";
import {
  logClockBack,
  logLinesDropped,
  type LogOwner,
  logRotated,
} from "./self_events.ts";
import type { Clock } from "../../platform/clock.ts";

/** Options for {@linkcode LogWriter}. */
export interface LogWriterOptions {
  /** Path of the active file. */
  readonly path: string;
  /** The session that the log belongs to. */
  readonly owner: LogOwner;
  /** Form of the lines that the log itself adds. */
  readonly encode: EncodeOptions;
  /** When the file is rotated. */
  readonly rotation: RotationMode;
  /** Maximum number of bytes in a file, for rotation by size. */
  readonly maxBytes: number;
  /** Number of old files to keep. */
  readonly backupCount: number;
  /** Length of a period, for rotation by time. */
  readonly timeWhen: TimeWhen;
  /** The clock. */
  readonly clock: Clock;
  /** Where files live. */
  readonly files: LogFiles;
  /** Takes each problem. */
  readonly onError: (message: string) => void;
}

/** Writes lines to a log file. No method throws. */
export class LogWriter {
  readonly #options: LogWriterOptions;
  readonly #lines = new PriorityLineQueue(MAX_WAITING);
  readonly #file: LogFile;
  readonly #periods: PeriodTracker | null;
  readonly #fits: (time: EpochMs) => boolean;
  readonly #writing: Retry;
  readonly #finding: Retry;
  #lastCheck = -Infinity;
  #checkInterval = LOOK_INTERVAL;
  #isBusy = false;
  #holds = 0;
  #isLossReported = false;
  #hasEnd = false;
  #warnings = 0;

  /**
   * Creates a writer without touching a file.
   *
   * @param options Path, form and rotation of the log.
   */
  constructor(options: LogWriterOptions) {
    const { owner, encode, rotation, timeWhen, clock, onError } = options;
    this.#options = options;
    this.#writing = new Retry(clock, onError);
    this.#finding = new Retry(clock, onError);
    const periods = rotation === "time"
      ? new PeriodTracker(timeWhen, encode.utc ? utcCalendar : localCalendar)
      : null;
    this.#periods = periods;
    this.#fits = periods === null ? () => true : (time) => periods.covers(time);
    this.#file = new LogFile({
      path: options.path,
      files: options.files,
      maxBytes: rotation === "size" ? options.maxBytes : Infinity,
      backupCount: options.backupCount,
      header: (part, reason, time) =>
        this.#own(logRotated(owner, part, reason, time)),
      rotating: new Retry(clock, onError),
    });
  }

  /** Number of lines lost so far. */
  get dropped(): number {
    return this.#lines.totalDropped;
  }

  /** Number of warnings that the log itself has added. */
  get warnings(): number {
    return this.#warnings;
  }

  /** Takes a line. It is written when there are many, or with the next {@linkcode LogWriter.write}. */
  push(line: WaitingLine): void {
    this.#lines.push(line);
    // Events of the session must not go to a deleted file.
    if (line.rank >= RANK.lifecycle) this.#checkInterval = EVENT_LOOK_INTERVAL;
    if (this.#lines.size >= BATCH) this.write(false);
  }

  /**
   * Lets lines wait in memory until disposed of: a write would wait for
   * something else that is done with the file.
   */
  hold(): Disposable {
    this.#holds++;
    let isHeld = true;
    return {
      [Symbol.dispose]: () => {
        if (!isHeld) return;
        isHeld = false;
        this.#holds--;
        this.write(false);
      },
    };
  }

  /**
   * Opens the file if needed and writes all waiting lines.
   *
   * @param force True to try even right after a failure, and while lines are
   * held.
   */
  write(force: boolean): void {
    if (this.#isBusy || this.#holds > 0 && !force) return;
    this.#isBusy = true;
    try {
      // A new file may be writable when the last one was not.
      const isNew = this.#checkFile();
      if (!force && !isNew && !this.#writing.due) return;
      this.#writeWaiting();
      this.#reportDropped(this.#options.clock.now());
      this.#writing.succeeded();
    } catch (error) {
      this.#writing.failed(
        `cannot write ${this.#options.path}: ${describeError(error)}; ` +
          "recording continues, lines wait in memory",
      );
    } finally {
      this.#isBusy = false;
    }
  }

  /** Writes all waiting lines, closes the file, and counts the rest as lost. */
  close(): void {
    this.write(true);
    const before = this.dropped;
    const { unwritten } = this.#file;
    if (unwritten !== null) this.#lines.countDropped(unwritten);
    this.#lines.dropAll();
    const lost = this.dropped - before;
    if (lost > 0 && !this.#isLossReported) {
      this.#isLossReported = true;
      this.#options.onError(
        `cannot write ${this.#options.path}: the last ${
          lost === 1 ? "line is" : `${lost} lines are`
        } lost`,
      );
    }
    this.#file.close();
  }

  #writeWaiting(): void {
    const lines = this.#lines;
    if (!this.#file.isOpen) this.#open();
    this.#file.resume();
    for (
      let line = lines.first();
      line !== undefined;
      line = lines.first()
    ) {
      this.#selectPeriod(line.time);
      // The end of the session is the last line, so this line precedes it.
      if (line.rank === RANK.end) this.#reportDropped(line.time);
      const text = lines.take(BATCH, this.#fits);
      this.#append(text, line.time);
      // The end is the first of its rank, and nothing is behind it.
      if (line.rank === RANK.end) this.#hasEnd = true;
    }
  }

  /** Moves to the period of a line to write. */
  #selectPeriod(time: EpochMs): void {
    const selectPeriod = this.#periods?.selectPeriod(time);
    if (selectPeriod === "rotate") this.#file.requestRotation("time");
    if (selectPeriod === "clock_back") {
      this.#append(this.#own(logClockBack(time)) + "\n", time);
    }
  }

  #append(text: string, time: EpochMs): void {
    this.#file.append(encoder.encode(text), time);
  }

  #open(): void {
    const time = this.#file.open(this.#options.clock.now());
    if (time !== null) this.#periods?.reset(time);
  }

  /**
   * Checks, twice a second and before an event of the session, that the open
   * file has the log's name, and opens a new one if not.
   *
   * @returns True when the open file is a new one.
   */
  #checkFile(): boolean {
    const now = this.#options.clock.monotonic();
    if (now - this.#lastCheck < this.#checkInterval) return false;
    this.#lastCheck = now;
    this.#checkInterval = LOOK_INTERVAL;
    const { part, isOpen } = this.#file;
    if (!isOpen) {
      this.#open();
      return true;
    }
    try {
      this.#file.check(this.#options.clock.now());
      this.#finding.succeeded();
    } catch (error) {
      if (!this.#file.isOpen) throw error;
      this.#finding.failed(
        `${this.#options.path} is gone and cannot be created again: ` +
          `${describeError(error)}; lines go to the deleted or renamed file`,
      );
    }
    return this.#file.part !== part;
  }

  #reportDropped(time: EpochMs): void {
    // The end of the session is the last line, and has their number.
    const dropped = this.#hasEnd ? null : this.#lines.takeDropped();
    if (dropped === null) return;
    this.#selectPeriod(time);
    this.#append(this.#own(logLinesDropped(dropped, time)) + "\n", time);
  }

  /** Encodes a line of the log itself. */
  #own(event: LogRotated | Warning): string {
    if (event.event === "warning") this.#warnings++;
    return encodeEvent(event, this.#options.encode);
  }
}

/** Milliseconds between two checks of the file; slightly less than the timer's interval. */
const LOOK_INTERVAL = 400;
/**
 * Milliseconds between two checks before events of the session; a burst shares
 * one check.
 */
const EVENT_LOOK_INTERVAL = 20;
/** Number of UTF-16 code units written at once. */
const BATCH = 65_536;
/** Maximum number of UTF-16 code units that wait while writing fails. */
const MAX_WAITING = 4_194_304;

const encoder = new TextEncoder();
