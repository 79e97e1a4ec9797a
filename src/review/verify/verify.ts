/**
 * Compares a session's folder with its log.
 *
 * @module
 */

import { chunkNumber, PART } from "../../audio/chunk_name.ts";
import type {
  ChunkCreated,
  EpochMs,
  Seconds,
  SessionStart,
} from "../../events.ts";
import { logPart } from "../../log/read/reader.ts";
import {
  type Deleted,
  deletedOf,
  type History,
  namesChunks,
} from "../history.ts";
import { joinFaults } from "./continuity.ts";
import type { Decoded } from "./decode.ts";
import { logFaults, REPAIR } from "./log_parts.ts";
import { headerFaults, strangerFault } from "./headers.ts";
import { findMisplaced } from "./positions.ts";
import { LEFTOVERS } from "../../sessions/folder.ts";
import { RESERVE_FILE, TRIAL_FILE } from "../../sessions/reserve.ts";
import { formatDuration, pluralize } from "../../terminal/units.ts";
import { TimeFormat } from "../../times/shown.ts";

/** A file of a session's folder. */
export interface FolderFile {
  /** Its name. */
  readonly name: string;
  /** Its size in bytes. */
  readonly size: number;
  /** When it was last written, or `null`. */
  readonly written: EpochMs | null;
}

/** A chunk, with actual and logged values. */
export interface CheckedChunk {
  /** File name. */
  readonly file: string;
  /** Its number. */
  readonly seq: number;
  /** Size in bytes by the log, or `null` without a line. */
  readonly logged_size: number | null;
  /** Size in bytes, or `null` when it is missing. */
  readonly size: number | null;
  /** Length by the log, or `null`. */
  readonly logged_duration: Seconds | null;
  /** Length of the decoded audio, or `null`. */
  readonly duration: Seconds | null;
  /** Its faults; empty when it is fine. */
  readonly faults: readonly string[];
}

/** Result of a verification. */
export interface VerifyReport {
  /** Name of the session. */
  readonly session_id: string;
  /** Whether all files match the log. */
  readonly ok: boolean;
  /** The chunks, by number. */
  readonly chunks: readonly CheckedChunk[];
  /** Faults of the folder and the log. */
  readonly faults: readonly string[];
  /** What retention deleted, which is in no list, or `null`. */
  readonly deleted: Deleted | null;
  /** Notes that are not faults. */
  readonly notes: readonly string[];
}

/** Input of a verification. */
export interface Findings {
  /** Name of the session. */
  readonly sessionId: string;
  /** The session by its log. */
  readonly history: History;
  /** The files of the folder. */
  readonly files: readonly FolderFile[];
  /** Results of decoding, by file name. */
  readonly decoded: ReadonlyMap<string, Decoded>;
  /** Number of old log files kept, or `null` when unknown. */
  readonly backupCount: number | null;
  /** Whether it is being recorded. */
  readonly isActive: boolean;
  /** The command that finishes it if its recorder died; `echolog repair` unless given. */
  readonly repair?: string;
  /** How times are shown; in UTC unless given. */
  readonly times?: TimeFormat;
  /** Whether its state has its end, whatever the log has. */
  readonly hasEnded?: boolean;
}

/** Tolerance for rounding in the log and in ffmpeg's clock. */
const TOLERANCE: Seconds = 0.002;
/** Opus counts in packets of 20 ms; a decoder may play all of the last one. */
const OPUS_TOLERANCE: Seconds = 0.05;

