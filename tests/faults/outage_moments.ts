/**
 * What every command says of an outage at one moment of it.
 *
 * @module
 */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { CauseWord } from "../../src/events.ts";
import { LiveView } from "../../src/cli/live/view.ts";
import { readLogBlocks } from "../../src/log/read/reader.ts";
import { explain } from "../../src/review/explain/explain.ts";
import { inWords } from "../../src/review/explain/glossary.ts";
import { readHistory } from "../../src/review/history_reader.ts";
import { knownSession } from "../../src/sessions/catalog.ts";
import { readChunkIndex } from "../../src/sessions/chunks/chunk_index.ts";
import { summarize } from "../../src/sessions/list_entry.ts";
import { readState } from "../../src/sessions/state_file.ts";
import { statusOf } from "../../src/sessions/status.ts";
import { SessionTotals } from "../../src/sessions/totals.ts";
import type { SessionOnDisk } from "../support/echolog.ts";
import { waitFor } from "../support/wait.ts";

/**
 * Milliseconds: the wall clock is compared with the monotonic one each time.
 */
export const SAME_MS = 20;

/** An outage that all commands agree on. */
export interface OneOutage {
  /** When it began. */
  readonly since: number;
  /** Its cause. */
  readonly cause: CauseWord;
}

/**
 * Waits until every command knows of an outage, and checks that it is the same:
 * its beginning, its cause and the number of gaps.
 *
 * @param same Milliseconds by which its beginning in the log may differ.
 */
export async function assertOneOutage(
  session: SessionOnDisk,
  name: string,
  same = SAME_MS,
): Promise<OneOutage> {
  const said = await waitFor("one outage everywhere", () => ask(session));
  const { status, listed, explained, open, state, now } = said;
  const { outage } = status;
  assert(outage !== null && listed.outage !== null);
  const about = `${name}:\n${session.logText()}`;
  assertEquals(listed.outage.since, outage.since, about);
  assertEquals(state?.since, outage.since, about);
  const since = Date.parse(outage.since);
  assertAlmostEquals(open.start, since, same, about);
  assertEquals(listed.outage.cause, outage.cause, about);
  assertEquals(open.cause, outage.cause, about);
  assertEquals(state?.cause, outage.cause, about);
  const first = session.eventsOf("recovery")[0];
  assertEquals(first?.cause, outage.cause, about);
  assertEquals(explained.gapCount, status.gaps, about);
  assertEquals(listed.gaps, status.gaps, about);
  const line = liveLine(since, open.cause, now);
  assertEquals(outageIn(line), {
    length: Math.floor((now - since) / 1000),
    cause: inWords(open.cause),
  });
  return { since, cause: open.cause };
}

/** Returns the length and the cause that a live line shows, or `null`. */
export function outageIn(
  line: string,
): { readonly length: number; readonly cause: string } | null {
  const [, length, cause = ""] =
    /no audio for (\d+) s: (.*?) {2}chunk \d/.exec(line) ?? [];
  return length === undefined ? null : { length: Number(length), cause };
}

/** What all say of the outage at one moment; `null` while some say there is none. */
async function ask(session: SessionOnDisk) {
  const { folder } = session;
  const before = readState(folder)?.updated;
  const now = Date.now();
  const known = await knownSession(folder, null);
  assert(known !== null);
  const status = statusOf(known, now, null);
  const listed = await summarize(known);
  const history = await readHistory(
    readLogBlocks(known.log),
    readChunkIndex(folder),
  );
  const explained = explain(history, {
    folderName: "x",
    isActive: true,
    now: Date.now(),
  });
  // Between two writes they would be asked about different moments.
  if (readState(folder)?.updated !== before) return null;
  const open = explained.gaps.at(-1);
  if (status.outage === null || open === undefined || open.isOver) return null;
  return { now, status, listed, explained, open, state: known.state };
}

/** Returns what the live line shows of the same outage. */
function liveLine(since: number, cause: CauseWord, now: number): string {
  const view = new LiveView(new SessionTotals());
  view.observe({ kind: "outage", time: now, outage: { since, cause } });
  return view.line({ elapsed: 10, openBytes: 0, now }, 120);
}
