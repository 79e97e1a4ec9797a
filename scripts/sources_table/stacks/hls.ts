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
import type { Arrival } from "../analysis/truth.ts";
import { channelOf } from "../observer.ts";
import { end, Processes, soundInput } from "./processes.ts";
import { type Opening, pause, type Stack } from "./stack.ts";

/**
 * When a client got each segment last, in seconds since 1970: before a
 * recording, echolog looks at the stream.
 */
type Served = Map<string, number>;

/** Seconds between two batches of segments, at least. */
const BATCH = 2.5;

/** Opens a playlist; with a fault, its writer is away for some seconds. */
export async function openHls(
  { signal, epoch }: Opening,
  segment: number,
  away?: number,
): Promise<Stack> {
  const folder = tempFolder();
  const programs = new Processes();
  const served: Served = new Map();
  const sealed = new Set<string>();
  const write = () =>
    programs.feed(signal, epoch, "ffmpeg", [
      ...soundInput(signal),
      ...["-c:a", "aac", "-b:a", "128k", "-f", "hls"],
      ...["-hls_time", String(segment), "-hls_list_size", "5"],
      ...["-hls_flags", "omit_endlist+append_list+temp_file"],
      join(folder.path, "live.m3u8"),
    ]);
  let writer = write();
  const server = serveFolder(folder.path, (path) => {
    if (!sealed.has(path)) served.set(path, Date.now() / 1000);
  });
  // A client begins three segments before the end.
  await waitFor("the first segment", () => {
    return exists(join(folder.path, "live.m3u8")) ? true : null;
  });
  return {
    device: `http://127.0.0.1:${server.addr.port}/live.m3u8`,
    env: {},
    reader: null,
    arrivals: () => arrivalsOf(served, signal, epoch),
    ...(away === undefined ? {} : {
      fault: async ({ restarted }) => {
        await end(writer);
        // A client that begins again gets these again.
        for (const path of served.keys()) sealed.add(path);
        restarted();
        await pause(away);
        writer = write();
      },
    }),
    async [Symbol.asyncDispose]() {
      await programs[Symbol.asyncDispose]();
      await server.shutdown();
      folder[Symbol.dispose]();
    },
  };

  /** Where the samples of all served segments are from, at the time of each segment. */
  async function arrivalsOf(
    segments: Served,
    sound: Opening["signal"],
    begun: number,
  ): Promise<Arrival[]> {
    const arrivals: Arrival[] = [];
    for (const [path, at] of lastOfBatches(segments)) {
      const { stdout } = await new Deno.Command("ffmpeg", {
        args: ["-v", "error", "-i", path, "-f", "s16le", "pipe:1"],
      }).output();
      const samples = new Int16Array(stdout.buffer, 0, stdout.length >> 1);
      const channel = channelOf(samples, sound.channels - 1, sound.channels);
      const written = (Deno.statSync(path).mtime?.getTime() ?? 0) - begun;
      const length = channel.length / sound.rate;
      const marks = marksIn(
        channel,
        sound,
        (position) => written / 1000 - length + position,
      );
      const last = marks.at(-1);
      if (last === undefined) continue;
      const end = length - await heldBack(path);
      arrivals.push({ source: last.source + end - last.position, at });
    }
    return arrivals;
  }
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
function lastOfBatches(segments: Served): [string, number][] {
  const all = [...segments].sort(([, one], [, other]) => one - other);
  return all.filter(([, at], index) => {
    const next = all[index + 1]?.[1] ?? Infinity;
    return next - at > BATCH;
  });
}

function serveFolder(folder: string, onServed: (path: string) => void) {
  return Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen: () => {},
  }, async (request) => {
    const path = join(folder, new URL(request.url).pathname);
    try {
      const bytes = await Deno.readFile(path);
      if (path.endsWith(".ts")) onServed(path);
      return new Response(bytes);
    } catch {
      return new Response(null, { status: 404 });
    }
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
