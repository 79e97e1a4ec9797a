/**
 * A query to ffmpeg: a short run whose whole output is the result.
 *
 * @module
 */

import { readLines } from "../platform/line_splitter.ts";
import { areSignalsHandled } from "../platform/programs/handled_signals.ts";
import { startProgram } from "../platform/programs/spawn.ts";
import type { Exit } from "./process.ts";

/** Result of a query. */
export interface RunOutput {
  /** How ffmpeg ended. */
  readonly exit: Exit;
  /** Whether it was ended because it took too long. */
  readonly timedOut: boolean;
  /** The lines of its stdout. */
  readonly stdout: readonly string[];
  /** The lines of its stderr. */
  readonly stderr: readonly string[];
}

/** A folder for ffmpeg that somebody else may put a link in the place of. */
export interface WorkingFolder {
  /** Its path. */
  readonly path: string;
  /** Whether a process that was started in it is in another folder. */
  isElsewhere(pid: number): Promise<boolean>;
}

/** Options of {@linkcode runFfmpeg}. */
export interface AskOptions {
  /** Milliseconds after which ffmpeg and its children are killed. */
  readonly limit: number;
  /** The whole environment, instead of echolog's own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Further variables. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Kills ffmpeg and its children. */
  readonly signal?: AbortSignal;
  /** Its working folder, instead of the current one. */
  readonly folder?: WorkingFolder;
}

/** Maximum number of lines kept; longer than any list. */
const MAX_LINES = 20_000;

/**
 * Signals that end echolog. They must end ffmpeg too, which is in its own
 * group.
 */
const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Runs ffmpeg to its end, or to the limit.
 *
 * @throws {SpawnError} when it cannot be started.
 */
export async function runFfmpeg(
  path: string,
  args: readonly string[],
  options: AskOptions,
): Promise<RunOutput> {
  const { limit, environment, variables, folder, signal } = options;
  const child = startProgram(path, {
    args: [...args],
    ...(folder === undefined ? {} : { cwd: folder.path }),
    // Own group: a wrapper script of ffmpeg may have children that hold the
    // pipe.
    detached: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    clearEnv: environment !== undefined,
    env: { ...environment, ...variables, AV_LOG_FORCE_NOCOLOR: "1" },
  });
  using _ending = endWithUs(child);
  void folder?.isElsewhere(child.pid).then((isElsewhere) => {
    if (isElsewhere) killGroup(child);
  });
  signal?.addEventListener("abort", () => killGroup(child));
  const stdout: string[] = [];
  const stderr: string[] = [];
  const readings = [
    readLines(child.stdout, (line) => keep(stdout, line)),
    readLines(child.stderr, (line) => keep(stderr, line)),
  ];
  let timedOut = false;
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    timedOut = true;
    killGroup(child);
    late.resolve();
  }, limit);
  try {
    const drained = Promise.all(readings.map(({ done }) => done));
    await Promise.race([drained, late.promise]);
    const { code, signal } = await child.status;
    const exit = {
      code: signal === null ? code : null,
      signal,
      stoppedBy: timedOut ? "SIGKILL" as const : null,
    };
    return { exit, timedOut, stdout, stderr };
  } finally {
    clearTimeout(timer);
    for (const { cancel } of readings) await cancel();
  }
}

function keep(lines: string[], line: string): void {
  if (lines.length < MAX_LINES) lines.push(line);
}

function endWithUs(child: Deno.ChildProcess): Disposable {
  const listeners = SIGNALS.map((signal) => {
    const listener = () => {
      killGroup(child);
      stopListening();
      // The handlers of signals have this one, too, and may stop listening before
      // another one arrives.
      if (areSignalsHandled()) return;
      // A Windows process can send itself no milder signal.
      const isWindows = Deno.build.os === "windows";
      Deno.kill(Deno.pid, isWindows ? "SIGKILL" : signal);
    };
    Deno.addSignalListener(signal, listener);
    return { signal, listener };
  });
  const stopListening = () => {
    for (const { signal, listener } of listeners.splice(0)) {
      Deno.removeSignalListener(signal, listener);
    }
  };
  return { [Symbol.dispose]: stopListening };
}

function killGroup(child: Deno.ChildProcess): void {
  try {
    if (Deno.build.os === "windows") child.kill("SIGKILL");
    else Deno.kill(-child.pid, "SIGKILL");
  } catch {
    // The group ended by itself a moment ago.
  }
}
