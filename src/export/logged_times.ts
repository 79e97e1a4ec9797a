/**
 * What the log and the index of a session have about the times of its audio.
 *
 * @module
 */

import type { ChunkCreated, Seconds, SessionStart } from "../events.ts";
import { decodeEvent } from "../log/format/event_fields.ts";
import { type ReadLine, readLogBlocks } from "../log/read/reader.ts";
import { isAbsent } from "../platform/fs.ts";
import type { ChunkIndex } from "../sessions/chunks/chunk_index.ts";
import { overlapIn } from "../sessions/chunks/overlap.ts";
import type { LoggedGap } from "./plan/timeline.ts";

/** What a log has for an export. */
export interface LoggedTimes {
  /** Its first line, or `null`. */
  readonly start: SessionStart | null;
  /** Its chunks, and by how many milliseconds the clock was set before. */
  readonly chunks: { readonly chunk: ChunkCreated; readonly shift: number }[];
  /** Its gaps, with the same. */
  readonly gaps: { readonly gap: LoggedGap; readonly shift: number }[];
  /** How much of a run's beginning was recorded before, by its number. */
  readonly repeated: Map<number, Seconds>;
  /** Milliseconds by which the clock was set so far; in the end, in all. */
  set: number;
}

/** Lines that matter; parsing those of a long log takes most of the time. */
const RELEVANT =
  /session_start|gap|clock_step|audio_overlap|audio_repeated|chunk_created/;

/** Reads the lines of a log that matter; one that is missing has none. */
export async function readLines(path: string): Promise<ReadLine[]> {
  const found: ReadLine[] = [];
  try {
    for await (const lines of readLogBlocks(path)) {
      for (const line of lines) if (RELEVANT.test(line.text)) found.push(line);
    }
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
  return found;
}

/** Returns the events of a log. */
export function eventsOf(
  lines: readonly ReadLine[],
  index: ChunkIndex,
): LoggedTimes {
  const log: LoggedTimes = {
    ...{ start: null, chunks: [], gaps: [], repeated: new Map(), set: 0 },
  };
  // Where the clock was set, the order of the log counts.
  const wasSet = lines.some(({ text }) => text.includes("clock_step"));
  let start: SessionStart | null = null;
  for (const line of lines) {
    const [, ofText, ofJson] = CHUNK_SEQ.exec(line.text) ?? [];
    const seq = wasSet ? undefined : ofText ?? ofJson;
    if (seq !== undefined && index.made.has(Number(seq))) continue;
    const { entry } = line;
    const event = entry === null ? null : decodeEvent(entry);
    switch (event?.event) {
      case "session_start":
        start = event;
        break;
      case "chunk_created":
        log.chunks.push({ chunk: event, shift: log.set });
        break;
      case "gap":
        log.gaps.push({ gap: event, shift: log.set });
        break;
      case "warning":
        if (event.code === "clock_step") {
          log.set += 1000 * (parseFloat(String(event.details?.by)) || 0);
        } else {
          addRepeat(log.repeated, event.details?.run, overlapIn(event));
        }
        break;
      default:
        break;
    }
  }
  return { ...log, start };
}

/** The number of a chunk in its line, as text or JSON. */
const CHUNK_SEQ =
  /: chunk_created .*? seq=(\d+) |"chunk_created".*?"seq":(\d+)/;

function addRepeat(
  repeated: Map<number, Seconds>,
  run: unknown,
  length: Seconds,
): void {
  const number = Number(run);
  if (length <= 0 || !Number.isInteger(number)) return;
  repeated.set(number, (repeated.get(number) ?? 0) + length);
}

/**
 * Returns the chunks by number, and how many milliseconds later their times
 * would be by the clock as it was set last.
 */
export function shiftedChunks(index: ChunkIndex, log: LoggedTimes) {
  const logged = new Map(log.chunks.map((one) => [one.chunk.seq, one]));
  const known = new Map(log.chunks.map(({ chunk }) => [chunk.seq, chunk]));
  // The index has the number of samples.
  for (const [seq, chunk] of index.made) known.set(seq, chunk);
  for (const [seq, deletion] of index.deletions) {
    if (known.has(seq)) continue;
    known.set(seq, {
      ...{ event: "chunk_created", time: deletion.end, run: 0 },
      ...{ file: deletion.file, seq, start: deletion.start, end: deletion.end },
      ...{ duration: deletion.duration, size: deletion.size },
      peak_dbfs: null,
    });
  }
  let shift = 0;
  return [...known.values()].sort((one, other) => one.seq - other.seq)
    .map((chunk) => {
      shift = logged.get(chunk.seq)?.shift ?? shift;
      return { chunk, shift: log.set - shift };
    });
}
