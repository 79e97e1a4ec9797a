/**
 * Sessions of which pages are made: one for each kind of thing that happens.
 *
 * @module
 */

import { join } from "@std/path";
import type { SessionEvent } from "../../src/events.ts";
import { event } from "./events.ts";
import { BEGIN, session } from "./export_session.ts";
import type { SessionMade } from "./numbered_session.ts";

/** The time zone of recordings and pages. */
export const BERLIN = { TZ: "Europe/Berlin" };

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
