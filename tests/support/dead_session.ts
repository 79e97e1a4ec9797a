/**
 * Sessions without an end.
 *
 * @module
 */

import { assert } from "@std/assert";
import { join } from "@std/path";
import { chunkName } from "../../src/audio/chunk_name.ts";
import type { ChunkCreated, Gap, SessionEvent } from "../../src/events.ts";
import { decodeEvent } from "../../src/log/format/event_fields.ts";
import type { LogLevel } from "../../src/log/format/levels.ts";
import { decodeLine } from "../../src/log/format/line.ts";
import { openSessionLog } from "../../src/log/write/session_log.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { repairSession } from "../../src/repair/repair_session.ts";
import { LOG_FILE } from "../../src/sessions/folder.ts";
import { StateWriter } from "../../src/sessions/state_writer.ts";
import { event, START } from "./events.ts";
import { withTotals } from "./totals.ts";

export { START };

/** Writes the log of a session without an end. */
export function unfinished(
  folder: string,
  events: readonly SessionEvent[] = [],
  level: LogLevel = "info",
): void {
  Deno.mkdirSync(folder, { recursive: true });
  writeLog(folder, [sessionStart(folder, level), ...events], level);
}

/** Writes what is left of a log whose first parts were rotated away, and the state that follows from `past`. */
export function rotatedAway(
  folder: string,
  events: readonly SessionEvent[],
  past: readonly SessionEvent[] | null,
  level: LogLevel = "info",
): void {
  Deno.mkdirSync(folder, { recursive: true });
  const head = event("log_rotated", { session_id: "s", part: 3 });
  writeLog(folder, [head, ...events], level);
  if (past === null) return;
  const store = withTotals((totals) =>
    new StateWriter({
      folder,
      log: join(folder, LOG_FILE),
      totals,
      redact: (text) => text,
      onError: (error) => assert(false, String(error)),
    })
  );
  store.emit(sessionStart(folder, level));
  for (const event of past) store.emit(event);
}

/** The line of a chunk of ten seconds that began so many seconds after the session. */
export function created(
  seq: number,
  start: number,
  recovered?: true,
): SessionEvent {
  return event("chunk_created", {
    time: START + start * 1000 + 10_000,
    file: chunkName(seq, "flac"),
    seq,
    start: START + start * 1000,
    end: START + start * 1000 + 10_000,
    size: 100,
    peak_dbfs: null,
    ...(recovered ? { recovered } : {}),
  });
}

function writeLog(
  folder: string,
  events: readonly SessionEvent[],
  level: LogLevel,
): void {
  using log = openSessionLog({
    path: join(folder, LOG_FILE),
    sessionId: "s",
    start: START,
    level,
  });
  for (const event of events) log.emit(event);
}

function sessionStart(folder: string, level: LogLevel): SessionEvent {
  return event("session_start", {
    session_id: "s",
    channels: 1,
    segment_duration: 10,
    output_dir: folder,
    log_level: level,
  });
}

/** A line that tells where a run begins. */
export function command(run: number, firstChunk: number): SessionEvent {
  const text = `ffmpeg -segment_start_number ${firstChunk} x`;
  return event("ffmpeg_command", { run, command: text });
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
    onError: (line) => assert(false, line),
  });
  return readBack(folder);
}

/** Where the recovered chunks and the gaps are, in seconds from the start, and the last line. */
export function readBack(folder: string) {
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
