/**
 * How much of the audio in the finished chunks of a session was recorded twice.
 *
 * @module
 */

import type { ChunkCreated, Seconds, SessionEvent } from "../../events.ts";

/** Chunks of this many runs before the last one may still be closed. */
const MAX_LATE = 8;

/** Returns how much audio an event reports as recorded twice. */
export function overlapIn(event: SessionEvent): Seconds {
  if (event.event !== "warning") return 0;
  if (event.code !== "audio_overlap" && event.code !== "audio_repeated") {
    return 0;
  }
  return Number.parseFloat(String(event.details?.overlap ?? 0)) || 0;
}

/** What is known of a run. */
interface KnownRun {
  /** How much of its beginning was recorded before. */
  readonly repeated: Seconds;
  /** Length of its finished chunks. */
  readonly closed: Seconds;
}

/**
 * Adds up the audio that came twice. The time of an open chunk has no repeated
 * audio in it, so a run's repetition counts as its chunks are finished.
 */
export class Overlap {
  /** The last runs, and those whose repetition is not closed yet. */
  readonly #runs = new Map<number, KnownRun>();
  #past: Seconds = 0;

  /** Adds an event. */
  record(event: SessionEvent): void {
    const length = overlapIn(event);
    if (length > 0 && event.event === "warning") {
      const run = Number(event.details?.run);
      // The line of another version may lack its run.
      if (!Number.isInteger(run)) this.#past += length;
      else this.#add(run, { repeated: length, closed: 0 });
    }
    if (event.event === "chunk_created") this.addChunk(event);
  }

  /** Adds a finished chunk. */
  addChunk({ run, duration }: Pick<ChunkCreated, "run" | "duration">): void {
    this.#add(run, { repeated: 0, closed: duration });
    this.#forget(run - MAX_LATE);
  }

  /** Length of the audio in finished chunks that was recorded twice. */
  get length(): Seconds {
    return [...this.#runs.values()]
      .reduce((sum, run) => sum + closedRepeat(run), this.#past);
  }

  #add(number: number, { repeated, closed }: KnownRun): void {
    const known = this.#runs.get(number) ?? { repeated: 0, closed: 0 };
    this.#runs.set(number, {
      repeated: known.repeated + repeated,
      closed: known.closed + closed,
    });
  }

  /** Keeps no runs up to a number but those with a repetition to come. */
  #forget(last: number): void {
    for (const [number, run] of this.#runs) {
      if (number > last || run.closed < run.repeated) continue;
      this.#past += closedRepeat(run);
      this.#runs.delete(number);
    }
  }
}

function closedRepeat({ repeated, closed }: KnownRun): Seconds {
  return Math.min(repeated, closed);
}
