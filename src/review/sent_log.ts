/**
 * Reads a session from a log that somebody sent.
 *
 * @module
 */

import { decodeEvent } from "../log/format/event_fields.ts";
import type { ReadLine } from "../log/read/reader.ts";
import type { History } from "./history.ts";
import { HistoryReader } from "./history_reader.ts";

/**
 * Reads a log that somebody sent, whose parts may have been joined with the
 * newest first.
 *
 * @param blocks The lines, in the order of the file.
 */
export async function readSentHistory(
  blocks: AsyncIterable<readonly ReadLine[]>,
): Promise<History> {
  const sections: Section[] = [];
  for await (const lines of blocks) {
    for (const line of lines) {
      const header = headerOf(line);
      if (header !== null || sections.length === 0) {
        sections.push({ session: null, part: 0, ...header, lines: [] });
      }
      sections.at(-1)?.lines.push(line);
    }
  }
  const reader = new HistoryReader();
  for (const { lines } of inOrder(sections)) {
    for (const line of lines) reader.takeLine(line);
  }
  return reader.history();
}

/** The lines of one part. */
interface Section {
  readonly session: string | null;
  readonly part: number;
  readonly lines: ReadLine[];
}

/** Returns the session and the number of the part that a line begins, or `null`. */
function headerOf(line: ReadLine): Omit<Section, "lines"> | null {
  const event = line.head?.event;
  if (event !== "session_start" && event !== "log_rotated") return null;
  const { entry } = line;
  const header = entry === null ? null : decodeEvent(entry);
  switch (header?.event) {
    case "session_start":
      return { session: header.session_id, part: 1 };
    case "log_rotated":
      return { session: header.session_id, part: header.part };
    default:
      return null;
  }
}

/** Sorts the parts of each session. */
function inOrder(sections: readonly Section[]): Section[] {
  const groups: Section[][] = [];
  for (const section of sections) {
    const group = groups.at(-1);
    if (group?.[0]?.session === section.session) group?.push(section);
    else groups.push([section]);
  }
  return groups.flatMap((group) =>
    group.sort((one, other) => one.part - other.part)
  );
}
