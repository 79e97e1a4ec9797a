/**
 * A live HLS playlist, written by ffmpeg.
 *
 * @module
 */

import { join } from "@std/path";
import { runProgram } from "../../../tests/support/program.ts";
import { tempFolder } from "../../../tests/support/temp.ts";
import { waitFor } from "../../../tests/support/wait.ts";
import { marksIn } from "../analysis/marks.ts";
import type { Signal } from "../analysis/signal.ts";
import type { Arrival } from "../analysis/truth.ts";
import { channelOf } from "../observer.ts";
import { end, NotRun, Processes, soundInput } from "./processes.ts";
import {
  type Served,
  serveWithDeno,
  serveWithNginx,
} from "./segment_server.ts";
import { type Opening, pause, type Stack } from "./stack.ts";

/** Seconds between two batches of segments, at least, unless they are shorter. */
const BATCH = 2.5;

/** How to open a playlist. */
export interface HlsOptions {
  /** Seconds for which its writer is away; otherwise it has no fault. */
  readonly away?: number;
  /** The web server; otherwise one of Deno. */
  readonly server?: "nginx";
}

/** Opens a playlist with segments of some seconds. */
export async function openHls(
  { signal, epoch }: Opening,
  segment: number,
  { away, server: kind }: HlsOptions = {},
): Promise<Stack> {
  await using opened = new AsyncDisposableStack();
  const folder = opened.use(tempFolder());
  const server = opened.use(
    kind === "nginx"
      ? await serveWithNginx(folder.path)
      : serveWithDeno(folder.path),
  );
  const programs = opened.use(new Processes());
  const write = () =>
    programs.feed(signal, epoch, "ffmpeg", [
      ...soundInput(signal),
      ...["-c:a", "aac", "-b:a", "128k", "-f", "hls"],
      ...["-hls_time", String(segment), "-hls_list_size", "5"],
      ...["-hls_flags", "omit_endlist+append_list+temp_file"],
      join(folder.path, "live.m3u8"),
    ]);
  let writer = write();
  let before: Served = new Map();
  // A client begins three segments before the end.
  const first = await waitFor("the first segment", () => {
    return exists(join(folder.path, "live.m3u8"))
      ? join(folder.path, "live0.ts")
      : null;
  });
  if ((await marksOf(first, signal, epoch)).length === 0) {
    throw new NotRun("the first segment has no sound");
  }
  const running = opened.move();
  return {
    device: `${server.origin}/live.m3u8`,
    env: {},
    reader: null,
    arrivals: () => {
      const served = new Map([...server.served(), ...before]);
      return arrivalsOf(served, segment, signal, epoch);
    },
    ...(away === undefined ? {} : {
      fault: async ({ restarted }) => {
        await end(writer);
        // A client that begins again gets these again.
        before = new Map(server.served());
        restarted();
        await pause(away);
        writer = write();
      },
    }),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Where the samples of all served segments are from, at the time of each segment. */
async function arrivalsOf(
  segments: Served,
  segment: number,
  signal: Signal,
  epoch: number,
): Promise<Arrival[]> {
  const arrivals: Arrival[] = [];
  for (const [path, at] of lastOfBatches(segments, segment)) {
    const last = (await marksOf(path, signal, epoch)).at(-1);
    if (last === undefined) continue;
    const left = last.toEnd - await heldBack(path);
    arrivals.push({ source: last.source + left, at });
  }
  return arrivals;
}

/** Returns the marks of a segment, and how far each is from its end, in seconds. */
async function marksOf(
  path: string,
  signal: Signal,
  epoch: number,
): Promise<{ readonly source: number; readonly toEnd: number }[]> {
  const { stdout } = await new Deno.Command("ffmpeg", {
    args: ["-v", "error", "-i", path, "-f", "s16le", "pipe:1"],
  }).output();
  const samples = new Int16Array(stdout.buffer, 0, stdout.length >> 1);
  const channel = channelOf(samples, signal.channels - 1, signal.channels);
  const written = (Deno.statSync(path).mtime?.getTime() ?? 0) - epoch;
  const length = channel.length / signal.rate;
  const marks = marksIn(
    channel,
    signal,
    (position) => written / 1000 - length + position,
  );
  return marks.map(({ position, source }) => ({
    source,
    toEnd: length - position,
  }));
}

/**
 * Returns the seconds at the end of a segment that ffmpeg only gives out when
 * the next one comes: MPEG-TS does not say how long a packet is.
 */
async function heldBack(path: string): Promise<number> {
  const { stdout } = await runProgram("ffprobe", [
    ...["-v", "error", "-show_entries", "packet=pts_time,duration_time,pos"],
    ...["-of", "csv=p=0", path],
  ]);
  const packets = stdout.split("\n").filter((line) => /^\d/.test(line))
    .map((line) => line.split(","));
  const last = packets.at(-1);
  const first = packets.findLast(([, , pos]) => /^\d+$/.test(pos ?? ""));
  if (last === undefined || first === undefined) return 0;
  return Number(last[0]) + Number(last[1]) - Number(first[0]);
}

/** Segments that were served at once are old, except the last one. */
function lastOfBatches(
  segments: Served,
  segment: number,
): [string, number][] {
  const all = [...segments].sort(([, one], [, other]) => one - other);
  return all.filter(([, at], index) => {
    const next = all[index + 1]?.[1] ?? Infinity;
    return next - at > Math.min(BATCH, segment / 2);
  });
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
