/**
 * Rows of `scripts/sources` as tests.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { Findings } from "../../scripts/sources_table/analysis/judge.ts";
import { ROWS } from "../../scripts/sources_table/rows.ts";
import { runRow } from "../../scripts/sources_table/run_row.ts";
import type { Row } from "../../scripts/sources_table/stacks/stack.ts";
import { onlySession, type SessionOnDisk } from "../support/echolog.ts";
import { tempFolder } from "../support/temp.ts";

/**
 * Times and gaps are right to this many seconds: other tests run at the same
 * time.
 */
const TOLERANCE = 0.3;

/** A row of the table, and what differs from it. */
export interface ShortRow extends Partial<Omit<Row, "name">> {
  /** Its name. */
  readonly name: string;
  /** Seconds to which times and gaps are right in the place of those of all rows. */
  readonly tolerance?: number;
  /** Checks what else its log says. */
  readonly check?: (session: SessionOnDisk, findings: Findings) => void;
}

/**
 * Records rows at the same time, and checks that chunk times, gaps, overlap and
 * coverage are right. The reason is printed for a row that cannot run here.
 */
export async function assertRows(...rows: readonly ShortRow[]): Promise<void> {
  await Promise.all(rows.map(assertRow));
}

async function assertRow(
  { check, tolerance = TOLERANCE, ...short }: ShortRow,
): Promise<void> {
  const { name } = short;
  const row = ROWS.find((each) => each.name === name);
  if (row === undefined) throw new Error(`No row ${name}`);
  using keep = tempFolder();
  const outcome = await runRow({ ...row, ...short }, {
    ffmpeg: "ffmpeg",
    keep: keep.path,
    tolerance,
  });
  if (outcome.kind !== "recorded") {
    console.log(`not run: ${name}: ${outcome.why}`);
    return;
  }
  const { findings } = outcome;
  const session = await onlySession(join(keep.path, name, "recordings"));
  const shown = `${name}: ${JSON.stringify(findings)}\n${session.logText()}`;
  assertEquals(findings.problems, [], shown);
  check?.(session, findings);
}
