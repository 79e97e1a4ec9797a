/**
 * The parts of a page.
 *
 * @module
 */

import type { EpochMs, Seconds } from "../../events.ts";
import type { DatedChunk, Part } from "../../export/plan/timeline.ts";
import type {
  ExplainedGap,
  Explanation,
} from "../../review/explain/explanation.ts";
import type { History, Span } from "../../review/history.ts";
import type { Unrecorded } from "../../review/unrecorded.ts";
import type { LevelColumns, PlacedMark } from "../levels/columns.ts";
import type { ExcerptLine, LogExcerpt } from "./log_excerpt.ts";

/** Whether the file of a chunk can be played. */
export type ChunkState =
  /** It is there. */
  | "there"
  /** It is being written. */
  | "open"
  /** Retention deleted it. */
  | "deleted"
  /** Its file is missing. */
  | "lost"
  /** Its log alone is known. */
  | "unknown";

/** A chunk. */
export interface PageChunk {
  readonly seq: number;
  readonly file: string;
  /** When it begins and ends, by the clock of the session's start. */
  readonly span: Span;
  /** When it begins, as the log has it. */
  readonly logged: EpochMs;
  readonly duration: Seconds;
  /** Its size in bytes, or `null` when unknown. */
  readonly size: number | null;
  /** Its highest sample in dBFS, or `null` when unknown. */
  readonly peak: number | null;
  readonly state: ChunkState;
  readonly isRecovered: boolean;
}

/** A gap. */
export interface PageGap {
  readonly gap: ExplainedGap;
  /** When it begins and ends, by the clock of the session's start. */
  readonly span: Span;
  /** Number of the first line of the log that is about it, or `null`. */
  readonly line: number | null;
}

/** Audio of a chunk that has a place in time. */
export interface PlayedPart {
  /** When it begins and ends, by the clock of the session's start. */
  readonly span: Span;
  /** Index of its chunk. */
  readonly chunk: number;
  /** Where it begins in the chunk. */
  readonly at: Seconds;
}

/** A click or a dropout. */
export interface PageMark {
  readonly mark: PlacedMark;
  /** Index of its chunk, or `null`. */
  readonly chunk: number | null;
}

/** A picture of frequencies over time. */
export interface SpectrogramTile {
  readonly span: Span;
  /** PNG, as base64. */
  readonly png: string;
}

/** A spectrogram. */
export interface Spectrogram {
  readonly tiles: readonly SpectrogramTile[];
  /** The highest frequency in Hz. */
  readonly top: number;
}

/** The audio of a session, as far as it was measured. */
export interface MeasuredAudio {
  readonly levels: LevelColumns | null;
  readonly marks: readonly PlacedMark[];
  readonly spectrogram: Spectrogram | null;
  /** What could not be measured, as sentences without their period. */
  readonly faults: readonly string[];
}

/** No audio. */
export const NO_AUDIO_MEASURED: MeasuredAudio = {
  ...{ levels: null, marks: [], spectrogram: null, faults: [] },
};

/** Where the samples of a session are, by the clock of its start. */
export interface PlacedAudio {
  readonly parts: readonly Part[];
  /** Samples per second. */
  readonly sampleRate: number;
  /** All chunks, also those that are open. */
  readonly chunks: readonly DatedChunk[];
}

/** What a page shows. */
export interface PageData {
  readonly explanation: Explanation;
  readonly history: History;
  /** Time before it in which nothing was recorded, or `null`. */
  readonly before: Unrecorded | null;
  readonly chunks: readonly PageChunk[];
  /** Chunks that have no row: of years, there are too many. */
  readonly hiddenChunks: number;
  readonly gaps: readonly PageGap[];
  readonly parts: readonly PlayedPart[];
  readonly marks: readonly PageMark[];
  /** The lines of warnings and errors. */
  readonly warnings: readonly ExcerptLine[];
  readonly excerpt: LogExcerpt;
  readonly measured: MeasuredAudio;
}
