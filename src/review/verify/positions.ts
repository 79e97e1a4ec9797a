/**
 * Checks whether the files of a session are in their places: two chunks of
 * equal size and length could have been swapped.
 *
 * @module
 */

import type { ChunkCreated, EpochMs, Seconds } from "../../events.ts";
import type { Decoded } from "./decode.ts";
import type { History } from "../history.ts";
import type { FolderFile } from "./verify.ts";

/** FLAC positions are exact, except for rounding in the log. */
const TOLERANCE: Seconds = 0.05;
/** Maximum difference between file times and log times, in milliseconds. */
const CLOCK_MS = 300;

/**
 * Returns the faults in the places of files, by file name.
 *
 * @param history With the chunks that retention has deleted: they are in the
 * count of frames, too.
 */
export function findMisplaced(
  history: History,
  files: readonly FolderFile[],
  decoded: ReadonlyMap<string, Decoded>,
): ReadonlyMap<string, string> {
  return new Map([
    ...byTime(history, files),
    ...byPosition(history, decoded),
  ]);
}

/**
 * Checks positions by frame numbers. FLAC frames are numbered through a whole
 * run, so the first number of a chunk shows its place.
 */
function byPosition(
  { chunks, gaps, notes, start }: History,
  decoded: ReadonlyMap<string, Decoded>,
): [string, string][] {
  const found: [string, string][] = [];
  const isWhole = start !== null &&
    !notes.some(({ first }) => first.code === "chunk_finalize_failed");
  // Audio whose file was lost is in no chunk, but is in the count of frames.
  // A file that could be closed later has its line after those that follow it.
  const holes = gaps.filter(({ gap }) =>
    gap.cause === "chunk_finalize_failed" &&
    !chunks.some(({ start, end }) =>
      start < gap.end - CLOCK_MS && end > gap.start + CLOCK_MS
    )
  );
  for (const run of new Set(chunks.map(({ run }) => run))) {
    // A repair of a log without commands does not know the run.
    if (run === 0) continue;
    for (const series of seriesOf(run, chunks)) {
      let expected: Seconds = 0;
      const offsets = series.chunks.map(({ file, duration, start }) => {
        const hole = holes.find(({ gap }) =>
          Math.abs(gap.end - start) < CLOCK_MS
        );
        expected += hole?.gap.duration ?? 0;
        const position = decoded.get(file)?.position ?? null;
        const offset = position === null ? null : position - expected;
        expected += duration;
        return { file, offset };
      });
      // Where the chunks before are unknown, the median offset is right.
      const usual = isWhole && series.isFromStart ? 0 : median(
        offsets.map(({ offset }) => offset).filter((offset) => offset !== null),
      );
      for (const { file, offset } of offsets) {
        if (offset === null || usual === null) continue;
        if (Math.abs(offset - usual) <= TOLERANCE) continue;
        found.push([
          file,
          `its audio belongs ${Math.abs(offset - usual).toFixed(3)} s ${
            offset < usual ? "earlier" : "later"
          }: it is another chunk's file`,
        ]);
      }
    }
  }
  return found;
}

/** Chunks of a run that follow each other. */
interface Series {
  readonly chunks: readonly ChunkCreated[];
  /** Whether it begins with the first chunk of the run. */
  readonly isFromStart: boolean;
}

/** Returns the chunks of a run, divided where the number of one is missing. */
function seriesOf(run: number, all: readonly ChunkCreated[]): Series[] {
  const sorted = all.toSorted((one, other) => one.seq - other.seq);
  const found: { chunks: ChunkCreated[]; isFromStart: boolean }[] = [];
  let previous: Pick<ChunkCreated, "seq" | "run"> = { seq: 0, run: 0 };
  for (const chunk of sorted) {
    const follows = chunk.seq === previous.seq + 1;
    if (chunk.run === run) {
      if (!follows || previous.run !== run) {
        found.push({ chunks: [], isFromStart: follows });
      }
      found.at(-1)?.chunks.push(chunk);
    }
    previous = chunk;
  }
  return found;
}

/**
 * Checks positions by file times. A chunk is last written after its audio has
 * ended, never before. A copied session may have lost its file times: then most
 * are wrong, and none counts.
 */
function byTime(
  { chunks, notes }: History,
  files: readonly FolderFile[],
): [string, string][] {
  if (notes.some(({ first }) => first.code === "clock_step")) return [];
  const times = new Map(files.map(({ name, written }) => [name, written]));
  const dated = chunks.flatMap((chunk) => {
    const written = times.get(chunk.file) ?? null;
    return written === null ? [] : [{ chunk, written }];
  });
  const left = dated.map(({ chunk }) => chunk);
  const tolerance = CLOCK_MS + resolutionOf(files);
  const early = dated.filter(({ chunk, written }) =>
    written < chunk.end - tolerance - 500 * chunk.duration
  );
  if (early.length * 2 > dated.length) return [];
  return early.flatMap(({ chunk, written }) => {
    const owner = ownerOf(written, left, tolerance);
    const found: [string, string][] = [[
      chunk.file,
      `it was last written before its audio ended${
        owner === null ? "" : `: it may be the file of ${owner.file}`
      }`,
    ]];
    const other = dated.find((one) => one.chunk === owner);
    // The file in the other place was written when this chunk's audio ended.
    if (
      other !== undefined && ownerOf(other.written, left, tolerance) === chunk
    ) {
      found.push([
        other.chunk.file,
        `it was last written when the audio of ${chunk.file} ended: it may be that file`,
      ]);
    }
    return found;
  });
}

/** Returns the chunk whose audio ended last before a file was written. */
function ownerOf(
  written: EpochMs,
  chunks: readonly ChunkCreated[],
  tolerance: number,
): ChunkCreated | null {
  return chunks.filter(({ end }) => end <= written + tolerance).at(-1) ?? null;
}

/** Resolutions of file times in milliseconds: FAT, and HFS+ or tar. */
const RESOLUTIONS = [2_000, 1_000];

/** Returns by how many milliseconds file times may be rounded down. */
function resolutionOf(files: readonly FolderFile[]): number {
  const times = files.flatMap(({ written }) => written ?? []);
  return RESOLUTIONS.find((step) => times.every((time) => time % step === 0)) ??
    0;
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}
