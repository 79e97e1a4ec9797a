/**
 * A session of flac that benchmarks read.
 *
 * @module
 */

import { join } from "@std/path";
import { finishChunkFile } from "../../src/audio/chunk_file.ts";
import { chunkName } from "../../src/audio/chunk_name.ts";
import type { EpochMs } from "../../src/events.ts";
import { encodeEvent } from "../../src/log/format/event_fields.ts";
import { textFormat } from "../../src/log/format/line.ts";
import { appendToIndex } from "../../src/sessions/chunks/index_writer.ts";
import { STATE_FILE } from "../../src/sessions/state_file.ts";
import { event } from "../../tests/support/events.ts";

/** Seconds of a chunk. */
export const CHUNK = 300;

/** A session that is measured. */
export interface FlacSession {
  readonly id: string;
  readonly start: EpochMs;
  /** Number of its chunks. */
  readonly chunks: number;
  /** Number of chunks before those that have audio. */
  readonly firstReal: number;
  /** Number of chunks that have audio. */
  readonly real: number;
}

/** Makes a session of which some chunks have audio, and returns its folder. */
export async function makeFlacSession(
  outputDir: string,
  { id, start, chunks: count, firstReal, real }: FlacSession,
): Promise<string> {
  const folder = join(outputDir, id);
  Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { code, stderr } = await new Deno.Command("ffmpeg", {
    cwd: folder,
    args: [
      ...["-v", "error", "-f", "lavfi", "-i"],
      `anoisesrc=r=48000:a=0.1:color=pink:d=${real * CHUNK}`,
      ...["-ac", "2", "-c:a", "flac", "-sample_fmt", "s16"],
      ...["-frame_size", "4800", "-f", "segment", "-segment_time"],
      ...[String(CHUNK), "-segment_start_number", String(firstReal + 1)],
      ...["-segment_format", "flac", "chunk_%05d.flac"],
    ],
  }).output();
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
  const chunks = [];
  for (let index = 0; index < count; index++) {
    const file = chunkName(index + 1, "flac");
    const path = join(folder, file);
    const isReal = index >= firstReal && index < firstReal + real;
    if (isReal) await finishChunkFile(path, "flac", index > firstReal);
    else Deno.writeTextFileSync(path, "");
    const begin = start + index * CHUNK * 1000;
    chunks.push(event("chunk_created", {
      ...{ file, seq: index + 1, run: 1, samples: CHUNK * 48_000 },
      ...{ time: begin + CHUNK * 1000, start: begin },
      ...{ end: begin + CHUNK * 1000, duration: CHUNK, size: 1 },
    }));
  }
  appendToIndex(folder, chunks);
  const end = start + count * CHUNK * 1000;
  const options = { format: textFormat, utc: true, redact: String };
  const log = [
    event("session_start", {
      time: start,
      start,
      session_id: id,
    }),
    ...chunks,
    event("session_stop", { time: end, wall: (end - start) / 1000 }),
  ];
  Deno.writeTextFileSync(
    join(folder, "session.log"),
    log.map((one) => `${encodeEvent(one, options)}\n`).join(""),
  );
  const at = (time: number) => new Date(time).toISOString();
  Deno.writeTextFileSync(
    join(folder, STATE_FILE),
    JSON.stringify({
      ...{ version: 1, session_id: id, start: at(start) },
      ...{ folder, state: "ended", log: join(folder, "session.log"), pid: 1 },
      ...{ device: "test", format: "flac", sample_rate: 48_000, channels: 2 },
      ...{ run: 1, chunks: count, audio: 0, gaps: 0, retries: 0 },
      ...{ reason: "interrupted", coverage: 100, updated: at(end) },
      wall: (end - start) / 1000,
    }),
  );
  return folder;
}
