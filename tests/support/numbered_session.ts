/**
 * Sessions whose every sample has a number: made by the encoder and the muxer
 * of a recording, with runs, gaps, holes, repeats, drift and deletions as a
 * test wants them.
 *
 * @module
 */

import { join } from "@std/path";
import { finishChunkFile } from "../../src/audio/chunk_file.ts";
import { chunkName, PART } from "../../src/audio/chunk_name.ts";
import { type Format, FORMATS } from "../../src/audio/format.ts";
import type { BitDepth } from "../../src/audio/bit_depth.ts";
import type {
  EpochMs,
  Seconds,
  SessionEvent,
  SessionStart,
  SessionStop,
} from "../../src/events.ts";
import { encoderArgs } from "../../src/ffmpeg/command/command.ts";
import { encodeEvent } from "../../src/log/format/event_fields.ts";
import { textFormat } from "../../src/log/format/line.ts";
import { intentLine } from "../../src/sessions/chunks/chunk_index.ts";
import { appendToIndex } from "../../src/sessions/chunks/index_writer.ts";
import { STATE_FILE } from "../../src/sessions/state_file.ts";
import { event } from "./events.ts";

/** A run of ffmpeg. */
export interface RunMade {
  /** When its first new sample was captured, in seconds since the session's start. */
  readonly at: Seconds;
  /** Length of its new audio in seconds of samples; whole frames of 20 ms. */
  readonly length: Seconds;
  /** How much of the audio before it begins with. */
  readonly repeats?: Seconds;
  /** How much of that the log misses, because it knows it by the clock alone. */
  readonly unnoticed?: Seconds;
  /** Audio that was lost in it: after how much of its new audio, and how long. */
  readonly hole?: { readonly after: Seconds; readonly length: Seconds };
}

/** A session. */
export interface SessionMade {
  /** Its name. */
  readonly id: string;
  /** When it started. */
  readonly start: EpochMs;
  readonly format: Format;
  readonly sampleRate: number;
  readonly channels: number;
  readonly bitDepth: BitDepth;
  /** Length of a chunk; whole frames of 20 ms. */
  readonly chunk: Seconds;
  /** Parts per million that its sound card is fast. */
  readonly drift?: number;
  readonly runs: readonly RunMade[];
  /** Number of the first sample. */
  readonly first?: number;
  /** Device. */
  readonly device?: string;
  /** Numbers of chunks that retention deleted. */
  readonly deleted?: readonly number[];
  /** Numbers of chunks whose files are missing. */
  readonly lost?: readonly number[];
  /** How much of the last chunk is open, and not in the index. */
  readonly hasOpenChunk?: boolean;
  /** Returns samples from a number on, as interleaved bytes; numbered ones unless given. */
  readonly pcm?: (first: number, samples: number) => Uint8Array<ArrayBuffer>;
  /** Further events, which the log has by their time. */
  readonly notes?: readonly SessionEvent[];
  /** Fields of its last line; `null` for a log without an end. */
  readonly stop?: Partial<SessionStop> | null;
  /** Fields of its first line. */
  readonly begin?: Partial<SessionStart>;
  /** Numbers of chunks that a repair closed. */
  readonly recovered?: readonly number[];
}

/** Samples that were captured one after the other, in a chunk. */
export interface CapturedSpan {
  /** Number of its first sample. */
  readonly number: number;
  /** Its samples. */
  readonly samples: number;
  /** When the first was captured, by the index. */
  readonly start: EpochMs;
  /** Its run. */
  readonly run: number;
  /** Whether its file is there. */
  readonly isThere: boolean;
  /** Number of the chunk. */
  readonly seq: number;
  /** Whether audio was lost before it within its chunk. */
  readonly isAfterHole: boolean;
}

/** A session and what is in it. */
export interface NumberedSession {
  readonly folder: string;
  /** What was captured, without what was captured twice. */
  readonly spans: readonly CapturedSpan[];
}

/** Returns a sample's value: another for each number and channel. */
export function valueOf(number: number, channel: number, bits: number): number {
  let x = Math.imul(number ^ Math.imul(channel + 1, 0x9e3779b1), 0x85ebca6b);
  x ^= x >>> 13;
  x = Math.imul(x, 0xc2b2ae35);
  x ^= x >>> 16;
  // Quiet enough for every encoder; never zero, which is silence.
  const value = x >> (33 - bits);
  return value === 0 ? 1 : value;
}

