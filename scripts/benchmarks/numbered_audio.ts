/**
 * Counts what was captured of the sound that numbers its samples, see
 * tests/support/sound_server.ts.
 *
 * @module
 */

import {
  decodeFiles,
  RATE,
  type SoundServer,
} from "../../tests/support/sound_server.ts";

/** The numbers in files, each once, ascending; of a broken file what can be decoded. */
export async function numbersIn(
  paths: readonly string[],
): Promise<Uint32Array> {
  const samples = await decodeFiles(paths, true);
  const numbers = new Uint32Array(samples.length / 2);
  for (let index = 0; index < numbers.length; index++) {
    numbers[index] = numberOf(samples, index);
  }
  numbers.sort();
  // 0 is silence, too.
  return numbers.filter((number, index) =>
    number > 0 && number !== numbers[index - 1]
  );
}

/** Seconds of the sound that are missing from number `from` up to `to`. */
export function missingBetween(
  numbers: Uint32Array,
  from: number,
  to: number,
): number {
  const found = numbers.filter((number) => number >= from && number < to);
  return Math.max(0, to - from - found.length) / RATE;
}

function numberOf(samples: Int16Array, index: number): number {
  return (samples[2 * index + 1] ?? 0) * 32_768 + (samples[2 * index] ?? 0);
}

/** Hears the sound as it is played, to tell which number it has come to. */
export class Listener implements AsyncDisposable {
  /** Process id of its program. */
  readonly pid: number;
  readonly #child: Deno.ChildProcess;
  readonly #end: Promise<void>;
  #last = 0;

  /** Listens to a server until that ends. */
  constructor(server: SoundServer) {
    this.#child = new Deno.Command("parec", {
      args: [
        ...["--raw", `--rate=${RATE}`, "--channels=2", "--format=s16le"],
        ...["--latency-msec=10", "-d", "loop.monitor"],
      ],
      env: server.env,
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.pid = this.#child.pid;
    this.#end = this.#listen();
  }

  /** The last number that was heard; 0 before the first. */
  get last(): number {
    return this.#last;
  }

  async #listen(): Promise<void> {
    let kept = new Uint8Array();
    for await (const bytes of this.#child.stdout) {
      const joined = new Uint8Array(kept.length + bytes.length);
      joined.set(kept);
      joined.set(bytes, kept.length);
      const whole = joined.length - joined.length % 4;
      kept = joined.slice(whole);
      const samples = new Int16Array(joined.buffer, 0, whole / 2);
      const number = numberOf(samples, samples.length / 2 - 1);
      if (number > 0) this.#last = number;
    }
  }

  /** Waits until its server is gone: then all is heard that was played. */
  async ended(): Promise<void> {
    await this.#end;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It ended with its server.
    }
    await this.#child.status;
    await this.#end;
  }
}
