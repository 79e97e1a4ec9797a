/**
 * Changes one value in the text of a configuration file and keeps every other
 * byte.
 *
 * @module
 */

import { leavesOf, strayChanges } from "./flatten.ts";
import { eolFrom, indentAt, lineEnd } from "./offsets.ts";
import {
  type Entry,
  type Layout,
  scanToml,
  type Span,
  type Table,
} from "./scan.ts";

/** Why a text was not changed, as a phrase. */
export class EditError extends Error {
  /** Creates an error with its reason. */
  constructor(reason: string, cause?: unknown) {
    super(reason, { cause });
    this.name = "EditError";
  }
}

/**
 * Sets a key in a TOML text. Comments, order, spacing, line ends and a byte
 * order mark stay. A missing key is added at the end of its section; a missing
 * section is added at the end of the text.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { editToml } from "./edit.ts";
 *
 * assertEquals(
 *   editToml("[recording]\nchannels =  2 # both\n", "recording.channels", "1"),
 *   "[recording]\nchannels =  1 # both\n",
 * );
 * ```
 *
 * @param text The TOML text.
 * @param key The key, `section.name`.
 * @param value The new value, as TOML.
 * @throws {EditError} when the text cannot be changed in this one place only.
 */
export function editToml(text: string, key: string, value: string): string {
  try {
    const before = leavesOf(text);
    const layout = scanToml(text);
    const { at, replaced, insert } = changeOf(text, layout, key, value);
    const edited = text.slice(0, at) + insert + text.slice(at + replaced);
    const [stray] = strayChanges(before, leavesOf(edited), key, value);
    if (stray === undefined) return edited;
    throw new EditError(
      stray === key ? "it would not take effect" : `${stray} would change, too`,
    );
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new EditError(error.message.replace(/\s+/g, " ").trim(), error);
  }
}

/**
 * A value with a comment in it, which must be an array: a `#` outside of
 * strings.
 */
const COMMENTED =
  /^\[(?:(?=("""[^]*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^"'#]+))\1)*#/;

interface Change {
  readonly at: number;
  readonly replaced: number;
  readonly insert: string;
}

function changeOf(
  text: string,
  layout: Layout,
  key: string,
  value: string,
): Change {
  const [section = "", name = ""] = key.split(".");
  const found = layout.entries.findLast(({ path }) => path.join(".") === key);
  if (found !== undefined) {
    const { start, end } = found.value;
    if (COMMENTED.test(text.slice(start, end))) {
      throw new EditError("its value holds comments, which would be lost");
    }
    return { at: start, replaced: end - start, insert: value };
  }
  const isOwn = ({ path }: Entry | Table) => path[0] === section;
  const whole = layout.entries.find((entry) =>
    isOwn(entry) && entry.path.length === 1
  );
  if (whole !== undefined) {
    return intoInlineTable(text, layout, whole, `${name} = ${value}`);
  }
  const table = layout.tables.findLast((one) =>
    isOwn(one) && one.path.length === 1 && !one.isArray
  );
  if (table !== undefined) {
    const commented = commentedOut(text, layout, table, name);
    if (commented !== null) {
      const { start, end } = commented;
      return { at: start, replaced: end - start, insert: `${name} = ${value}` };
    }
    return intoTable(text, layout, table, `${name} = ${value}`);
  }
  const dotted = layout.entries.findLast((entry) =>
    isOwn(entry) && entry.table === null && entry.path.length === 2
  );
  if (dotted !== undefined) {
    // A section made by dotted keys may not have a header, too.
    return afterLine(
      text,
      dotted.value.end,
      dotted.key.start,
      `${key} = ${value}`,
    );
  }
  return atEnd(text, [`[${section}]`, `${name} = ${value}`]);
}

/**
 * Returns where a table has a key that is commented out, as in the file that
 * `config init` writes, or `null`.
 */
function commentedOut(
  text: string,
  { entries, tables }: Layout,
  table: Table,
  name: string,
): Span | null {
  const next = tables[tables.indexOf(table) + 1];
  const limit = next?.header.start ?? text.length;
  const pattern = new RegExp(
    `^[ \\t]*#${name}[ \\t]*=[^\\r\\n]*`,
    "gm",
  );
  for (const match of text.matchAll(pattern)) {
    const end = match.index + match[0].length;
    const start = text.indexOf("#", match.index);
    const isInside = start >= table.header.end && end <= limit;
    // A line of an array or a text may look the same.
    const isPart = entries.some(({ value }) =>
      value.start < start && start < value.end
    );
    if (isInside && !isPart) return { start, end };
  }
  return null;
}

/** Inserts a line at the end of a table's lines. */
function intoTable(
  text: string,
  { entries, tables }: Layout,
  table: Table,
  line: string,
): Change {
  const last = entries.findLast((entry) =>
    entry.table === table && !entry.isInline
  );
  const next = tables[tables.indexOf(table) + 1];
  const own = last?.value.end ?? table.header.end;
  const end = ownEnd(text, own, next?.header.start ?? text.length);
  return afterLine(text, end, (last?.key ?? table.header).start, line);
}

/**
 * Returns the end of a table's last line. Comments right below its entries
 * belong to it, such as commented defaults; comments that reach the next header
 * belong to that.
 */
function ownEnd(text: string, from: number, limit: number): number {
  const end = lineEnd(text, from);
  const rest = text.slice(end, limit);
  const comments = /^(?:\r?\n[ \t]*#[^\r\n]*)*/.exec(rest)?.[0] ?? "";
  const isNextHeaders = limit < text.length &&
    /^\r?\n[ \t]*$/.test(rest.slice(comments.length));
  return isNextHeaders ? end : end + comments.length;
}

function intoInlineTable(
  text: string,
  { entries }: Layout,
  table: Entry,
  pair: string,
): Change {
  const { start, end } = table.value;
  if (text.charAt(start) !== "{") {
    throw new EditError(`${table.path.join(".")} is not a table there`);
  }
  const inner = entries.filter(({ value }) =>
    value.start > start && value.end < end
  );
  return inner.length === 0
    ? { at: start, replaced: end - start, insert: `{ ${pair} }` }
    : {
      at: Math.max(...inner.map(({ value }) => value.end)),
      replaced: 0,
      insert: `, ${pair}`,
    };
}

/**
 * Inserts a line below the one that contains `end`, indented like that of
 * `model`.
 */
function afterLine(
  text: string,
  end: number,
  model: number,
  line: string,
): Change {
  const at = lineEnd(text, end);
  const insert = eolFrom(text, at) + indentAt(text, model) + line;
  return { at, replaced: 0, insert };
}

function atEnd(text: string, lines: readonly string[]): Change {
  const eol = eolFrom(text, 0);
  const added = lines.join(eol);
  const at = text.length;
  if (text.trim() === "") return { at, replaced: 0, insert: added + eol };
  if (!text.endsWith("\n")) {
    return { at, replaced: 0, insert: `${eol}${eol}${added}` };
  }
  const space = /\n[ \t]*\r?\n$/.test(text) ? "" : eol;
  return { at, replaced: 0, insert: `${space}${added}${eol}` };
}
