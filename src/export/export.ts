/**
 * Exports the audio of a range as one file.
 *
 * @module
 */

import type { EpochMs, Seconds } from "../events.ts";
import { EchologError } from "../errors.ts";
import { isAbsent } from "../platform/fs.ts";
import { UnsafePathError } from "../platform/guarded/guard.ts";
import { isoMilliseconds } from "../log/format/timestamps.ts";
import { openAudioFile } from "../audio/contents/audio_file.ts";
import { FORMATS } from "../audio/format.ts";
import { type EncodedAudio, flacStream } from "./audio/chunk_bytes.ts";
import {
  bitsOf,
  frameBytes,
  type Pcm,
  pcmArgs,
  widestOf,
} from "./audio/pcm.ts";
import { type Damage, oneStream, readPieces } from "./audio/read_pieces.ts";
import { type TargetName, TARGETS } from "./audio/target.ts";
import { writeFile, type WriteOptions } from "./audio/write_file.ts";
import {
  type AbsentTime,
  type Plan,
  planExport,
  type SessionPart,
} from "./plan/plan.ts";
import type { RecordedSession } from "./recorded.ts";
import { partsOf } from "./plan/timeline.ts";

/** What is exported. */
export interface ExportRange {
  /** The sessions, by their start. */
  readonly sessions: readonly RecordedSession[];
  /** Beginning of the range, or `null` for that of the audio. */
  readonly from: EpochMs | null;
  /** End of the range, or `null` for that of the audio. */
  readonly to: EpochMs | null;
  /** Whether gaps are silence; else they are left out. */
  readonly fillsGaps: boolean;
  /** The current time. */
  readonly now: EpochMs;
}

/** Plans the export of a range; sample rate and channels are those of its first audio. */
export function planRange(
  { sessions, from, to, fillsGaps, now }: ExportRange,
): Plan {
  const parts = sessions.flatMap((recorded, session) =>
    partsOf(recorded).map((part): SessionPart => ({
      ...part,
      session,
      sampleRate: recorded.sampleRate,
    }))
  );
  const last = sessions.at(-1);
  const knownUntil = last?.isActive === true ? last.end : now;
  const absences = absencesOf(sessions, now);
  const planAt = (sampleRate: number) =>
    planExport(parts, absences, {
      ...{ from, to, fillsGaps, knownUntil, sampleRate },
    });
  const rate = sessions[0]?.sampleRate ?? 0;
  const plan = planAt(rate);
  // Only a plan shows whose audio is the first.
  const first = usedSessions(plan, sessions)[0]?.sampleRate;
  return first === undefined || first === rate ? plan : planAt(first);
}

/** Returns the sessions whose audio is in a file, in the order of the file. */
export function usedSessions(
  { pieces }: Pick<Plan, "pieces">,
  sessions: readonly RecordedSession[],
): RecordedSession[] {
  const used = new Set(
    pieces.flatMap((piece) =>
      piece.kind === "audio" ? [piece.part.session] : []
    ),
  );
  return sessions.filter((_, index) => used.has(index));
}

/** Returns when there is no audio, and why: also between the sessions. */
function absencesOf(
  sessions: readonly RecordedSession[],
  now: EpochMs,
): AbsentTime[] {
  const absences = sessions.flatMap(({ absences }) => absences);
  let at = -Infinity;
  const none = (end: EpochMs): AbsentTime => ({
    ...{ start: at, end, cause: null },
    why: "not_recorded",
  });
  for (const { start, end } of sessions) {
    if (start > at) absences.push(none(start));
    at = Math.max(at, end);
  }
  const isActive = sessions.at(-1)?.isActive === true;
  if (!isActive && now > at) absences.push(none(now));
  const known = Math.max(at, isActive ? at : now);
  absences.push({ start: known, end: Infinity, why: "not_yet", cause: null });
  return absences;
}

/** How a planned export is written. */
export interface ExportOptions {
  /** Path of the file. */
  readonly path: string;
  /** Its format. */
  readonly format: TargetName;
  /** Whether it may replace a file. */
  readonly replaces: boolean;
  /** Path of ffmpeg. */
  readonly ffmpeg: string;
  /** Ends it; nothing is left of the file. */
  readonly signal: AbortSignal;
  /** Takes how much is written; it starts again from 0 when the file does. */
  onProgress(done: Seconds): void;
}

/** What was written. */
export interface Exported {
  /** Size of the file in bytes. */
  readonly size: number;
  /** Form of the samples that were encoded. */
  readonly pcm: Pcm;
  /** Bits per sample, or `null` for a lossy format. */
  readonly bitDepth: number | null;
  /** Audio that chunks lack though the log has it. */
  readonly damages: readonly Damage[];
}

/**
 * Returns the form of the samples of an export: nothing of them is lost.
 *
 * @throws {EchologError} `usage`, when the format cannot hold them.
 */