/** Compares a session's files with its log. */
export function verifySession(findings: Findings): VerifyReport {
  const { history, files, decoded, isActive } = findings;
  const { times = TimeFormat.utc } = findings;
  const bySize = new Map(files.map((file) => [file.name, file]));
  const present = withoutDeleted(history, files);
  const known = [...present.chunks, ...present.unloggedChunks]
    .sort((one, other) => one.seq - other.seq);
  const wrongPlaces = findMisplaced(
    { ...history, chunks: [...history.chunks, ...history.unloggedChunks] },
    files,
    decoded,
  );
  const logged = new Map(known.map((chunk) => [chunk.file, chunk]));
  const newest = known.reduce((most, { seq }) => Math.max(most, seq), 0);
  const unlogged = files.filter(({ name }) =>
    isChunk(name) && !logged.has(name) &&
    // Closed after the log was read.
    !(isActive && (chunkNumber(name) ?? 0) > newest)
  );
  const isQuiet = !namesChunks(history);
  const needsLine = !isQuiet && history.start !== null;
  const lines = new Set(history.chunks.map(({ file }) => file));
  const firstNamed = isQuiet ? Infinity : firstLogged(history);
  const excused = history.hasIndex ? null : firstNamed;
  const chunks = [
    ...[...logged.values()].map((chunk) =>
      checkLogged(
        chunk,
        bySize.get(chunk.file) ?? null,
        decoded.get(chunk.file) ?? null,
        history.start,
        needsLine && !lines.has(chunk.file)
          ? NO_LINE
          : wrongPlaces.get(chunk.file) ?? null,
      )
    ),
    ...unlogged.map((file) => checkUnlogged(file, decoded, excused)),
  ].sort((one, other) => one.seq - other.seq);
  const faults = [
    ...(isQuiet ? [] : joinFaults(history)),
    ...logFaults(findings),
    ...(history.start === null ? absentBeginning(history, files, chunks) : []),
    ...foreignFiles(findings),
    ...(lacksAll(chunks) ? [noChunkLeft(chunks.length)] : []),
  ];
  const deleted = deletedOf(history.deletions);
  const isGone = history.start === null && history.last !== null &&
    !history.hasIndex && unlogged.length > 0;
  return {
    session_id: findings.sessionId,
    ok: faults.length === 0 &&
      chunks.every(({ faults }) => faults.length === 0),
    chunks,
    faults,
    deleted,
    notes: [
      ...(deleted === null ? [] : [
        `${pluralize(deleted.chunks, "chunk")} ${
          deleted.chunks === 1 ? "was" : "were"
        } deleted by retention, up to ${
          times.dateTime(deleted.until)
        } ${times.zoneName}`,
      ]),
      ...(isGone
        ? [
          (history.parts[0] ?? 1) > 1
            ? "The lines of the first chunks were rotated away with their log part"
            : "The log does not have the beginning of the session, nor the lines of its first chunks",
        ]
        : []),
      ...(isQuiet
        ? [
          `The log was kept at level ${history.start?.log_level}: ${
            history.hasIndex
              ? "chunks.jsonl names its chunks"
              : history.chunks.length > 0
              ? "it names only the chunks that echolog repair added"
              : "it names no chunks, so verify can check only whether they decode"
          }`,
        ]
        : []),
      ...gapNotes(history),
      ...(isActive ? ["It is being recorded: its open chunk is left out"] : []),
    ],
  };
}

/**
 * Returns the chunks that should be in the folder. One whose deletion was only
 * announced may still be there, and is checked then.
 */
function withoutDeleted(
  { chunks, unloggedChunks, deletions }: History,
  files: readonly FolderFile[],
): Pick<History, "chunks" | "unloggedChunks"> {
  const names = new Set(files.map(({ name }) => name));
  const gone = new Set(
    deletions.filter(({ file }) => !names.has(file)).map(({ seq }) => seq),
  );
  const isLeft = ({ seq }: ChunkCreated) => !gone.has(seq);
  return {
    chunks: chunks.filter(isLeft),
    unloggedChunks: unloggedChunks.filter(isLeft),
  };
}

/** Whether a name is a finished chunk's. */
export function isChunk(name: string): boolean {
  return chunkNumber(name) !== null && !name.endsWith(PART);
}

/** Whether none of several chunks is in the folder. */
export function lacksAll(chunks: readonly CheckedChunk[]): boolean {
  return chunks.length > 1 && chunks.every(({ size }) => size === null);
}

function noChunkLeft(count: number): string {
  return `the folder has no audio: all ${count} chunks that the log names are missing`;
}

const NO_LINE = "no line of the log names it";

function checkLogged(
  chunk: ChunkCreated,
  file: FolderFile | null,
  decoded: Decoded | null,
  settings: SessionStart | null,
  problem: string | null,
): CheckedChunk {
  const wrong =
    strangerFault(decoded, chunk.seq, settings?.session_id ?? null) ?? problem;
  const faults = [
    ...(file === null ? ["it is missing"] : []),
    ...(file !== null && file.size !== chunk.size
      ? [`its size is ${file.size}, but the log has ${chunk.size}`]
      : []),
    ...decodeFaults(decoded),
    ...headerFaults(decoded, settings),
    ...durationFaults(chunk, decoded),
    ...(wrong === null ? [] : [wrong]),
  ];
  return {
    file: chunk.file,
    seq: chunk.seq,
    logged_size: chunk.size,
    size: file?.size ?? null,
    logged_duration: chunk.duration,
    duration: decoded?.duration ?? null,
    faults,
  };
}

