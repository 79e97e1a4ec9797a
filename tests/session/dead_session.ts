/**
 * Sessions that nobody finished.
 *
 * @module
 */

import { assert } from "@std/assert";
import { join } from "@std/path";
import type { ChunkCreated, Gap, SessionEvent } from "../../src/events.ts";
import { chunkName } from "../../src/ffmpeg/args.ts";
import { decodeEvent } from "../../src/log/codec.ts";
import { decodeLine } from "../../src/log/logfmt.ts";
import { type LogLevel, openSessionLog } from "../../src/log/session_log.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { repairSession } from "../../src/session/repair.ts";

/** When the sessions started. */
export const START = Date.UTC(2026, 0, 1, 10);

/** Writes the log of a session that nobody finished. */
export function unfinished(
  folder: string,
  events: readonly SessionEvent[] = [],
  level: LogLevel = "info",
): void {
  Deno.mkdirSync(folder, { recursive: true });
  using log = openSessionLog({
    path: join(folder, "session.log"),
    sessionId: "s",
    start: START,
    level,
  });
  log.emit({
    event: "session_start",
    time: START,
    session_id: "s",
    start: START,
    device: "test",
    sample_rate: 48_000,
    channels: 1,
    codec: "flac",
    format: "flac",
    segment_duration: 10,
    output_dir: folder,
    config: null,
    overrides: "",
    log_level: level,
    log_rotation: "size",
    log_max_bytes: 5_242_880,
    log_backup_count: 3,
    echolog: "1",
    ffmpeg: "6",
    os: "linux",
    pid: 1,
  });
  for (const event of events) log.emit(event);
}

/** A line that tells where a run begins. */
export function command(run: number, firstChunk: number): SessionEvent {
  const text = `ffmpeg -segment_start_number ${firstChunk} x`;
  return { event: "ffmpeg_command", time: START, run, command: text };
}

/** Ten seconds of audio in a file that was written when the session was so many seconds old. */
export async function chunk(folder: string, seq: number, written: number) {
  const path = join(folder, chunkName(seq, "flac"));
  const { success } = await new Deno.Command("ffmpeg", {
    args: ["-v", "error", "-f", "lavfi"]
      .concat(["-i", "sine=440:r=48000:d=10", path]),
  }).output();
  assert(success);
  Deno.utimeSync(path, START / 1000 + written, START / 1000 + written);
}

/** Repairs a session, and tells what its log says then. */
export async function repaired(folder: string) {
  await repairSession({
    folder,
    reason: "crashed",
    redact: (text) => text,
    clock: systemClock,
    onTrouble: (line) => assert(false, line),
  });
  return told(folder);
}

/** Where the recovered chunks and the gaps are, in seconds from the start, and the last line. */
export function told(folder: string) {
  const events = Deno.readTextFileSync(join(folder, "session.log"))
    .trimEnd().split("\n").map((text) => {
      const line = decodeLine(text);
      return line === null ? null : decodeEvent(line);
    });
  const chunks = events.filter((event) => event?.event === "chunk_created")
    .map(({ seq, start, end }: ChunkCreated) => [
      seq,
      Math.round((start - START) / 1000),
      Math.round((end - START) / 1000),
    ]);
  const gaps = events.filter((event) => event?.event === "gap")
    .map(({ cause, start, end }: Gap) => [
      cause,
      Math.round((start - START) / 1000),
      Math.round((end - START) / 1000),
    ]);
  const stop = events.at(-1);
  assert(stop?.event === "session_stop");
  return { chunks, gaps, stop };
}