export function pcmOf(
  plan: Plan,
  sessions: readonly RecordedSession[],
  format: TargetName,
): { readonly pcm: Pcm; readonly bitDepth: number | null } {
  const own = usedSessions(plan, sessions);
  const [first] = own;
  const sampleRate = first?.sampleRate ?? 0;
  const channels = first?.channels ?? 0;
  const { isLossless, maxBits, maxChannels } = TARGETS[format];
  if (channels > maxChannels) {
    throw new EchologError(
      "usage",
      `${format} holds at most ${maxChannels} of the ${channels} channels`,
      { hint: "write flac or wav instead, with -o FILE.flac or -o FILE.wav" },
    );
  }
  const form = widestOf(own.map(({ form }) => form));
  if (!isLossless) {
    // What was lossy before is rounded once, by the encoder.
    const isLossy = own.every(({ format }) =>
      FORMATS[format].bitDepths === null
    );
    const whole = isLossy ? "f32le" : form;
    return { pcm: { sampleRate, channels, form: whole }, bitDepth: null };
  }
  const bitDepth = bitsOf(form);
  if (maxBits !== null && bitDepth > maxBits) {
    throw new EchologError(
      "usage",
      `${format} holds at most ${maxBits} of the ${bitDepth} bits of a sample`,
      { hint: "write wav instead, with -o FILE.wav" },
    );
  }
  return { pcm: { sampleRate, channels, form }, bitDepth };
}

/**
 * Writes a planned export.
 *
 * @throws {EchologError} `failed`, when it cannot be written; `usage`, when the
 * format cannot hold it.
 */
export async function writeExport(
  plan: Plan,
  sessions: readonly RecordedSession[],
  options: ExportOptions,
): Promise<Exported> {
  const { format, ffmpeg, signal } = options;
  const { pcm, bitDepth } = pcmOf(plan, sessions, format);
  const write = {
    ...options,
    ...{ form: pcm.form, sampleRate: pcm.sampleRate },
    tags: tagsOf(plan, sessions),
  };
  const direct = await writeStream(plan, pcm, write);
  if (direct !== null) return { size: direct, pcm, bitDepth, damages: [] };
  const damages: Damage[] = [];
  const writePieces = (isApart: boolean) => {
    damages.length = 0;
    const samples = readPieces(plan.pieces, pcm, {
      ...{ ffmpeg, signal, isApart },
      onDamage: (damage) => damages.push(damage),
    });
    return writeFile({
      args: pcmArgs(pcm),
      filter: null,
      bytes: counted(samples, pcm, options.onProgress),
    }, {
      ...write,
      // What is damaged in one chunk must not cost the audio of others.
      isRight: () =>
        Promise.resolve(
          isApart || damages.every(({ paths }) => paths.length === 1),
        ),
    });
  };
  const size = await writePieces(false) ?? await writePieces(true);
  if (size === null) throw new Error("A file that is always right was refused");
  return { size, pcm, bitDepth, damages };
}

/** Bytes of samples above which a WAV file has another kind of header. */
const MAX_COUNTED = 2 ** 32 - 2 ** 16;

/**
 * Writes audio that is one FLAC stream by one ffmpeg alone, which takes half of
 * the time.
 *
 * @returns the size; `null` when it is not one stream, or could not be decoded
 * to as many samples as it should have.
 */
async function writeStream(
  { pieces, length }: Plan,
  pcm: Pcm,
  options: WriteOptions & Pick<ExportOptions, "onProgress">,
): Promise<number | null> {
  const { format, signal } = options;
  const { isLossless } = TARGETS[format];
  // Those of a larger WAV file could not be counted again.
  const isSmall = format === "flac" ||
    length * frameBytes(pcm) < MAX_COUNTED;
  const audio = isLossless && isSmall ? oneStream(pieces) : null;
  if (audio === null) return null;
  try {
    const stream = await flacStream(audio);
    if (stream === null) return null;
    const { skip, inputArgs } = stream;
    return await writeFile({
      args: inputArgs,
      filter: `atrim=start_sample=${skip}:end_sample=${skip + length}`,
      bytes: reported(stream, length / pcm.sampleRate, options.onProgress),
    }, {
      ...options,
      isRight: async (draft) => await samplesOf(draft, format) === length,
    });
  } catch (error) {
    // A chunk that cannot be read costs no more than its own audio.
    const isOwn = error instanceof UnsafePathError || isAbsent(error);
    if (!signal.aborted && isOwn) return null;
    throw error;
  }
}

/** Passes the bytes of a stream on, and reports how much of its audio they are. */
async function* reported(
  { bytes, size }: EncodedAudio,
  length: Seconds,
  onProgress: (done: Seconds) => void,
): AsyncGenerator<Uint8Array> {
  let read = 0;
  for await (const block of bytes()) {
    yield block;
    read += block.length;
    onProgress(Math.min(1, read / size) * length);
  }
}

/** Counts the samples of a file that was written. */
async function samplesOf(
  path: string,
  format: TargetName,
): Promise<number | null> {
  using handle = await Deno.open(path);
  const file = await openAudioFile(handle);
  if (format !== "flac" && format !== "wav") return null;
  const contents = await FORMATS[format].measure(file, false);
  return contents?.samples ?? null;
}

/** Passes samples on, and reports how many seconds they are. */
async function* counted(
  samples: AsyncIterable<Uint8Array>,
  pcm: Pcm,
  onProgress: (done: Seconds) => void,
): AsyncGenerator<Uint8Array> {
  const second = frameBytes(pcm) * pcm.sampleRate;
  let bytes = 0;
  for await (const block of samples) {
    yield block;
    bytes += block.length;
    onProgress(bytes / second);
  }
}

/** Returns the tags: when the audio began, and the sessions that it is from. */
function tagsOf(
  plan: Plan,
  sessions: readonly RecordedSession[],
): Record<string, string> {
  const names = usedSessions(plan, sessions).map(({ id }) => id).join(", ");
  return {
    date: isoMilliseconds(Math.round(plan.start)),
    comment: `echolog session ${names}`,
  };
}
