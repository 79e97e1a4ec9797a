/**
 * Sessions of which pages are made: one for each kind of thing that happens.
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
import { BEGIN, session } from "./export_session.ts";
import type { SessionMade } from "./numbered_session.ts";

/** Samples per second of their audio. */
export const RATE = 48_000;

/** Returns the bytes of stereo sound whose left and right samples are given. */
export function stereo(
  sampleAt: (number: number) => number,
): (first: number, samples: number) => Uint8Array<ArrayBuffer> {
  return (first, samples) => {
    const values = new Int16Array(2 * samples);
    for (let at = 0; at < samples; at++) {
      const value = Math.round(32_767 * sampleAt(first + at));
      values[2 * at] = value;
      values[2 * at + 1] = value;
    }
    return new Uint8Array(values.buffer);
  };
}

/** A quiet tone that swells and fades, over some noise. */
const SOUND = stereo((number) => {
  const swell = 0.02 + 0.2 * Math.sin(number / RATE / 2) ** 2;
  const noise = ((Math.imul(number, 0x9e3779b1) >>> 8) / 2 ** 24 - 0.5) / 500;
  return swell * Math.sin(number * 2 * Math.PI * 440 / RATE) + noise;
});

/** Seconds after the beginning. */
const at = (seconds: number) => BEGIN + seconds * 1000;

/** What ffmpeg and the recorder log when a device disappears, and comes back. */
const OUTAGE: readonly SessionEvent[] = [
  event("ffmpeg_command", {
    ...{ time: at(0), run: 1 },
    command: "ffmpeg -f pulse -i loop.monitor ./chunk_%05d.flac.part",
  }),
  event("ffmpeg_started", { time: at(0.1), run: 1 }),
  event("ffmpeg_stderr", {
    ...{ time: at(5.1), run: 1, severity: "error", level: "ERROR" },
    line: "loop.monitor: Generic error in an external library",
  }),
  event("ffmpeg_stopped", { time: at(5.2), run: 1 }),
  event("recovery", { time: at(5.3), attempt: 1, cause: "device_gone" }),
  event("ffmpeg_command", {
    ...{ time: at(5.4), run: 2 },
    command: "ffmpeg -f pulse -i loop.monitor ./chunk_%05d.flac.part",
  }),
  event("ffmpeg_started", { time: at(6.9), run: 2 }),
];

/** The totals of 10 s of audio with a gap of 2 s. */
const WITH_GAP = {
  ...{ chunks: 6, audio: 10, wall: 12, coverage: 83.33, gaps: 1, gap_total: 2 },
};

/** The sessions that are made from samples. */
export const MADE: Readonly<Record<string, Partial<SessionMade>>> = {
  healthy: {
    runs: [{ at: 0, length: 12 }],
    chunk: 4,
    stop: { chunks: 3, audio: 12, wall: 12, reason: "duration_reached" },
  },
  killed: {
    runs: [{ at: 0, length: 9 }],
    chunk: 4,
    recovered: [3],
    stop: { chunks: 3, audio: 9, wall: 9, reason: "crashed", exit_code: 1 },
  },
  unplugged: { notes: OUTAGE, device: "pulse:loop.monitor", stop: WITH_GAP },
  "full disk": {
    notes: [
      event("warning", {
        ...{ time: at(2), code: "disk_low" },
        message: "The disk has 150 MB left, enough for 0.4 hours",
      }),
      event("error", {
        ...{ time: at(5), code: "disk_full" },
        message: "The disk is full; waiting for room",
      }),
      event("warning", {
        ...{ time: at(8), code: "clipping" },
        message: "The level reached full scale",
      }),
    ],
    stop: WITH_GAP,
  },
  "deleted chunks": {
    runs: [{ at: 0, length: 12 }],
    deleted: [1, 2],
    lost: [4],
    stop: { chunks: 6, audio: 12, wall: 12 },
  },
};

/** Makes one of them below `home`, and returns its folder. */
export async function madeSession(home: string, kind: string): Promise<string> {
  const made = MADE[kind];
  if (made === undefined) throw new Error(`There is no session ${kind}`);
  const { folder } = await session(home, {
    ...{ pcm: SOUND, begin: { timezone: "Europe/Berlin" } },
    ...made,
  });
  if (kind === "full disk") {
    // The cause of the gap.
    const path = join(folder, "session.log");
    const text = Deno.readTextFileSync(path);
    Deno.writeTextFileSync(
      path,
      text.replaceAll("cause=device_gone", "cause=disk_full"),
    );
  }
  return folder;
}

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
