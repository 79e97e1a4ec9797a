/**
 * An ffmpeg that a test plays: it says what the test says, and ends when it is
 * asked to.
 *
 * @module
 */

import type {
  Exit,
  OutputListener,
  RecorderProcess,
} from "../../src/ffmpeg/process.ts";

/** A run of the fake ffmpeg. */
export class FakeProcess implements RecorderProcess {
  readonly pid: number;
  readonly ended: Promise<Exit>;
  /** How often it was asked to stop. */
  stops = 0;
  readonly #listener: OutputListener;
  readonly #end: (exit: Exit) => void;

  /** A process that writes to `listener`. */
  constructor(pid: number, listener: OutputListener) {
    const { promise, resolve } = Promise.withResolvers<Exit>();
    this.pid = pid;
    this.ended = promise;
    this.#end = resolve;
    this.#listener = listener;
  }

  /** Reports captured time. */
  capture(seconds: number): void {
    this.#listener.onStdout(`out_time_us=${Math.round(seconds * 1e6)}`);
  }

  /** Measures the peaks of a second that ends with a frame, counted from 0. */
  measure(frame: number, dbfs: number, channels: readonly number[] = []): void {
    this.#listener.onStdout(`frame:${frame}    pts:0    pts_time:0`);
    channels.forEach((peak, index) => {
      const level = peak === -Infinity ? "-inf" : peak;
      this.#listener.onStdout(
        `lavfi.astats.${index + 1}.Peak_level=${level}`,
      );
    });
    this.#listener.onStdout(`lavfi.astats.Overall.Peak_level=${dbfs}`);
  }

  /** Lists a chunk as complete. */
  list(file: string, start: number, end: number): void {
    this.#listener.onStdout(`${file},${start.toFixed(6)},${end.toFixed(6)}`);
  }

  /** Writes a line to stderr. */
  say(line: string): void {
    this.#listener.onStderr(line);
  }

  /** Ends by itself. */
  exit(code: number | null, signal: string | null = null): void {
    this.#end({ code, signal, stoppedBy: null });
  }

  kill(): void {
    this.#end({ code: null, signal: "SIGKILL", stoppedBy: "SIGKILL" });
  }

  stop(): Promise<Exit> {
    this.stops++;
    this.#end({ code: 0, signal: null, stoppedBy: "q" });
    return this.ended;
  }
}
