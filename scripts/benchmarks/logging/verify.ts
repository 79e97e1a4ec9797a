/**
 * Whether the files of a contender hold every line once, in order.
 *
 * @module
 */

import type { Contender, FileOrder } from "./contenders.ts";
import { mark } from "./sample_lines.ts";

/** What the files hold. */
export interface Verdict {
  /** What is wrong with the lines, or `null` when nothing is. */
  readonly fault: string | null;
  /** Bytes of the largest file. */
  readonly largest: number;
  /** Bytes of all files. */
  readonly total: number;
}

/**
 * Reads what a contender has written.
 *
 * @param folder Its folder.
 * @param contender Who has written it.
 * @param count Number of lines there must be.
 */
export function verify(
  folder: string,
  { form, order, side }: Contender,
  count: number,
): Verdict {
  let next = 0;
  let largest = 0;
  let total = 0;
  let fault: string | null = null;
  for (const name of inOrder(folder, order)) {
    const text = Deno.readTextFileSync(`${folder}/${name}`);
    const size = new TextEncoder().encode(text).length;
    largest = Math.max(largest, size);
    total += size;
    if (text !== "" && !text.endsWith("\n")) fault ??= "a torn line";
    const lines = text.split("\n").slice(0, -1);
    // Each of our later files begins with a line that says whose it is.
    if (side === "ours" && lines[0]?.includes(": log_rotated ")) lines.shift();
    for (const line of lines) {
      const wanted = mark(form, next);
      if (form === "line" ? line !== wanted : !line.includes(wanted)) {
        fault ??= `line ${next + 1} is missing or not in its place`;
      }
      next++;
    }
  }
  if (next !== count) fault = `${next} of ${count} lines`;
  return { fault, largest, total };
}

/** The log's files, that with the first lines first. */
function inOrder(folder: string, order: FileOrder): string[] {
  const files = [...Deno.readDirSync(folder)]
    .map(({ name }) => ({ name, number: numberOf(name) }))
    .filter(({ name }) => !name.startsWith("."));
  const active = order === "counted" ? -Infinity : Infinity;
  const sign = order === "shifted" ? -1 : 1;
  const place = (number: number | null) =>
    number === null ? active : sign * number;
  return files
    .sort((one, other) => place(one.number) - place(other.number))
    .map(({ name }) => name);
}

/** The number of `log.3`, `log.3.log`, `log.2025.3` or `log3`; the active file has none. */
function numberOf(name: string): number | null {
  const digits = /^log(?:\.(?:\d{4}\.)?)?(\d{1,3})(?:\.log)?$/.exec(name)?.[1];
  return digits === undefined ? null : Number(digits);
}
