/**
 * A session of a month, for its page.
 *
 * @module
 */

import { join } from "@std/path";
import { chunkName } from "../../src/audio/chunk_name.ts";
import type { SessionEvent } from "../../src/events.ts";
import { encodeEvent } from "../../src/log/format/event_fields.ts";
import { textFormat } from "../../src/log/format/line.ts";
import { LevelCache } from "../../src/report/levels/cache.ts";
import { appendToIndex } from "../../src/sessions/chunks/index_writer.ts";
import { STATE_FILE } from "../../src/sessions/state_file.ts";
import { event } from "./events.ts";
import { BEGIN } from "./export_session.ts";
import { RATE } from "./page_sessions.ts";

/** Chunks of 30 days. */
const CHUNKS = 8_640;
/** Gaps of 30 days. */
const GAPS = 200;
/** Seconds of a chunk. */
const CHUNK = 300;
/** Windows of the levels of a chunk; the samples of one. */
const WINDOW = RATE;

/**
 * Makes a session of 30 days with 8,640 chunks and 200 gaps of ten seconds. Its
 * chunks hold nothing, but their levels are known.
 */
export function madeMonth(home: string): string {
  const id = "20250922T100000Z";
  const folder = join(home, "recordings", id);
  Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
  // One file with many names: to write thousands would take seconds.
  const content = join(home, "chunk");
  Deno.writeTextFileSync(content, "x", { mode: 0o600 });
  const chunks: SessionEvent[] = [];
  const events: SessionEvent[] = [];
  let time = BEGIN;
  let run = 1;
  const each = Math.floor(CHUNKS / GAPS);
  for (let seq = 1; seq <= CHUNKS; seq++) {
    if (seq % each === 0 && run <= GAPS) {
      const end = time + 10_000;
      events.push(
        event("ffmpeg_stderr", {
          ...{ time, run, severity: "error", level: "ERROR" },
          line: "loop.monitor: Generic error in an external library",
        }),
        event("ffmpeg_stopped", { time, run }),
        event("recovery", { time, attempt: 1, cause: "device_gone" }),
        event("ffmpeg_command", {
          ...{ time, run: run + 1 },
          command: `ffmpeg -f pulse -i loop.monitor ${
            "-option value ".repeat(30)
          }`,
        }),
        event("ffmpeg_started", { time: end, run: ++run }),
        event("gap", { time: end, start: time, end, duration: 10 }),
      );
      time = end;
    }
    const end = time + CHUNK * 1000;
    const file = chunkName(seq, "flac");
    const chunk = event("chunk_created", {
      ...{ time: end, file, seq, run, start: time, end, duration: CHUNK },
      ...{ samples: CHUNK * RATE, size: 34_567_890, peak_dbfs: -12.3 },
    });
    chunks.push(chunk);
    events.push(chunk);
    Deno.linkSync(content, join(folder, file));
    time = end;
  }
  const wall = (time - BEGIN) / 1000;
  const gap_total = GAPS * 10;
  const audio = CHUNKS * CHUNK;
  const coverage = Math.floor(audio / (audio + gap_total) * 10_000) / 100;
  const whole = [
    event("session_start", { session_id: id, device: "pulse:loop.monitor" }),
    ...events,
    event("session_stop", {
      ...{ time, wall, chunks: CHUNKS, audio, gaps: GAPS, gap_total, coverage },
      ...{ retries: GAPS, errors: GAPS },
    }),
  ];
  const options = { format: textFormat, utc: true, redact: String };
  Deno.writeTextFileSync(
    join(folder, "session.log"),
    whole.map((one) => `${encodeEvent(one, options)}\n`).join(""),
  );
  appendToIndex(
    folder,
    chunks.filter((one) => one.event === "chunk_created"),
  );
  keepLevels(folder);
  Deno.writeTextFileSync(
    join(folder, STATE_FILE),
    JSON.stringify({
      ...{ version: 1, session_id: id, folder, device: "pulse:loop.monitor" },
      start: new Date(BEGIN).toISOString(),
      ...{ state: "ended", log: join(folder, "session.log"), pid: 1 },
      ...{ sample_rate: RATE, channels: 2, run, format: "flac", wall, audio },
      ...{ chunks: CHUNKS, gaps: GAPS, retries: GAPS, reason: "interrupted" },
      ...{ coverage, updated: new Date(time).toISOString() },
    }),
  );
  return folder;
}

/** Writes levels that differ from second to second, so that they take room. */
function keepLevels(folder: string): void {
  using cache = new LevelCache(folder);
  let random = 1;
  const next = () => random = Math.imul(random, 1_664_525) + 1_013_904_223;
  for (let seq = 1; seq <= CHUNKS; seq++) {
    const file = chunkName(seq, "flac");
    const { size, mtime } = Deno.lstatSync(join(folder, file));
    const codes = (level: number) =>
      Uint16Array.from(
        { length: CHUNK * RATE / WINDOW },
        () => (300 + level) * 100 + (next() >>> 22),
      );
    cache.put(
      {
        ...{ file, size, changed: mtime?.getTime() ?? 0 },
        samples: CHUNK * RATE,
      },
      {
        window: WINDOW,
        peaks: codes(-20),
        means: codes(-35),
        lows: codes(-45),
        marks: [],
      },
    );
  }
}
