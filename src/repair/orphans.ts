/**
 * Finds and stops an ffmpeg that still records after its echolog was killed. It
 * is identified by its command, which names the session's folder, because
 * process ids are reused.
 *
 * @module
 */

import { outputPrefix } from "../ffmpeg/command/command.ts";
import type { Clock } from "../platform/clock.ts";
import { isSamePlace } from "../platform/fs.ts";
import { outputOf, processStart } from "../platform/processes.ts";
import { readState } from "../sessions/state_file.ts";

/** Returns the ids of all processes that record into a folder. */
export function findOrphans(folder: string): number[] {
  const find = Deno.build.os === "linux" ? inProc : inPs;
  return variantsOf(folder).flatMap((path) => find(outputPrefix(path)));
}

/**
 * Returns the paths of a folder. The recorder may have used a link, which its
 * state has.
 */
function variantsOf(folder: string): string[] {
  const recorded = readState(folder)?.folder ?? folder;
  // A copied session has the state of another folder.
  return recorded !== folder && isSamePlace(recorded, folder)
    ? [folder, recorded]
    : [folder];
}

/** Signals that stop an orphan. */
export type StopStep = "SIGTERM" | "SIGKILL";

/**
 * Stops an ffmpeg that is not a child of this process: first with SIGTERM, then
 * with SIGKILL.
 *
 * @returns the signal that was needed, or `null` when it still runs.
 */
export async function stopOrphan(
  pid: number,
  clock: Clock,
): Promise<StopStep | null> {
  for (const [signal, grace] of LADDER) {
    try {
      Deno.kill(pid, signal);
    } catch (error) {
      // It ended by itself a moment ago.
      if (error instanceof Deno.errors.NotFound) return signal;
      throw error;
    }
    if (await hasEnded(pid, grace, clock)) return signal;
  }
  return null;
}

/** SIGTERM makes ffmpeg finish its chunk. */
const LADDER: readonly (readonly [StopStep, number])[] = [
  ["SIGTERM", 8_000],
  ["SIGKILL", 2_000],
];
const LOOK_MS = 50;

/** Waits until a process has ended; false when it has not within `limit` milliseconds. */
export async function hasEnded(
  pid: number,
  limit: number,
  clock: Clock,
): Promise<boolean> {
  const start = processStart(pid);
  const end = clock.monotonic() + limit;
  // A reused id belongs to another process.
  while (start !== null && processStart(pid) === start) {
    if (clock.monotonic() > end) return false;
    await new Promise<void>((resolve) => clock.setTimeout(resolve, LOOK_MS));
  }
  return true;
}

function inProc(prefix: string): number[] {
  // The pattern is in the command of grep, too. A match is a whole argument
  // that begins with it, in a command that has a segment list.
  const found = outputOf("sh", [
    "-c",
    'grep -lsF -- "$1" /proc/[0-9]*/cmdline; true',
    "sh",
    prefix,
  ]);
  return (found ?? "").split("\n")
    .map((path) => Number(/^\/proc\/(\d+)\//.exec(path)?.[1] ?? NaN))
    .filter((pid) => pid > 1)
    .filter((pid) => isRecorder(argumentsOf(pid), prefix));
}

function argumentsOf(pid: number): string[] {
  return (outputOf("cat", [`/proc/${pid}/cmdline`]) ?? "").split("\0");
}

function isRecorder(words: readonly string[], prefix: string): boolean {
  return words.includes("-segment_list") &&
    words.some((word) => word.startsWith(prefix));
}

function inPs(prefix: string): number[] {
  const list = outputOf("ps", ["-axww", "-o", "pid=,command="]) ?? "";
  return list.split("\n")
    .filter((line) => line.includes(prefix) && line.includes("-segment_list"))
    .map((line) => Number.parseInt(line.trim(), 10))
    .filter((pid) => pid > 1);
}