/** Returns numbered samples as bytes. */
export function numberedPcm(
  first: number,
  samples: number,
  channels: number,
  bits: number,
): Uint8Array<ArrayBuffer> {
  const width = bits / 8;
  const bytes = new Uint8Array(samples * channels * width);
  let at = 0;
  for (let number = first; number < first + samples; number++) {
    for (let channel = 0; channel < channels; channel++) {
      const value = valueOf(number, channel, bits);
      for (let byte = 0; byte < width; byte++) {
        bytes[at++] = value >> (8 * byte);
      }
    }
  }
  return bytes;
}

/** Makes a session below an output folder. */
export async function makeNumberedSession(
  outputDir: string,
  made: SessionMade,
): Promise<NumberedSession> {
  const folder = join(outputDir, made.id);
  Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { sampleRate, start } = made;
  const speed = sampleRate * (1 + (made.drift ?? 0) / 1e6);
  const spans: CapturedSpan[] = [];
  const events: SessionEvent[] = [];
  let seq = 1;
  let next = made.first ?? 1;
  let clock = start;
  for (const [index, run] of made.runs.entries()) {
    const number = index + 1;
    const repeated = Math.round((run.repeats ?? 0) * sampleRate);
    const fresh = Math.round(run.length * sampleRate);
    const begun = start + Math.round(run.at * 1000);
    if (begun > clock) {
      events.push(event("gap", {
        ...{ time: begun, start: clock, end: begun },
        duration: (begun - clock) / 1000,
        cause: "device_gone",
      }));
    }
    if (repeated > 0) {
      events.push(event("warning", {
        ...{ time: begun, code: "audio_overlap" },
        details: {
          run: number,
          overlap: `${((run.repeats ?? 0) - (run.unnoticed ?? 0)).toFixed(3)}s`,
        },
      }));
    }
    const hole = run.hole === undefined ? null : {
      after: Math.round(run.hole.after * sampleRate),
      length: run.hole.length,
    };
    const files = await encodeRun(folder, made, {
      ...{ seq, first: next - repeated, samples: repeated + fresh },
      isFirst: index === 0,
    });
    /** When a number of the run's new samples had been captured. */
    const timeAt = (count: number) =>
      begun + count / speed * 1000 +
      (hole !== null && count > hole.after ? hole.length * 1000 : 0);
    let position = 0;
    let end = begun;
    for (const file of files) {
      const from = end;
      const until = Math.max(0, position + file.samples - repeated);
      end = Math.round(timeAt(until));
      const skipped = Math.max(0, repeated - position);
      const isThere = !(made.deleted ?? []).includes(file.seq) &&
        !(made.lost ?? []).includes(file.seq);
      const add = (
        offset: number,
        samples: number,
        at: EpochMs,
        isAfterHole = false,
      ) => {
        if (samples <= 0) return;
        spans.push({
          number: next + position + offset - repeated,
          ...{ samples, start: at, run: number, isThere, seq: file.seq },
          isAfterHole,
        });
      };
      const begin = Math.max(0, position - repeated);
      const first = Math.min(file.samples, skipped);
      const left = file.samples - first;
      const inside = hole !== null && hole.after >= begin && hole.after < until
        ? hole
        : null;
      if (inside === null) add(first, left, from);
      else {
        const before = inside.after - begin;
        const gapStart = Math.round(timeAt(inside.after));
        events.push(event("gap", {
          ...{ time: gapStart, start: gapStart },
          end: gapStart + inside.length * 1000,
          ...{ duration: inside.length, cause: "audio_lost" },
        }));
        add(first, before, from);
        const after = gapStart + inside.length * 1000;
        add(first + before, left - before, after, true);
      }
      events.push(event("chunk_created", {
        ...{ time: end, file: file.name, seq: file.seq, run: number },
        ...{ start: from, end, samples: file.samples, size: file.size },
        duration: file.samples / sampleRate,
        ...(made.recovered?.includes(file.seq) ? { recovered: true } : {}),
      }));
      position += file.samples;
      seq = file.seq + 1;
    }
    next += fresh;
    clock = end;
  }
  writeFiles(folder, made, events, clock);
  return { folder, spans };
}

interface EncodedRun {
  readonly seq: number;
  readonly first: number;
  readonly samples: number;
  readonly isFirst: boolean;
}

