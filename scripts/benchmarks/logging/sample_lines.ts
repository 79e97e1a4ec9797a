/**
 * The lines that every contender writes, and what a whole event says.
 *
 * @module
 */

/** Bytes of a ready-made line with its newline. */
export const LINE_BYTES = 159;

/** How a contender's file holds a text. */
export type Form =
  /** The line is the text. */
  | "line"
  /** The line holds the text, quoted as in JSON, among other fields. */
  | "quoted"
  /** As `quoted`, with the text of {@linkcode stderrText} for a ready-made line. */
  | "stderr"
  /** The line is that of a chunk, as {@linkcode chunkFile} names it. */
  | "chunk";

/**
 * A line that needs no more work than to be written.
 *
 * @param n Its number, from 0.
 */
export function readyLine(n: number): string {
  const head = "2025-09-22T10:00:00Z DEBUG echolog.ffmpeg: ffmpeg_stderr " +
    `run=1 severity=info context=segment line="${stderrText(n)}" rest=`;
  return head.padEnd(LINE_BYTES - 1, "-");
}

/**
 * What ffmpeg says in a whole event.
 *
 * @param n Number of the event, from 0.
 */
export function stderrText(n: number): string {
  return `Opening '${chunkFile(n)}.part' for writing`;
}

/**
 * Name of a chunk in a whole event.
 *
 * @param n Number of the event, from 0.
 */
export function chunkFile(n: number): string {
  return `chunk_${String(n).padStart(7, "0")}.flac`;
}

/**
 * What a line must hold to be the one with a number.
 *
 * @param form How the contender writes it.
 * @param n Its number, from 0.
 */
export function mark(form: Form, n: number): string {
  switch (form) {
    case "line":
      return readyLine(n);
    case "quoted":
      return JSON.stringify(readyLine(n));
    case "stderr":
      return ` line=${JSON.stringify(stderrText(n))} `;
    case "chunk":
      return ` file=${chunkFile(n)} `;
  }
}
