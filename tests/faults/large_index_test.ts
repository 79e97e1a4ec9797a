/**
 * The largest index that is read: no reader takes more than its share of
 * memory.
 *
 * @module
 */

import { assert } from "@std/assert";
import { join } from "@std/path";
import {
  deletedLine,
  INDEX_FILE,
  indexLine,
  intentLine,
  MAX_CHUNKS,
  MAX_ENTRIES,
} from "../../src/sessions/chunks/chunk_index.ts";
import { startEcholog } from "../support/echolog.ts";
import { event } from "../support/events.ts";
import { peakMemory } from "../support/peak_memory.ts";
import { tempFolder } from "../support/temp.ts";

/** Most memory that a reader may take, in bytes. */
const LIMIT = 300_000_000;
/** Milliseconds from one chunk to the next. */
const STEP = 300_000;

/** Chunks that retention has left of the longest session. */
const KEPT = 2 * MAX_CHUNKS - MAX_ENTRIES;

/** The lines of a deleted chunk of a session that started then. */
function linesOfDeletion(seq: number, start: number): string[] {
  const deletion = {
    file: `chunk_${String(seq).padStart(5, "0")}.flac`,
    seq,
    start: start + (seq - 1) * STEP,
    end: start + seq * STEP,
    duration: 300.000021,
    size: 29_000_000 + seq,
    rule: "max_age",
    time: start + (seq + KEPT) * STEP,
    isDone: true,
  } as const;
  return [intentLine(deletion), deletedLine(deletion, deletion.time)];
}

/** Makes a session with as many chunks in its index as are read, and a log without them. */
function makeSession(folder: string): void {
  Deno.mkdirSync(folder, { mode: 0o700 });
  const start = Date.UTC(2023, 0, 1);
  Deno.writeTextFileSync(
    join(folder, "session.log"),
    `2023-01-01T00:00:00Z INFO echolog.session: session_start session_id=x start=2023-01-01T00:00:00.000Z device=test sample_rate=48000 channels=2 format=flac segment_duration=300.000s output_dir=/x config=null overrides="" log_level=warning log_rotation=size log_max_bytes=5242880 log_backup_count=3 echolog=0.1.0 ffmpeg=5 os=linux pid=1\n`,
  );
  using file = Deno.openSync(join(folder, INDEX_FILE), {
    ...{ write: true, createNew: true, mode: 0o600 },
  });
  let lines: string[] = [];
  for (let seq = 1; seq <= MAX_CHUNKS; seq++) {
    const chunk = event("chunk_created", {
      file: `chunk_${String(seq).padStart(5, "0")}.flac`,
      seq,
      start: start + (seq - 1) * STEP,
      end: start + seq * STEP,
      samples: 14_400_000,
      duration: 300.000021,
      size: 29_000_000 + seq,
      peak_dbfs: -18.2,
    });
    lines.push(indexLine(chunk));
    const old = seq - KEPT;
    if (old > 0) lines.push(...linesOfDeletion(old, start));
    if (lines.length < 10_000 && seq < MAX_CHUNKS) continue;
    file.writeSync(new TextEncoder().encode(lines.join("")));
    lines = [];
  }
}

Deno.test("the longest session that is read: every reader takes less than 300 MB", async () => {
  if (Deno.build.os !== "linux") {
    return console.log(
      "not run: only Linux shows the most memory of a process",
    );
  }
  using home = tempFolder();
  const recordings = join(home.path, "recordings");
  const folder = join(recordings, "long");
  Deno.mkdirSync(recordings);
  makeSession(folder);
  for (
    const argv of [
      ...[["sessions", "--json"], ["explain", folder], ["status", "--json"]],
      ...[["verify", folder], ["logs", folder], ["repair", folder, "--force"]],
    ]
  ) {
    await using running = startEcholog(argv, { home: home.path });
    const [peak, { code, stderr }] = await Promise.all([
      peakMemory(running.pid),
      running.finished,
    ]);
    assert(code <= 3, stderr);
    assert(peak > 0 && peak < LIMIT, `${argv[0]}: ${peak / 1e6} MB`);
    console.log(`${argv[0]}: ${Math.round(peak / 1e6)} MB`);
  }
});