/** Encodes a run as a recording does. */
async function encodeRun(
  folder: string,
  { format, sampleRate, channels, bitDepth, chunk, pcm }: SessionMade,
  { seq, first, samples }: EncodedRun,
) {
  const bits = bitDepth === 32 ? 24 : bitDepth;
  const spec = FORMATS[format];
  const child = new Deno.Command("ffmpeg", {
    cwd: folder,
    args: [
      ...["-v", "error", "-f", `s${bits}le`, "-ar", String(sampleRate)],
      ...["-ac", String(channels), "-i", "pipe:0", "-map", "0:a:0"],
      ...encoderArgs({
        ...{ sampleRate, channels, format, outputArgs: [] },
        ...{ device: { kind: "test" }, inputArgs: [], latency: "low" },
        bitDepth: spec.bitDepths === null ? null : bitDepth,
      }),
      ...["-f", "segment", "-segment_time", String(chunk)],
      ...["-segment_start_number", String(seq)],
      ...["-segment_format", spec.muxer],
      ...["-segment_format_options", spec.muxerOptions, ...spec.segmentArgs],
      `./chunk_%05d.${format}${PART}`,
    ],
    stdin: "piped",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  const finished = child.output();
  const step = sampleRate;
  for (let at = 0; at < samples; at += step) {
    const count = Math.min(step, samples - at);
    await writer.write(
      pcm?.(first + at, count) ??
        numberedPcm(first + at, count, channels, bits),
    );
  }
  await writer.close();
  const { success, stderr } = await finished;
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  const files = [];
  for (let number = seq;; number++) {
    const name = chunkName(number, format);
    const path = join(folder, name);
    try {
      Deno.statSync(`${path}${PART}`);
    } catch {
      return files;
    }
    const done = await finishChunkFile(`${path}${PART}`, format, number > seq);
    if (done === null) {
      Deno.removeSync(`${path}${PART}`);
      return files;
    }
    Deno.renameSync(`${path}${PART}`, path);
    const { samples, size } = done;
    files.push({ name, seq: number, samples, size });
  }
}

function writeFiles(
  folder: string,
  made: SessionMade,
  events: readonly SessionEvent[],
  end: EpochMs,
): void {
  const { id, start, format, sampleRate, channels, bitDepth } = made;
  const { device = "test" } = made;
  const codec = FORMATS[format].codec(bitDepth);
  const whole = [
    event("session_start", {
      ...{ time: start, session_id: id, start, device, format, codec },
      ...{ sample_rate: sampleRate, channels, bit_depth: bitDepth },
      ...made.begin,
    }),
    ...(made.notes === undefined
      ? events
      : [...events, ...made.notes].sort((one, other) => one.time - other.time)),
    ...(made.stop === null ? [] : [event("session_stop", {
      ...{ time: end, wall: (end - start) / 1000 },
      ...made.stop,
    })]),
  ];
  const options = { format: textFormat, utc: true, redact: String };
  Deno.writeTextFileSync(
    join(folder, "session.log"),
    whole.map((one) => `${encodeEvent(one, options)}\n`).join(""),
  );
  const chunks = events.filter((one) => one.event === "chunk_created");
  appendToIndex(folder, chunks);
  const gone = chunks.filter(({ seq }) => made.deleted?.includes(seq));
  Deno.writeTextFileSync(
    join(folder, "chunks.jsonl"),
    gone.map((chunk) =>
      intentLine({ ...chunk, time: end, rule: "max_age", isDone: true })
    ).join(""),
    { append: true },
  );
  for (const { seq, file } of chunks) {
    if (made.deleted?.includes(seq) || made.lost?.includes(seq)) {
      Deno.removeSync(join(folder, file));
    }
  }
  const at = (time: EpochMs) => new Date(time).toISOString();
  Deno.writeTextFileSync(
    join(folder, STATE_FILE),
    JSON.stringify({
      ...{ version: 1, session_id: id, start: at(start), folder, device },
      ...{ state: "ended", log: join(folder, "session.log"), pid: 1, format },
      ...{ sample_rate: sampleRate, channels, run: made.runs.length },
      ...{ chunks: chunks.length, audio: 0, gaps: 0, retries: 0 },
      ...{ reason: "interrupted", coverage: 100, updated: at(end) },
      wall: (end - start) / 1000,
    }),
  );
}
