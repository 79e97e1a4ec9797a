/**
 * The operand of commands that also take a log alone.
 *
 * @module
 */

import { basename, resolve } from "@std/path";
import type { ParsedOptions } from "./options.ts";
import { chooseSession } from "./session_operand.ts";
import { readFileBlocks, type ReadLine } from "../../log/read/reader.ts";
import { LOG_FILE } from "../../sessions/folder.ts";
import type { KnownSession } from "../../sessions/catalog.ts";

/** A log without its session's folder. */
export interface LogAlone {
  /** Path of its file, or `-` for standard input. */
  readonly path: string;
  /** Its name in messages. */
  readonly name: string;
}

/** The operand for standard input. */
const STDIN = "-";

/** Returns the log that a command's operand names, or `null` when it names a session. */
export function logAlone({ operands }: ParsedOptions): LogAlone | null {
  const [wanted] = operands;
  if (wanted === undefined) return null;
  if (wanted === STDIN) return { path: STDIN, name: "standard input" };
  // The log of a session brings its rotated logs and its folder.
  if (basename(resolve(wanted)) === LOG_FILE || isNoFile(wanted)) return null;
  return { path: wanted, name: wanted };
}

/** Returns the log or the session that a command's operand names; without one the latest session. */
export async function chooseLog(
  options: ParsedOptions,
): Promise<
  | { readonly alone: LogAlone; readonly session: null }
  | { readonly alone: null; readonly session: KnownSession }
> {
  const alone = logAlone(options);
  return alone === null
    ? { alone, session: await chooseSession(options) }
    : { alone, session: null };
}

/** Reads a log alone. */
export function readAlone({ path }: LogAlone): AsyncIterable<ReadLine[]> {
  return readFileBlocks(path);
}

function isNoFile(path: string): boolean {
  try {
    // A pipe of the shell, <(…), is a file, too.
    return Deno.statSync(path).isDirectory;
  } catch {
    // A name of a session, or nothing that can be read.
    return true;
  }
}
