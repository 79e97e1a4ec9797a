/**
 * The text of a recording's live line, from the events of the session.
 *
 * @module
 */

import type {
  EpochMs,
  Outage,
  Seconds,
  SessionEvent,
  SessionStop,
  SilenceKind,
  Sink,
  Telemetry,
} from "../../events.ts";
import type { SessionTotals } from "../../sessions/totals.ts";
import {
  formatBytes,
  formatDuration,
  pluralize,
} from "../../terminal/units.ts";
import { inWords } from "../../review/explain/glossary.ts";
import { cutEnd, widthOf } from "../../terminal/width.ts";

/** Values that the view needs for each draw. */
export interface LiveFigures {
  /** Time since the session began. */
  readonly elapsed: Seconds;
  /** Size of the chunk that is being written. */
  readonly openBytes: number;
  /** Wall-clock time. */
  readonly now: EpochMs;
}

/** Columns of the level meter. */
const METER = 10;
/** Level of an empty meter, in dB relative to full scale. */
const METER_FLOOR = -60;

/** Follows a session and renders its live line. */
export class LiveView implements Sink {
  readonly #totals: SessionTotals;
  #state: "starting" | "recording" | "recovering" | "stopping" = "starting";
  #outage: Outage | null = null;
  #peak: number | null = null;
  /** Peaks of the channels; empty if unknown. */
  #channels: readonly number[] = [];
  #silence = new Map<SilenceKind, EpochMs>();
  #trouble: string | null = null;
  #free: number | null = null;
  #stop: SessionStop | null = null;

  /** Creates a view of the session with these totals. */
  constructor(totals: SessionTotals) {
    this.#totals = totals;
  }

  /** Takes an event. */
  emit(event: SessionEvent): void {
    switch (event.event) {
      case "ffmpeg_started":
        if (this.#state === "starting") this.#state = "recording";
        break;
      case "recovery":
        this.#peak = null;
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
    return this.#totals.lastChunk + 1;
  }

  /** Takes telemetry. */
  observe(telemetry: Telemetry): void {
    switch (telemetry.kind) {
      case "peak":
        this.#peak = telemetry.dbfs;
        this.#channels = telemetry.channels ?? [];
        break;
      case "silence":
        if (telemetry.since === null) this.#silence.delete(telemetry.what);
        else this.#silence.set(telemetry.what, telemetry.since);
        break;
      case "disk":
        this.#free = telemetry.free;
        break;
      case "stopping":
        this.#state = "stopping";
        break;
      case "outage":
        this.#outage = telemetry.outage;
        if (this.#state === "stopping") break;
        this.#state = telemetry.outage === null ? "recording" : "recovering";
        break;
      default:
        break;
    }
  }

  /** Returns the current line, never wider than `columns`. */
  line({ elapsed, openBytes, now }: LiveFigures, columns: number): string {
    const state = this.#stateText(columns, now);
    const isTrouble = this.#state === "recovering" ||
      this.#state === "recording";
    this.#trouble = isTrouble ? state[0] ?? null : null;
    const gaps = this.#totals.gaps + (this.#outage === null ? 0 : 1);
    const bytes = this.#totals.bytes + openBytes;
    const level = this.#state === "recording"
      ? [meter(this.#peak, this.#channels)]
      : [];
    const free = this.#free === null ? [] : [`${formatBytes(this.#free)} left`];
    // Whole seconds keep the line from jumping.
    const time = formatDuration(Math.floor(elapsed));
    // The most important come first: pieces that do not fit are omitted.
    const pieces = [
      ...[time, ...state, `chunk ${this.nextChunk}`],
      ...[
        ...level,
        pluralize(gaps, "gap"),
        formatBytes(bytes),
        ...free,
      ],
    ];
    let line = "";
    for (const piece of pieces) {
      const longer = line === "" ? piece : `${line}  ${piece}`;
      if (widthOf(longer) > columns) break;
      line = longer;
    }
    return line === "" ? cutEnd(time, columns) : line;
  }

  /** The part of the last line that is about trouble, or `null`. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** The last line of the session, or `null` while it continues. */
  get stop(): SessionStop | null {
    return this.#stop;
  }

  #outageText(columns: number, now: EpochMs): string {
    if (columns < 60 || this.#outage === null) return "no audio";
    const { since, cause } = this.#outage;
    const length = Math.floor(Math.max(0, now - since) / 1000);
    return `no audio for ${formatDuration(length)}: ${inWords(cause)}`;
  }

  #silenceText(now: EpochMs): string[] {
    if (this.#silence.size === 0) return [];
    const since = Math.min(...this.#silence.values());
    const length = formatDuration(Math.floor(Math.max(0, now - since) / 1000));
    const isPartial = this.#silence.size === 1 && this.#silence.has("channels");
    return [`${isPartial ? "silent channel" : "silence"} for ${length}`];
  }

  #stateText(columns: number, now: EpochMs): string[] {
    switch (this.#state) {
      case "starting":
        return ["starting"];
      case "recording":
        return this.#silenceText(now);
      case "recovering":
        return [this.#outageText(columns, now)];
      case "stopping":
        return [
          columns < 60 ? "stopping" : "stopping: closing the last chunk",
        ];
    }
  }
}

/** Most channels whose levels are shown one by one. */
const MAX_CHANNELS = 4;

/**
 * Returns `███████░░░  -18  -20 dB`, a bar for the highest level and the level
 * of each channel, always of the same width.
 */
function meter(dbfs: number | null, channels: readonly number[]): string {
  const share = dbfs === null ? 0 : 1 - dbfs / METER_FLOOR;
  const filled = Math.round(METER * Math.min(1, Math.max(0, share)));
  const bar = "█".repeat(filled) + "░".repeat(METER - filled);
  const isListed = channels.length > 1 && channels.length <= MAX_CHANNELS;
  const levels = isListed ? channels : [dbfs];
  return `${bar} ${levels.map(levelText).join(" ")} dB`;
}

function levelText(dbfs: number | null): string {
  const level = dbfs === null
    ? "–"
    : dbfs === -Infinity
    ? "-inf"
    : dbfs.toFixed(0);
  return level.padStart(4);
}
