/**
 * Finds and stops an ffmpeg that still records after its echolog was killed. It
 * is identified by its command and its working folder, which is the session's,
 * or by a variable that names that folder, which may have been moved or
 * deleted. Process ids are reused.
 *
 * @module
 */

import {
  FOLDER_VARIABLE,
  isRecordingCommand,
  RECORDING_MARK,
} from "../ffmpeg/command/command.ts";
import type { Clock } from "../platform/clock.ts";
import { isSamePlace } from "../platform/fs.ts";
import { outputOf, processStart } from "../platform/processes.ts";
import { readState } from "../sessions/state_file.ts";

/** Returns the ids of all processes that record into a folder. */
export function findOrphans(folder: string): number[] {
  return Deno.build.os === "linux" ? inProc(folder) : inPs(folder);
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

function inProc(folder: string): number[] {
  // The working folder of another recording may be on a disk that does not
  // answer: only its name is read, unless that is the name of this folder. Grep
  // reads several patterns of several lines.
  const variable = folder.includes("\n") ? "" : variableOf(folder);
  const found = outputOf("sh", [
    "-c",
    `for file in $(grep -lsF -- "$1" /proc/[0-9]*/cmdline); do
  process=\${file%/cmdline}
  case $(readlink "$process/cwd")/ in
    *"/\${2##*/}/") [ "$process/cwd" -ef "$2" ] ;;
    *) false ;;
  esac || grep -qszxF -- "$3" "$process/environ" || continue
  echo "\${process#/proc/}"
done
true`,
    "sh",
    ...[RECORDING_MARK, folder, variable],
  ]);
  return (found ?? "").split("\n").map(Number)
    .filter((pid) => pid > 1 && isRecordingCommand(argumentsOf(pid)));
}

function argumentsOf(pid: number): string[] {
  return (outputOf("cat", [`/proc/${pid}/cmdline`]) ?? "").split("\0");
}

function inPs(folder: string): number[] {
  // With their variables, where this user may see them.
  const list = outputOf("ps", ["-axEww", "-o", "pid=,command="]) ?? "";
  return list.split("\n")
    .filter((line) =>
      isRecordingCommand(line.split(" ")) &&
      variantsOf(folder).some((path) =>
        `${line} `.includes(` ${variableOf(path)} `)
      )
    )
    .map((line) => Number.parseInt(line.trim(), 10))
    .filter((pid) => pid > 1);
}

function variableOf(folder: string): string {
  return `${FOLDER_VARIABLE}=${folder}`;
}
