/**
 * The programs that `scripts/bench peers` compares: echolog, and shell loops
 * around the recorders that people run unattended.
 *
 * A loop has no `sleep` in it: one of a second, which is often advised, would
 * add up to a second to each loss.
 *
 * @module
 */

import { costOf } from "./process_cost.ts";
import { join } from "@std/path";
import {
  passesFlacTest,
  probeDuration,
} from "../../tests/support/sound_server.ts";

/** Length of a file in seconds, for all of them. */
const SEGMENT = 5;

/** Where a program records to, and what it finds around it. */
export interface Place {
  /** Its home folder. */
  readonly home: string;
  /** The folder for its files. */
  readonly output: string;
  /** Variables that lead to the sound server. */
  readonly env: Readonly<Record<string, string>>;
}

/** A way to record unattended. */
export interface Peer {
  /** Its name in the table. */
  readonly name: string;
  /** What is run, and who advises it. */
  readonly form: string;
  /** The shell script that records until it is ended. */
  readonly script: string;
}

/** Name of echolog that records at low latency. */
export const LOW = "low";

/** The forms in which each program is commonly advised. */
export function peersWith(binary: string): Peer[] {
  const echolog = (more: string) =>
    `exec '${binary}' record --device pulse:loop.monitor --segment-duration ${SEGMENT}s --output-dir "$OUTPUT"${more}`;
  const low = '[recording]\nlatency = "low"\n';
  return [
    { name: "echolog", form: "echolog record", script: echolog("") },
    {
      name: LOW,
      form: 'echolog record, recording.latency = "low"',
      script: `printf '${low}' >"$HOME/low.conf"; ${
        echolog(' --config "$HOME/low.conf"')
      }`,
    },
    {
      name: "ffmpeg",
      // The segment muxer's own manual has the options; flush_packets is what
      // careful people add: without it a kill costs the whole buffer.
      form:
        "while :; do ffmpeg -f segment -segment_time N -strftime 1; done (ffmpeg-formats manual; with flush_packets=1)",
      script: loop(
        `ffmpeg -hide_banner -f pulse -i loop.monitor -f segment -segment_time ${SEGMENT} -strftime 1 -segment_format_options flush_packets=1 $$-$n-%Y%m%d-%H%M%S.flac </dev/null`,
      ),
    },
    {
      name: "arecord",
      form:
        "while :; do arecord --max-file-time N --use-strftime; done (arecord manual, examples)",
      script: loop(
        `arecord -D pulse -t wav -f S16_LE -r 48000 -c 2 --max-file-time ${SEGMENT} --use-strftime $$-$n-%Y%m%d-%H%M%S-%v.wav`,
      ),
    },
    {
      name: "rec",
      // -D: without it SoX dithers, and numbers could not be read.
      form:
        "while :; do rec FILE trim 0 N : newfile : restart; done (sox manual, multiple effects chains)",
      script: loop(
        `rec -D -r 48000 -c 2 -b 16 $$-$n-%3n.flac trim 0 ${SEGMENT} : newfile : restart`,
      ),
    },
    {
      name: "echolog, wav",
      form: "echolog record --format wav",
      script: echolog(" --format wav"),
    },
  ];
}

function loop(command: string): string {
  return `cd "$OUTPUT"; n=0; while :; do n=$((n+1)); ${command}; done`;
}

/** A program that records, with all that it started. */
export class RunningPeer {
  /** Process id of its supervisor: echolog, or the shell. */
  readonly pid: number;
  /** Settles when the supervisor has ended. */
  readonly ended: Promise<number>;
  /** The supervisor's exit code, once it has ended. */
  code: number | null = null;

  /** Starts it; what it says is added to a file, as under cron or nohup. */
  constructor(peer: Peer, place: Place) {
    const child = new Deno.Command("sh", {
      args: ["-c", `exec >>"$HOME/said" 2>&1; ${peer.script}`],
      env: {
        ...place.env,
        HOME: place.home,
        OUTPUT: place.output,
        PULSE_SOURCE: "loop.monitor",
        AUDIODRIVER: "pulseaudio",
        AUDIODEV: "loop.monitor",
        TZ: "UTC",
      },
      detached: true,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    this.pid = child.pid;
    this.ended = child.status.then(({ code }) => this.code = code);
  }

  /** Signals its process group, as Ctrl-C and service managers do. */
  signal(signal: Deno.Signal): void {
    tryToKill(-this.pid, signal);
  }
}

/** Sends a signal to a process that may have ended. */
export function tryToKill(pid: number, signal: Deno.Signal): void {
  try {
    Deno.kill(pid, signal);
  } catch {
    // It has ended, which is as good.
  }
}

/** The audio files under a folder. */
export function audioFiles(folder: string): string[] {
  return allFiles(folder).filter((path) => /\.(flac|wav|part)$/.test(path));
}

/** All that a program said or wrote down, audio aside. */
export function textsOf({ home, output }: Place): string {
  return [join(home, "said"), ...allFiles(output)]
    .filter((path) => !/\.(flac|wav|part|json)$/.test(path))
    .map((path) => Deno.readTextFileSync(path)).join("\n");
}

function allFiles(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? allFiles(join(folder, name)) : [join(folder, name)]
  ).sort();
}

/** Whether a file tells its length, and `flac` finds it in order. */
export async function isValid(path: string): Promise<boolean> {
  const duration = await probeDuration(path);
  if (path.endsWith(".flac")) return duration > 0 && await passesFlacTest(path);
  // A header that was never completed claims hours.
  const bytes = duration * 48_000 * 4;
  return path.endsWith(".wav") &&
    Math.abs(Deno.statSync(path).size - bytes) < 4_096;
}

/** Seconds of processor time of processes and of their children that ended; of those that are gone, none. */
export async function processorTime(pids: Iterable<number>): Promise<number> {
  let seconds = 0;
  for (const pid of new Set(pids)) {
    const cost = await costOf(pid).catch(() => null);
    if (cost !== null) seconds += cost.cpu + cost.childCpu;
  }
  return seconds;
}
