/**
 * A running ffmpeg: spawned in a process group of its own, its output always
 * drained, stopped politely first and firmly last.
 *
 * @module
 */

import type { Clock } from "../platform/clock.ts";
import { type LineReading, readLines } from "../platform/lines.ts";

/** A rung of the stop ladder. */
export type Rung = "q" | "SIGTERM" | "SIGKILL";

/** How a process ended. */
export interface Exit {
  /** Exit code, or `null` when a signal ended it. */
  readonly code: number | null;
  /** The signal that ended it, or `null`. */
  readonly signal: string | null;
  /** The last rung that was needed, or `null` when nobody asked it to stop. */
  readonly stoppedBy: Rung | null;
}

/** Where the lines of a process go. */
export interface OutputListener {
  /** Takes a line of stdout. */
  onStdout(line: string): void;
  /** Takes a line of stderr. */
  onStderr(line: string): void;
}

/** A process that records. */
export interface RecorderProcess {
  /** Its process id. */
  readonly pid: number;
  /** Settles when it has ended and all its output has been handed over. */
  readonly ended: Promise<Exit>;
  /** Asks it to stop, more firmly as time passes; may be called again. */
  stop(): Promise<Exit>;
}

/** Time that each rung of the ladder is given, in milliseconds. */
export interface Grace {
  /** After `q`. */
  readonly q: number;
  /** After SIGTERM. */
  readonly term: number;
}

/** Long enough to close a large chunk on a slow disk. */
export const DEFAULT_GRACE: Grace = { q: 5_000, term: 3_000 };

/** Output that comes after the process has ended is waited for this long, in milliseconds. */
const DRAIN_LIMIT = 2_000;

/** Starts ffmpeg. Throws what `Deno.Command` throws when it cannot be run. */
export function spawnFfmpeg(
  path: string,
  args: readonly string[],
  listener: OutputListener,
  clock: Clock,
  grace: Grace = DEFAULT_GRACE,
): RecorderProcess {
  const child = new Deno.Command(path, {
    args: [...args],
    // Without a group of its own it would get the terminal's Ctrl-C and end
    // its chunk before we know.
    detached: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    env: { AV_LOG_FORCE_NOCOLOR: "1" },
  }).spawn();
  return new FfmpegProcess(child, listener, clock, grace);
}

class FfmpegProcess implements RecorderProcess {
  readonly pid: number;
  readonly ended: Promise<Exit>;
  readonly #child: Deno.ChildProcess;
  readonly #clock: Clock;
  readonly #grace: Grace;
  #stoppedBy: Rung | null = null;
  #hasEnded = false;

  constructor(
    child: Deno.ChildProcess,
    listener: OutputListener,
    clock: Clock,
    grace: Grace,
  ) {
    this.#child = child;
    this.#clock = clock;
    this.#grace = grace;
    this.pid = child.pid;
    this.ended = this.#finish(
      readLines(child.stdout, (line) => listener.onStdout(line)),
      readLines(child.stderr, (line) => listener.onStderr(line)),
    );
  }

  async stop(): Promise<Exit> {
    if (this.#hasEnded || this.#stoppedBy !== null) return await this.ended;
    this.#stoppedBy = "q";
    await this.#quit();
    if (await this.#endsWithin(this.#grace.q)) return await this.ended;
    this.#stoppedBy = "SIGTERM";
    this.#signal("SIGTERM");
    if (await this.#endsWithin(this.#grace.term)) return await this.ended;
    this.#stoppedBy = "SIGKILL";
    this.#signal("SIGKILL");
    return await this.ended;
  }

  async #finish(...output: LineReading[]): Promise<Exit> {
    const status = await this.#child.status;
    this.#hasEnded = true;
    // A process that ffmpeg left behind may hold its pipes open for ever.
    const drained = Promise.all(output.map(({ done }) => done));
    await this.#within(DRAIN_LIMIT, drained);
    for (const { cancel } of output) await cancel();
    await this.#closeStdin();
    return {
      code: status.signal === null ? status.code : null,
      signal: status.signal,
      stoppedBy: this.#stoppedBy,
    };
  }

  async #quit(): Promise<void> {
    const writer = this.#child.stdin.getWriter();
    try {
      await this.#within(
        this.#grace.q,
        writer.write(new TextEncoder().encode("q")),
      );
    } catch {
      // The pipe is broken: ffmpeg is ending, or the next rung ends it.
    } finally {
      writer.releaseLock();
    }
  }

  async #closeStdin(): Promise<void> {
    try {
      await this.#child.stdin.close();
    } catch {
      // The process is gone, and its end of the pipe with it.
    }
  }

  #signal(signal: "SIGTERM" | "SIGKILL"): void {
    if (this.#hasEnded) return;
    try {
      if (Deno.build.os === "windows") this.#child.kill(signal);
      else Deno.kill(-this.pid, signal);
    } catch (error) {
      // It ended by itself a moment ago.
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  async #endsWithin(limit: number): Promise<boolean> {
    await this.#within(limit, this.#child.status);
    return this.#hasEnded;
  }

  async #within(limit: number, work: Promise<unknown>): Promise<void> {
    let timer: number | undefined;
    const late = new Promise<void>((resolve) => {
      timer = this.#clock.setTimeout(resolve, limit);
    });
    try {
      await Promise.race([work, late]);
    } finally {
      if (timer !== undefined) this.#clock.clearTimeout(timer);
    }
  }
}
