/**
 * Finds the sample at which a run, or a session after a rollover, that begins
 * with audio that was recorded before begins to be new. The log knows it by the
 * clock, to some hundredths of a second; the audio itself shows it exactly.
 *
 * @module
 */

import type { EpochMs } from "../events.ts";
import { frameBytes, type Pcm } from "./audio/pcm.ts";
import { readPieces } from "./audio/read_pieces.ts";
import type { AudioPiece } from "./plan/plan.ts";
import { type DatedChunk, partsOf } from "./plan/timeline.ts";
import type { RecordedSession } from "./recorded.ts";

/** Samples before the seam that are looked for after it. */
const NEEDLE = 1_024;
/** Seconds by which the log may be wrong. */
const REACH = 1.5;

/** What {@linkcode withExactSeams} needs. */
export interface SeamOptions {
  /** Beginning of the range in which they matter, or `null`. */
  readonly from: EpochMs | null;
  /** End of the range, or `null`. */
  readonly to: EpochMs | null;
  /** Path of ffmpeg. */
  readonly ffmpeg: string;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * Returns a session whose repeats are exact to the sample where the audio before
 * a run is found in its beginning. Lossy decoders may never give it again
 * exactly; then the log counts.
 */
export async function withExactSeams(
  session: RecordedSession,
  options: SeamOptions,
): Promise<RecordedSession> {
  if (session.repeated.size === 0) return session;
  const repeated = new Map(session.repeated);
  for (const [run, length] of session.repeated) {
    const seam = seamAt(session, run);
    if (seam === null || !matters(seam, options)) continue;
    const found = await findRepeat(session, seam, length, options);
    if (found !== null) repeated.set(run, found / session.sampleRate);
  }
  return { ...session, repeated };
}

/**
 * Returns sessions of one source, by their start, in which one that began before
 * the end of the session before it continues that to the sample.
 */
export async function withExactRollovers(
  sessions: readonly RecordedSession[],
  options: SeamOptions,
): Promise<RecordedSession[]> {
  const exact: RecordedSession[] = [];
  for (const session of sessions) {
    const former = exact.at(-1);
    exact.push(
      former === undefined
        ? session
        : await continuing(former, session, options),
    );
  }
  return exact;
}

async function continuing(
  former: RecordedSession,
  session: RecordedSession,
  options: SeamOptions,
): Promise<RecordedSession> {
  const [first] = session.chunks;
  const end = former.chunks.at(-1)?.end;
  if (first === undefined || end === undefined || first.start >= end) {
    return session;
  }
  const before = tailOf(former.chunks);
  const after = presentOf(session.chunks, first.run);
  const overlap = (end - first.start) / 1000;
  const isAlike = former.sampleRate === session.sampleRate &&
    former.channels === session.channels && former.form === session.form;
  const isOne = isAlike && overlap <= MAX_OVERLAP && before !== null &&
    after.length > 0;
  if (!isOne || !matters({ before, after }, options)) return session;
  const found = await findRepeat(session, { before, after }, overlap, options);
  if (found === null) return session;
  return {
    ...session,
    repeated: new Map(session.repeated)
      .set(first.run, found / session.sampleRate),
    // What was recorded before takes no time.
    chunks: session.chunks.map((chunk) => ({
      ...chunk,
      start: Math.max(chunk.start, end),
      end: Math.max(chunk.end, end),
    })),
  };
}

/** Sessions of one recorder overlap by less than this many seconds. */
const MAX_OVERLAP = 15;

interface Seam {
  /** The last chunks before the run. */
  readonly before: readonly DatedChunk[];
  /** The chunks of the run, up to the first that is missing. */
  readonly after: readonly DatedChunk[];
}

function matters({ before, after }: Seam, { from, to }: SeamOptions): boolean {
  const [begin, end] = [before[0]?.start ?? 0, after.at(-1)?.end ?? 0];
  return (from === null || end >= from) && (to === null || begin <= to);
}

function seamAt({ chunks }: RecordedSession, run: number): Seam | null {
  const first = chunks.findIndex((chunk) => chunk.run === run);
  const before = tailOf(chunks.slice(0, Math.max(0, first)));
  const after = presentOf(chunks, run);
  return before !== null && after.length > 0 ? { before, after } : null;
}

/** Returns the chunks of a run up to the first that is missing. */
function presentOf(
  chunks: readonly DatedChunk[],
  run: number,
): readonly DatedChunk[] {
  const own = chunks.filter((chunk) => chunk.run === run);
  const missing = own.findIndex(({ absent }) => absent !== null);
  return missing < 0 ? own : own.slice(0, missing);
}

/** Returns the last chunks that hold what is looked for, or `null`. */
function tailOf(chunks: readonly DatedChunk[]): DatedChunk[] | null {
  const tail: DatedChunk[] = [];
  let samples = 0;
  for (const chunk of chunks.toReversed()) {
    if (samples >= NEEDLE) break;
    if (chunk.absent !== null || chunk.run !== chunks.at(-1)?.run) return null;
    tail.unshift(chunk);
    samples += chunk.samples;
  }
  return samples >= NEEDLE ? tail : null;
}

/** Returns how many samples of a run were recorded before, or `null`. */
async function findRepeat(
  session: RecordedSession,
  { before, after }: Seam,
  expected: number,
  options: SeamOptions,
): Promise<number | null> {
  const { sampleRate, channels, form } = session;
  const pcm = { sampleRate, channels, form };
  const end = before.reduce((sum, { samples }) => sum + samples, 0);
  const tail = await samplesOf(session, before, {
    ...{ pcm, first: end - NEEDLE, samples: NEEDLE, options },
  });
  const first = Math.max(
    0,
    Math.round((expected - REACH) * sampleRate) - NEEDLE,
  );
  const total = after.reduce((sum, { samples }) => sum + samples, 0);
  const last = Math.min(total, Math.round((expected + REACH) * sampleRate));
  const head = await samplesOf(session, after, {
    ...{ pcm, first, samples: last - first, options },
  });
  const at = onlyPlace(head, tail, frameBytes(pcm));
  return at === null ? null : first + at + NEEDLE;
}

interface Excerpt {
  readonly pcm: Pcm;
  readonly first: number;
  readonly samples: number;
  readonly options: SeamOptions;
}

/** Decodes samples of chunks that follow each other. */
async function samplesOf(
  session: RecordedSession,
  chunks: readonly DatedChunk[],
  { pcm, first, samples, options }: Excerpt,
): Promise<Uint8Array> {
  const parts = partsOf({ ...session, chunks, gaps: [], repeated: new Map() });
  const pieces: AudioPiece[] = [];
  let at = 0;
  for (const part of parts) {
    const from = Math.max(0, first - at);
    const count = Math.min(part.samples, first + samples - at) - from;
    at += part.samples;
    if (count <= 0) continue;
    pieces.push({
      ...{ kind: "audio", first: from, samples: count, length: count },
      part: { ...part, session: 0, sampleRate: session.sampleRate },
    });
  }
  const blocks: BlobPart[] = [];
  const read = readPieces(pieces, pcm, { ...options, onDamage: () => {} });
  for await (const block of read) blocks.push(block.slice());
  return new Uint8Array(await new Blob(blocks).arrayBuffer());
}

/** Returns the only place of some samples among others, or `null`. */
export function onlyPlace(
  samples: Uint8Array,
  wanted: Uint8Array,
  frame: number,
): number | null {
  // A tone or silence is found in many places.
  let found: number | null = null;
  const last = samples.length - wanted.length;
  for (let at = 0; at <= last; at += frame) {
    let length = 0;
    while (length < wanted.length && samples[at + length] === wanted[length]) {
      length++;
    }
    if (length < wanted.length) continue;
    if (found !== null) return null;
    found = at / frame;
  }
  return found;
}
