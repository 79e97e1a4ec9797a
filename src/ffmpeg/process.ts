/**
 * A running ffmpeg: spawned in a process group of its own, its output always
 * drained, stopped politely first and firmly last.
 *
 * @module
 */

import type { Clock } from "../platform/clock.ts";
import { type LineReading, readLines } from "../platform/line_splitter.ts";

/** A rung of the stop ladder. */
export type StopStep = "q" | "SIGTERM" | "SIGKILL";

/** How a process ended; one that outlived even SIGKILL has neither code nor signal. */
export interface Exit {
  /** Exit code, or `null` when a signal ended it. */
  readonly code: number | null;
  /** The signal that ended it, or `null`. */
  readonly signal: string | null;
  /** The last rung that was needed, or `null` when nobody asked it to stop. */
  readonly stoppedBy: StopStep | null;
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
  /**
   * Settles when it has ended, with all that it started in its own group, and
   * all its output has been handed over.
   */
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
  /** After SIGKILL, which the kernel may owe, or not let us send. */
  readonly kill: number;
}

/** Long enough to close a large chunk on a slow disk. */
export const DEFAULT_GRACE: Grace = { q: 5_000, term: 3_000, kill: 5_000 };

/** Milliseconds in which the output of a process that has ended is read. */
const DRAIN_LIMIT = 1_000;

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
  readonly #givenUp = Promise.withResolvers<{ code: null; signal: null }>();
  #stoppedBy: StopStep | null = null;
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
    if (!await this.#endsWithin(this.#grace.kill)) {
      this.#givenUp.resolve({ code: null, signal: null });
    }
    return await this.ended;
  }

  async #finish(...output: LineReading[]): Promise<Exit> {
    const { status: ended } = this.#child;
    const status = await Promise.race([ended, this.#givenUp.promise]);
    this.#hasEnded = true;
    const drained = Promise.all(output.map(({ done }) => done));
    if (!await this.#within(DRAIN_LIMIT, drained)) await this.#endRest(drained);
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

  /** What a script in ffmpeg's place leaves behind holds the pipes, and may record on. */
  async #endRest(drained: Promise<unknown>): Promise<void> {
    const isThere = this.#kill("SIGTERM");
    // Where nobody is left, reading alone was slow: it gets its time again.
    const limit = isThere ? this.#grace.term : DRAIN_LIMIT;
    if (await this.#within(limit, drained)) return;
    if (this.#kill("SIGKILL")) await this.#within(DRAIN_LIMIT, drained);
  }

  #signal(signal: "SIGTERM" | "SIGKILL"): void {
    if (!this.#hasEnded) this.#kill(signal);
  }

  /** False when there is nobody to get the signal, or we may not send it. */
  #kill(signal: "SIGTERM" | "SIGKILL"): boolean {
    try {
      if (Deno.build.os === "windows") this.#child.kill(signal);
      else Deno.kill(-this.pid, signal);
      return true;
    } catch {
      return false;
    }
  }

  async #endsWithin(limit: number): Promise<boolean> {
    await this.#within(limit, this.#child.status);
    return this.#hasEnded;
  }

  /** Whether work is done in time. */
  async #within(limit: number, work: Promise<unknown>): Promise<boolean> {
    let timer: number | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = this.#clock.setTimeout(() => resolve(false), limit);
    });
    try {
      return await Promise.race([work.then(() => true), late]);
    } finally {
      if (timer !== undefined) this.#clock.clearTimeout(timer);
    }
  }
}
