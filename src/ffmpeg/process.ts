/**
 * A running ffmpeg: spawned in its own process group, its output always
 * drained, stopped first with `q` and last with SIGKILL.
 *
 * @module
 */

import type { Clock } from "../platform/clock.ts";
import { type LineReading, readLines } from "../platform/line_splitter.ts";
import { startProgram } from "../platform/programs/spawn.ts";

/** A step of stopping. */
export type StopStep = "q" | "SIGTERM" | "SIGKILL";

/** How a process ended; one that outlived even SIGKILL has neither code nor signal. */
export interface Exit {
  /** Exit code, or `null` when a signal ended it. */
  readonly code: number | null;
  /** The signal that ended it, or `null`. */
  readonly signal: string | null;
  /** The last step that was needed, or `null` without a request to stop. */
  readonly stoppedBy: StopStep | null;
}

/** Takes the output of a process. */
export interface OutputListener {
  /** Takes a line of stdout. */
  onStdout(line: string): void;
  /** Takes a line of stderr. */
  onStderr(line: string): void;
}

/** A recording process. */
export interface RecorderProcess {
  /** Its process id. */
  readonly pid: number;
  /**
   * Resolves when the process and all others in its group have ended, and all
   * its output has been passed on.
   */
  readonly ended: Promise<Exit>;
  /**
   * Stops it, step by step; may be called again.
   *
   * @param isBlocked Whether it waits for its source: then it hears nothing but
   * a second signal.
   */
  stop(isBlocked?: boolean): Promise<Exit>;
  /** Kills it at once: it must not write anything more. */
  kill(): void;
}

/** Time for each step of stopping, in milliseconds. */
export interface Grace {
  /** After `q`. */
  readonly q: number;
  /** After SIGTERM. */
  readonly term: number;
  /** After SIGKILL, which the kernel may delay or refuse. */
  readonly kill: number;
}

/** Long enough to close a large chunk on a slow disk. */
export const DEFAULT_GRACE: Grace = { q: 5_000, term: 3_000, kill: 5_000 };

/** Milliseconds between two signals of one step. */
const REPEAT = 200;

/** Maximum milliseconds to read the output of an ended process. */
const DRAIN_LIMIT = 1_000;

/** Where ffmpeg runs, and how it is stopped. */
export interface SpawnOptions {
  /** Its working folder, instead of the current one. */
  readonly folder?: string;
  /** The clock. */
  readonly clock: Clock;
  /** Time for each step of stopping. */
  readonly grace?: Grace;
  /** Further variables of the environment. */
  readonly variables?: Readonly<Record<string, string>>;
}

/**
 * Starts ffmpeg.
 *
 * @throws {SpawnError} when it cannot be started.
 */
export function spawnFfmpeg(
  path: string,
  args: readonly string[],
  listener: OutputListener,
  { folder, clock, grace = DEFAULT_GRACE, variables = {} }: SpawnOptions,
): RecorderProcess {
  const child = startProgram(path, {
    args: [...args],
    ...(folder === undefined ? {} : { cwd: folder }),
    // Without its own group ffmpeg would get the terminal's Ctrl-C and end its
    // chunk before echolog knows.
    detached: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    env: { ...variables, AV_LOG_FORCE_NOCOLOR: "1" },
  });
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

  async stop(isBlocked = false): Promise<Exit> {
    if (this.#hasEnded || this.#stoppedBy !== null) return await this.ended;
    if (!isBlocked) {
      this.#stoppedBy = "q";
      await this.#quit();
      if (await this.#endsWithin(this.#grace.q)) return await this.ended;
    }
    this.#stoppedBy = "SIGTERM";
    this.#signal("SIGTERM");
    if (isBlocked && !await this.#endsWithin(REPEAT)) this.#signal("SIGTERM");
    if (await this.#endsWithin(this.#grace.term)) return await this.ended;
    this.#stoppedBy = "SIGKILL";
    this.#signal("SIGKILL");
    if (!await this.#endsWithin(this.#grace.kill)) {
      this.#givenUp.resolve({ code: null, signal: null });
    }
    return await this.ended;
  }

  kill(): void {
    if (this.#hasEnded) return;
    this.#stoppedBy = "SIGKILL";
    this.#signal("SIGKILL");
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
      // The pipe is broken: ffmpeg is ending, or the next step ends it.
    } finally {
      writer.releaseLock();
    }
  }

  async #closeStdin(): Promise<void> {
    try {
      await this.#child.stdin.close();
    } catch {
      // The process is gone, and so is its end of the pipe.
    }
  }

  /**
   * Ends the processes that a wrapper script of ffmpeg leaves behind: they hold
   * the pipes and may still record.
   */
  async #endRest(drained: Promise<unknown>): Promise<void> {
    const isThere = this.#kill("SIGTERM");
    // When no process is left, only reading was slow: it gets more time.
    const limit = isThere ? this.#grace.term : DRAIN_LIMIT;
    if (await this.#within(limit, drained)) return;
    if (this.#kill("SIGKILL")) await this.#within(DRAIN_LIMIT, drained);
  }

  #signal(signal: "SIGTERM" | "SIGKILL"): void {
    if (!this.#hasEnded) this.#kill(signal);
  }

  /**
   * Sends a signal; false when no process can get it, or sending is not
   * permitted.
   */
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

  /** Whether `work` is done within `limit`. */
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
