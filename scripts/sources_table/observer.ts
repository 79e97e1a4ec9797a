/**
 * Reads a source beside the recording and notes when its samples come.
 *
 * @module
 */

import { type Mark, marksIn } from "./analysis/marks.ts";
import type { Signal } from "./analysis/signal.ts";
import type { Arrival } from "./analysis/truth.ts";
import { end } from "./stacks/processes.ts";
import { pause } from "./stacks/stack.ts";

/** The audio of one reader. */
export interface Reading {
  /** The channel that is recognized, in blocks. */
  readonly blocks: Int16Array[];
  /** When each block came, in seconds since 1970. */
  readonly times: number[];
}

/** Seconds of the source after a mark whose times are known by it. */
const REACH = 1.5;

/** Seconds of sound that a player lost or delayed. */
const DISTURBANCE = 0.02;

/** An observer; disposing of it ends its reader. */
export class Observer implements AsyncDisposable {
  readonly #command: readonly string[];
  readonly #env: Readonly<Record<string, string>>;
  readonly #signal: Signal;
  readonly #epoch: number;
  readonly #readings: Reading[] = [];
  #child: Deno.ChildProcess | null = null;
  #isOver = false;
  readonly #finished: Promise<void>;

  /** Starts a reader. */
  constructor(
    command: readonly string[],
    env: Readonly<Record<string, string>>,
    signal: Signal,
    epoch: number,
  ) {
    this.#command = command;
    this.#env = env;
    this.#signal = signal;
    this.#epoch = epoch;
    this.#finished = this.#run();
  }

  async #run(): Promise<void> {
    const [program = "", ...args] = this.#command;
    while (!this.#isOver) {
      this.#child = new Deno.Command(program, {
        args,
        env: { ...this.#env },
        stdin: "null",
        stdout: "piped",
        stderr: Deno.env.has("SOURCES_DEBUG") ? "inherit" : "null",
      }).spawn();
      const reading: Reading = { blocks: [], times: [] };
      this.#readings.push(reading);
      await this.#read(this.#child, reading);
      await this.#child.status;
      if (!this.#isOver) await pause(0.1);
    }
  }

  async #read(child: Deno.ChildProcess, reading: Reading): Promise<void> {
    const { channels, carries } = this.#signal;
    const width = 2 * channels;
    const channel = carries === "numbers" ? 0 : channels - 1;
    let kept = new Uint8Array();
    for await (const bytes of child.stdout) {
      const at = Date.now() / 1000;
      const joined = new Uint8Array(kept.length + bytes.length);
      joined.set(kept);
      joined.set(bytes, kept.length);
      const whole = joined.length - joined.length % width;
      kept = joined.slice(whole);
      const samples = new Int16Array(joined.buffer, 0, whole / 2);
      reading.blocks.push(channelOf(samples, channel, channels));
      reading.times.push(at);
    }
  }

  /** Returns what came so far. */
  arrivals(latency: number): Arrival[] {
    return this.#readings.flatMap((reading) =>
      arrivalsOf(reading, this.#signal, this.#epoch / 1000, latency)
    );
  }

  /** Returns how much sound the source lost or delayed by itself, because other programs held it up, in seconds. */
  disturbance(latency: number): number {
    const totals = this.#readings.map((reading) => {
      const { marks } = marksOf(
        reading,
        this.#signal,
        this.#epoch / 1000,
        latency,
      );
      return marks.reduce((total, { position, source }, index) => {
        const before = marks[index - 1] ?? { position, source };
        const passed = position - before.position;
        const jump = Math.abs(passed - (source - before.source));
        return jump > DISTURBANCE ? total + jump : total;
      }, 0);
    });
    return Math.max(0, ...totals);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    if (this.#child !== null) await end(this.#child);
    await this.#finished;
  }
}

/** Returns one of several interleaved channels. */
export function channelOf(
  samples: Int16Array,
  channel: number,
  channels: number,
): Int16Array {
  if (channels === 1) return samples.slice();
  const one = new Int16Array(Math.floor(samples.length / channels));
  for (let index = 0; index < one.length; index++) {
    one[index] = samples[index * channels + channel] ?? 0;
  }
  return one;
}

/** Finds the marks of a reading, and where its blocks end, in seconds. */
function marksOf(
  { blocks, times }: Reading,
  signal: Signal,
  epoch: number,
  latency: number,
): { readonly marks: readonly Mark[]; readonly ends: readonly number[] } {
  const { rate } = signal;
  const joined = new Int16Array(
    blocks.reduce((total, { length }) => total + length, 0),
  );
  const ends: number[] = [];
  let offset = 0;
  for (const block of blocks) {
    joined.set(block, offset);
    offset += block.length;
    ends.push(offset / rate);
  }
  const timeAt = (position: number) =>
    times[ends.findIndex((each) => each >= position)] ?? 0;
  const marks = marksIn(
    joined,
    signal,
    (position) => timeAt(position) - epoch - latency,
  );
  return { marks, ends };
}

/** Returns which points of the source had come when each block of a reading came. */
export function arrivalsOf(
  reading: Reading,
  signal: Signal,
  epoch: number,
  latency: number,
): Arrival[] {
  const { marks, ends } = marksOf(reading, signal, epoch, latency);
  const { times } = reading;
  const arrivals: Arrival[] = [];
  let next = 0;
  for (const [index, position] of ends.entries()) {
    // What begins where a block ends comes with the next one, perhaps much later.
    while ((marks[next + 1]?.position ?? Infinity) < position) next++;
    const mark = marks[next];
    if (mark === undefined || mark.position > position) continue;
    const since = position - mark.position;
    if (
      since > REACH ||
      signal.carries === "numbers" && !mark.isJoined && since > 0
    ) {
      continue;
    }
    arrivals.push({ source: mark.source + since, at: times[index] ?? 0 });
  }
  return arrivals;
}
