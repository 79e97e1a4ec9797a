/**
 * What the live line of a recording says: it listens to the session, and is
 * rendered as text.
 *
 * @module
 */

import type {
  EventSink,
  Seconds,
  SessionEvent,
  SessionStop,
  StopReason,
} from "../../events.ts";
import {
  formatBytes,
  formatClock,
  formatDuration,
  formatPercent,
  pluralize,
} from "../../terminal/units.ts";
import { cutEnd, cutStart, widthOf } from "../../terminal/width.ts";

/** What the view asks for at every look. */
export interface LiveFigures {
  /** Since the session began. */
  readonly elapsed: Seconds;
  /** Size of the chunk that is being written. */
  readonly openBytes: number;
}

/** Columns of the level meter. */
const METER = 10;
/** What the meter shows as nothing, in dB relative to full scale. */
const METER_FLOOR = -60;

/** Follows a session and tells how it is doing. */
export class LiveView implements EventSink {
  #state: "starting" | "recording" | "recovering" | "stopping" = "starting";
  #cause = "";
  #bytes = 0;
  #nextChunk = 1;
  #gaps = 0;
  #peak: number | null = null;
  #free: number | null = null;
  #stop: SessionStop | null = null;

  /** Takes what happened. */
  emit(event: SessionEvent): void {
    switch (event.event) {
      case "ffmpeg_started":
        if (this.#state !== "stopping") this.#state = "recording";
        break;
      case "recovery":
        if (this.#state !== "stopping") this.#state = "recovering";
        this.#cause = event.cause;
        this.#peak = null;
        break;
      case "chunk_created":
        this.#bytes += event.size;
        this.#nextChunk = Math.max(this.#nextChunk, event.seq + 1);
        break;
      case "gap":
        this.#gaps++;
        break;
      case "session_stop":
        this.#stop = event;
        break;
      default:
        break;
    }
  }

  /** Number of the chunk that is being written. */
  get nextChunk(): number {
    return this.#nextChunk;
  }

  /** Takes the highest level of a second, in dB relative to full scale. */
  peak(dbfs: number): void {
    this.#peak = dbfs;
  }

  /** Takes the bytes that are free on the disk. */
  free(bytes: number | null): void {
    this.#free = bytes;
  }

  /** Takes that the session is about to end. */
  stopping(_reason: StopReason): void {
    this.#state = "stopping";
  }

  /** The line now, never wider than `columns`. */
  line({ elapsed, openBytes }: LiveFigures, columns: number): string {
    const state = this.#stateText(columns);
    const bytes = this.#bytes + openBytes;
    const level = this.#state === "recording" ? [meter(this.#peak)] : [];
    const free = this.#free === null ? [] : [`${formatBytes(this.#free)} left`];
    // The first count most: what does not fit any more is left out.
    const pieces = [
      ...[formatClock(elapsed), ...state, `chunk ${this.#nextChunk}`],
      ...[...level, pluralize(this.#gaps, "gap"), formatBytes(bytes), ...free],
    ];
    let line = "";
    for (const piece of pieces) {
      const longer = line === "" ? piece : `${line}  ${piece}`;
      if (widthOf(longer) > columns) break;
      line = longer;
    }
    return line === "" ? cutEnd(formatClock(elapsed), columns) : line;
  }

  /** The account at the end, each line at most `columns` wide. */
  summary(log: string, columns: number): string[] {
    const stop = this.#stop;
    if (stop === null) return [];
    const { reason, chunks, audio, coverage, gaps, gap_total } = stop;
    const lost = gaps === 0
      ? "no gap"
      : `${pluralize(gaps, "gap")} (${formatDuration(gap_total)})`;
    const told = [
      ...(stop.warnings === 0 ? [] : [pluralize(stop.warnings, "warning")]),
      ...(stop.errors === 0 ? [] : [pluralize(stop.errors, "error")]),
    ];
    return [
      `Ended: ${reason}`,
      `${pluralize(chunks, "chunk")}, ${formatClock(audio)} of audio, ${
        formatBytes(this.#bytes)
      }`,
      [lost, `coverage ${formatPercent(coverage)}`, ...told].join(", "),
    ].map((line) => cutEnd(line, columns)).concat(
      `Log: ${cutStart(log, columns - 5)}`,
    );
  }

  #stateText(columns: number): string[] {
    switch (this.#state) {
      case "starting":
        return ["starting"];
      case "recording":
        return [];
      case "recovering":
        return [columns < 60 ? "no audio" : `no audio (${this.#cause})`];
      case "stopping":
        return [
          columns < 60 ? "stopping" : "stopping: closing the last chunk",
        ];
    }
  }
}

/** `███████░░░  -18 dB`; always of the same width. */
function meter(dbfs: number | null): string {
  const share = dbfs === null ? 0 : 1 - dbfs / METER_FLOOR;
  const filled = Math.round(METER * Math.min(1, Math.max(0, share)));
  const bar = "█".repeat(filled) + "░".repeat(METER - filled);
  const level = dbfs === null
    ? "–"
    : dbfs === -Infinity
    ? "-inf"
    : dbfs.toFixed(0);
  return `${bar} ${level.padStart(4)} dB`;
}
