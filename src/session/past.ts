/**
 * What the log of a session says that nobody finished.
 *
 * @module
 */

import type { ChunkCreated, SessionStart, SessionStop } from "../events.ts";
import { decodeEvent } from "../log/codec.ts";
import { readLog } from "../log/reader.ts";
import { Ledger } from "./ledger.ts";

/** What a log says of its session. */
export interface Past {
  /** Its first line, or `null` when that is lost. */
  readonly start: SessionStart | null;
  /** Its last line, or `null` when that is not there. */
  readonly stop: SessionStop | null;
  /** Its chunks by number. */
  readonly chunks: ReadonlyMap<number, ChunkCreated>;
  /** Its sums. */
  readonly ledger: Ledger;
  /** Lines at WARNING. */
  readonly warnings: number;
  /** Lines at ERROR. */
  readonly errors: number;
  /** Whether it has its last line. */
  readonly isComplete: boolean;
  /** Number of its last ffmpeg; 0 when the log does not tell of any. */
  readonly run: number;
  /** Number of the first chunk of that, or of the first that is known to be. */
  readonly firstOfRun: number;
  /** Why audio ended that has not come back by what the log says, or `null`. */
  readonly silence: string | null;
  /** Whether it is kept as JSON. */
  readonly isJson: boolean;
}

/** Reads the log at `path`; one that is not there says nothing. */
export async function readPast(path: string): Promise<Past> {
  const chunks = new Map<number, ChunkCreated>();
  const ledger = new Ledger();
  let start: SessionStart | null = null;
  let stop: SessionStop | null = null;
  let silence: string | null = null;
  let [warnings, errors, run, firstOfRun] = [0, 0, 0, 1];
  let [isComplete, isJson] = [false, false];
  for await (const { entry, text } of existing(path)) {
    if (entry === null) continue;
    isJson = text.startsWith("{");
    if (entry.level === "WARNING") warnings++;
    if (entry.level === "ERROR") errors++;
    const event = decodeEvent(entry);
    if (event === null) continue;
    ledger.record(event);
    isComplete = event.event === "session_stop" ||
      isComplete && entry.logger === "echolog.log";
    if (event.event === "recovery") silence ??= event.cause;
    if (event.event === "gap") silence = null;
    if (event.event === "session_start") start = event;
    if (event.event === "session_stop") stop = event;
    if (event.event === "chunk_created") {
      chunks.set(event.seq, event);
      if (event.run > run) [run, firstOfRun] = [event.run, event.seq];
    }
    if (event.event === "ffmpeg_command") {
      run = event.run;
      const number = / -segment_start_number (\d+) /.exec(event.command);
      firstOfRun = Number(number?.[1] ?? 1);
    }
  }
  return {
    start,
    stop,
    chunks,
    ledger,
    warnings,
    errors,
    isComplete,
    run,
    firstOfRun,
    silence,
    isJson,
  };
}

async function* existing(path: string) {
  try {
    yield* readLog(path);
  } catch (error) {
    // A session whose log was deleted has nothing to be completed.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
