/**
 * Prints the results of commands to stdout.
 *
 * @module
 */

import { writeAllSync } from "@std/io/write-all";
import { EchologError, oneLine } from "../errors.ts";
import { reasonOf } from "../platform/fs.ts";
import type { Sink } from "./line_writer.ts";

const encoder = new TextEncoder();
let isClosed = false;

/**
 * Prints a line. When the reader has closed the pipe (`echolog verify | head`),
 * the command continues without output: its exit code still reports what it
 * found.
 *
 * @throws {EchologError} `failed`, when stdout cannot be written to.
 */
export function print(line: string): void {
  if (isClosed) return;
  try {
    writeAllSync(stdoutSink, encoder.encode(`${line}\n`));
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
    isClosed = true;
  }
}

/**
 * Prints a text that names what others may have made, such as folders and
 * sessions, as one line without control characters.
 */
export function printLine(text: string): void {
  print(oneLine(text));
}

/** Prints a value as JSON with indents. */
export function printJson(value: unknown): void {
  print(toJson(value, 2));
}

/**
 * Stdout as a sink, whose errors say that it is stdout.
 *
 * @throws {Deno.errors.BrokenPipe} when the reader has closed the pipe.
 * @throws {EchologError} `failed`, when it cannot be written to.
 */
export const stdoutSink: Sink = {
  writeSync(bytes) {
    try {
      return Deno.stdout.writeSync(bytes);
    } catch (error) {
      if (error instanceof Deno.errors.BrokenPipe) throw error;
      const problem = `Cannot write to stdout: ${reasonOf(error)}`;
      throw new EchologError("failed", problem, {
        cause: error,
        hint: "send the output elsewhere",
      });
    }
  },
};

/** Returns a value as JSON that cannot control a terminal. */
export function toJson(value: unknown, indent?: number): string {
  return escapeJson(JSON.stringify(value, null, indent));
}

/**
 * Escapes in JSON what JSON allows in a string, but a terminal may obey: DEL,
 * C1 controls, separators of lines, bidirectional controls, the byte order mark.
 */
export function escapeJson(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (character) =>
      `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
