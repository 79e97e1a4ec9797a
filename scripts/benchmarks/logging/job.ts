/**
 * The input and the output of a contender's process, both as JSON.
 *
 * @module
 */

/** What a contender has to do; the only argument of its process. */
export interface Job {
  /** Which contender. */
  readonly name: string;
  /** File with the ready-made lines. */
  readonly lines: string;
  /** Empty folder for the log; the active file is called `log`. */
  readonly folder: string;
  /** Most bytes in a file. */
  readonly limit: number;
  /** Number of old files to keep, which is more than there will be. */
  readonly backups: number;
  /** Folder with `node_modules`, or `null` where there is none. */
  readonly packages: string | null;
}

/** What a contender's process prints. */
export interface RunOutput {
  /** From the first line until all bytes were in the files. */
  readonly seconds: number;
  /** Name and version of what ran it. */
  readonly runtime: string;
}

/**
 * Reads a job.
 *
 * @param text The argument.
 * @throws {TypeError} If it is no job.
 */
export function readJob(text: string | undefined): Job {
  const value: unknown = JSON.parse(text ?? "null");
  if (
    isRecord(value) && typeof value.name === "string" &&
    typeof value.lines === "string" && typeof value.folder === "string" &&
    typeof value.limit === "number" && typeof value.backups === "number" &&
    (value.packages === null || typeof value.packages === "string")
  ) {
    const { name, lines, folder, limit, backups, packages } = value;
    return { name, lines, folder, limit, backups, packages };
  }
  throw new TypeError(`Cannot read the job: ${text}`);
}

/**
 * Reads an answer: the last line that the process has printed.
 *
 * @param output All that it has printed.
 * @returns The answer, or `null` when there is none.
 */
export function readOutput(output: string): RunOutput | null {
  const last = output.trimEnd().split("\n").at(-1) ?? "";
  if (!last.startsWith("{")) return null;
  const value: unknown = JSON.parse(last);
  if (
    !isRecord(value) || typeof value.seconds !== "number" ||
    typeof value.runtime !== "string"
  ) return null;
  return { seconds: value.seconds, runtime: value.runtime };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