function checkUnlogged(
  { name, size }: FolderFile,
  decoded: ReadonlyMap<string, Decoded>,
  known: number | null,
): CheckedChunk {
  const seq = chunkNumber(name) ?? 0;
  const wasLogged = known !== null && seq < known;
  const result = decoded.get(name) ?? null;
  return {
    file: name,
    seq,
    logged_size: null,
    size,
    logged_duration: null,
    duration: result?.duration ?? null,
    faults: [
      ...(wasLogged ? [] : [NO_LINE]),
      ...decodeFaults(result),
      ...headerFaults(result, null),
    ],
  };
}

/**
 * Returns the number before which lines may have been rotated away; `null` when
 * none were.
 */
function firstLogged({ start, chunks }: History): number | null {
  return start === null ? chunks[0]?.seq ?? Infinity : null;
}

function decodeFaults(decoded: Decoded | null): string[] {
  return decoded?.fault ? [`it does not decode: ${decoded.fault}`] : [];
}

function durationFaults(
  { duration, file }: ChunkCreated,
  decoded: Decoded | null,
): string[] {
  if (decoded === null || decoded.fault !== null) return [];
  const found = decoded.duration ?? 0;
  const tolerance = file.endsWith(".opus") ? OPUS_TOLERANCE : TOLERANCE;
  return Math.abs(found - duration) <= tolerance ? [] : [
    `it decodes to ${found.toFixed(3)} s, but the log has ${
      duration.toFixed(3)
    } s`,
  ];
}

/** Returns the chunks lost with the beginning of a log, by the missing numbers. */
function absentBeginning(
  { deletions }: History,
  files: readonly FolderFile[],
  chunks: readonly CheckedChunk[],
): string[] {
  const numbers = [
    ...chunks.map(({ seq }) => seq),
    ...deletions.map(({ seq }) => seq),
    ...files.flatMap(({ name }) => chunkNumber(name) ?? []),
  ];
  const first = numbers.reduce(
    (minimum, seq) => Math.min(minimum, seq),
    Infinity,
  );
  if (first === 1 || first === Infinity) return [];
  return [
    `the session's first ${
      pluralize(first - 1, "chunk")
    } must be lost: neither the folder nor the rest of the log has them`,
  ];
}

/** Returns notes about gaps. A gap is not a fault of the files, but the audio is incomplete. */
function gapNotes({ gaps }: History): string[] {
  if (gaps.length === 0) return [];
  const total = gaps.reduce((sum, { gap }) => sum + gap.duration, 0);
  return [
    `The log names ${pluralize(gaps.length, "gap")}, ${
      formatDuration(total)
    } in all: echolog explain says why`,
  ];
}

/** Files that only a recorder or a repair that died leaves behind. */
const LEFT_BEHIND = new Set([...LEFTOVERS, ".repair"]);
/** Files that belong to every session. */
const OWN = /^(?:session\.json(?:\.tmp)?|chunks\.jsonl|levels\.jsonl|\.keep)$/;

/** Files that a recorder has besides its chunks. */
const OF_RECORDER: ReadonlySet<string> = new Set([RESERVE_FILE, TRIAL_FILE]);

function foreignFiles(
  { files, isActive, history, repair = REPAIR }: Findings,
): string[] {
  const hasEnd = history.stop !== null;
  return files.flatMap(({ name }) => {
    if (OWN.test(name) || logPart(name) !== null || isChunk(name)) return [];
    if (isActive && (name.endsWith(PART) || OF_RECORDER.has(name))) return [];
    if (hasEnd && chunkNumber(name) !== null) {
      return [`${name} could not be finished as a chunk, and is kept as it is`];
    }
    return chunkNumber(name) === null && !LEFT_BEHIND.has(name)
      ? [`${name} does not belong to this session`]
      : [
        `${name} was left by a recorder that died; ${repair} finishes it`,
      ];
  });
}
