/**
 * Totals of a session: captured audio and its share of the time.
 *
 * @module
 */

import type { Failure, Seconds, SessionEvent } from "../events.ts";
import { coverageOf, coverageWithin } from "./coverage.ts";
import { Overlap } from "./chunks/overlap.ts";

/** Totals of a session, as in `session_stop`. */
export interface Summary {
  /** Number of finished chunks. */
  readonly chunks: number;
  /** Length of all audio. */
  readonly audio: Seconds;
  /** Seconds from the session's start to its end. */
  readonly wall: Seconds;
  /** Audio divided by audio and gaps, in per cent; `null` without both. */
  readonly coverage: number | null;
  /** Number of gaps. */
  readonly gaps: number;
  /** Length of all gaps. */
  readonly gapTotal: Seconds;
  /** Number of recoveries. */
  readonly retries: number;
}

/** Audio that was recorded and is not in the session's folder. */
export interface Lost {
  /** Number of its chunks. */
  readonly chunks: number;
  /** Its length. */
  readonly audio: Seconds;
}

/** Adds up the events of a session. */
export class SessionTotals {
  #chunks = 0;
  #audio: Seconds = 0;
  readonly #overlap = new Overlap();
  #gaps = 0;
  #gapTotal: Seconds = 0;
  #retries = 0;
  #bytes = 0;
  #lastChunk = 0;
  #lost: Lost = { chunks: 0, audio: 0 };

  /** Adds an event. */
  record(event: SessionEvent): void {
    this.#overlap.record(event);
    switch (event.event) {
      case "chunk_created":
        this.#chunks++;
        this.#audio += event.duration;
        this.#bytes += event.size;
        this.#lastChunk = Math.max(this.#lastChunk, event.seq);
        break;
      case "gap":
        this.#gaps++;
        this.#gapTotal += event.duration;
        break;
      case "recovery":
        this.#retries++;
        break;
      case "error":
        if (event.code === "chunks_lost") this.#lost = lostBy(event);
        break;
      default:
        break;
    }
  }

  /** What was recorded into a folder that is gone. */
  get lost(): Lost {
    return this.#lost;
  }

  /** Number of finished chunks. */
  get chunks(): number {
    return this.#chunks;
  }

  /** Length of all audio. */
  get audio(): Seconds {
    return this.#audio;
  }

  /** Length of the audio in finished chunks that was recorded twice. */
  get overlap(): Seconds {
    return this.#overlap.length;
  }

  /** Size of all chunks. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Number of gaps. */
  get gaps(): number {
    return this.#gaps;
  }

  /** Highest number of a chunk, or 0. */
  get lastChunk(): number {
    return this.#lastChunk;
  }

  /** Raises each total to at least the given one, for events not recorded here. */
  raise({ chunks, audio, gaps, gapTotal, retries }: Partial<Summary>): void {
    this.#chunks = larger(this.#chunks, chunks);
    this.#audio = larger(this.#audio, audio);
    this.#gaps = larger(this.#gaps, gaps);
    this.#gapTotal = larger(this.#gapTotal, gapTotal);
    this.#retries = larger(this.#retries, retries);
  }

  /**
   * Returns the totals for a session that has lasted `wall` seconds.
   *
   * @param mayLackGaps Whether gaps may have gone unlogged, as when the recorder
   * died.
   */
  summary(wall: Seconds, mayLackGaps = false): Summary {
    const recorded = {
      audio: this.#audio,
      overlap: this.overlap,
      gaps: this.#gaps,
      gapTotal: this.#gapTotal,
    };
    return {
      chunks: this.#chunks,
      audio: this.#audio,
      wall,
      coverage: mayLackGaps
        ? coverageWithin(recorded, wall)
        : coverageOf(recorded),
      gaps: this.#gaps,
      gapTotal: this.#gapTotal,
      retries: this.#retries,
    };
  }
}

function lostBy({ details }: Failure): Lost {
  const numberOf = (value: unknown) => typeof value === "number" ? value : 0;
  return {
    chunks: numberOf(details?.chunks),
    audio: numberOf(details?.audio),
  };
}

/** Returns the larger of two numbers; the line of another version may lack the second. */
function larger(one: number, other = 0): number {
  return Number.isNaN(other) ? one : Math.max(one, other);
}

/** Rounds a number to `digits` digits after the point. */
export function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
