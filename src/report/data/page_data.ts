/**
 * What a page shows: a pure function of what is known about a session.
 *
 * @module
 */

import { basename } from "@std/path";
import { chunkNumber } from "../../audio/chunk_name.ts";
import type { ChunkCreated } from "../../events.ts";
import type {
  ExplainedGap,
  Explanation,
} from "../../review/explain/explanation.ts";
import type { History, Span } from "../../review/history.ts";
import type { Unrecorded } from "../../review/unrecorded.ts";
import type { PlacedMark } from "../levels/columns.ts";
import type { ExcerptLine, LogExcerpt } from "./log_excerpt.ts";
import type {
  MeasuredAudio,
  PageChunk,
  PageData,
  PageGap,
  PlacedAudio,
  PlayedPart,
} from "./page.ts";

/** What is known about a session. */
export interface Known {
  readonly explanation: Explanation;
  readonly history: History;
  /** Time before it in which nothing was recorded, or `null`. */
  readonly before: Unrecorded | null;
  /** Its audio, or `null` when the log alone is known. */
  readonly audio: PlacedAudio | null;
  readonly measured: MeasuredAudio;
  readonly excerpt: LogExcerpt;
}

/** Maximum number of chunks that have a row. */
const MAX_CHUNKS = 12_000;
/** Maximum number of gaps on the page: the longest are shown. */
const MAX_GAPS = 1_000;
/** Maximum number of clicks, and of dropouts: the clearest are shown. */
const MAX_MARKS = 50;
/** Maximum number of warnings in the picture. */
const MAX_WARNINGS = 300;
/** Milliseconds around a gap in which clicks are those of its edges. */
const EDGE_MS = 60;
/** Milliseconds before a gap whose lines are about it. */
const BEFORE_MS = 1_000;

/** Returns what a page shows of a session. */
export function pageData(
  { explanation, history, before, audio, measured, excerpt }: Known,
): PageData {
  const all = chunksOf(history, audio);
  const chunks = all.slice(Math.max(0, all.length - MAX_CHUNKS));
  const places = new Map(chunks.map(({ file }, index) => [file, index]));
  const gaps = longest(explanation.gaps).map(([index, gap]): PageGap => ({
    gap,
    span: explanation.outages[index] ?? gap,
    line: lineOf(gap, explanation.outages[index] ?? gap, excerpt.lines),
  }));
  return {
    ...{ explanation, history, before, chunks, gaps, excerpt, measured },
    hiddenChunks: all.length - chunks.length,
    parts: partsOf(chunks, audio, places),
    marks: shownMarks(measured.marks, gaps).map((mark) => ({
      mark,
      chunk: places.get(basename(mark.part.chunk.path)) ?? null,
    })),
    warnings: excerpt.lines.filter(({ code }) => code !== null)
      .slice(0, MAX_WARNINGS),
  };
}

/** Returns the gaps that are shown, with their places among all. */
function longest(gaps: readonly ExplainedGap[]): [number, ExplainedGap][] {
  const all = [...gaps.entries()];
  if (all.length <= MAX_GAPS) return all;
  return all.sort(([, one], [, other]) => other.duration - one.duration)
    .slice(0, MAX_GAPS).sort(([one], [other]) => one - other);
}

/** Returns the chunks of a session by number. */
function chunksOf(history: History, audio: PlacedAudio | null): PageChunk[] {
  const dated = new Map(
    (audio?.chunks ?? []).map((chunk) => [basename(chunk.path), chunk]),
  );
  const deleted = new Set(history.deletions.map(({ seq }) => seq));
  const found = new Map<number, PageChunk>();
  const add = (chunk: ChunkCreated, span: Span) => {
    const own = dated.get(chunk.file);
    found.set(chunk.seq, {
      ...{ seq: chunk.seq, file: chunk.file, logged: chunk.start },
      span: own === undefined ? span : { start: own.start, end: own.end },
      duration: chunk.duration,
      size: chunk.size,
      peak: chunk.peak_dbfs,
      state: deleted.has(chunk.seq)
        ? "deleted"
        : audio === null
        ? "unknown"
        : own?.absent ?? (own === undefined ? "lost" : "there"),
      isRecovered: chunk.recovered === true,
    });
  };
  for (const chunk of history.unloggedChunks) add(chunk, chunk);
  for (const [index, chunk] of history.chunks.entries()) {
    add(chunk, history.audio[index] ?? chunk);
  }
  for (const deletion of history.deletions) {
    if (found.has(deletion.seq)) continue;
    add({
      ...{ event: "chunk_created", time: deletion.end, run: 0 },
      ...deletion,
      peak_dbfs: null,
    }, deletion);
  }
  const sampleRate = audio?.sampleRate ?? 1;
  for (const { path, start, end, samples, isOpen } of dated.values()) {
    const file = basename(path);
    const seq = chunkNumber(file.replace(/\.part$/, ""));
    if (seq === null || found.has(seq)) continue;
    found.set(seq, {
      ...{ seq, file, span: { start, end }, logged: start },
      duration: samples / sampleRate,
      ...{ size: null, peak: null, isRecovered: false },
      state: isOpen ? "open" : "there",
    });
  }
  return [...found.values()].sort((one, other) => one.seq - other.seq);
}

/** Returns where in which chunk each moment is. */
function partsOf(
  chunks: readonly PageChunk[],
  audio: PlacedAudio | null,
  places: ReadonlyMap<string, number>,
): PlayedPart[] {
  if (audio === null) {
    return chunks.map(({ span }, chunk) => ({ span, chunk, at: 0 }));
  }
  return audio.parts.flatMap(({ chunk, first, start, end }) => {
    const place = places.get(basename(chunk.path));
    return place === undefined ? [] : [{
      span: { start, end },
      chunk: place,
      at: first / audio.sampleRate,
    }];
  });
}

/** Returns the number of the first line about a gap. */
function lineOf(
  gap: ExplainedGap,
  { start }: Span,
  lines: readonly ExcerptLine[],
): number | null {
  const own = lines.findLastIndex((line) => line.gap === gap.start);
  const last = own < 0 ? lines.length - 1 : own;
  // What led to it was logged shortly before.
  const from = Math.floor(start / 1000) * 1000 - BEFORE_MS;
  let first: number | null = own < 0 ? null : own;
  for (let at = last; at >= 0; at--) {
    const { time, event } = lines[at] ?? { time: null, event: null };
    if (time !== null && time < from) break;
    if (time !== null && event !== "chunk_created") first = at;
  }
  return first === null ? null : lines[first]?.number ?? null;
}

/** Returns the clearest marks of each kind that are not the edges of gaps. */
function shownMarks(
  marks: readonly PlacedMark[],
  gaps: readonly PageGap[],
): PlacedMark[] {
  const inside = marks.filter(({ time, length }) =>
    !gaps.some(({ span }) =>
      time + length * 1000 > span.start - EDGE_MS && time < span.end + EDGE_MS
    )
  );
  return (["click", "dropout"] as const).flatMap((kind) =>
    inside.filter((mark) => mark.kind === kind)
      .sort((one, other) => other.score - one.score).slice(0, MAX_MARKS)
  ).sort((one, other) => one.time - other.time);
}
