/**
 * Several active sessions as a table.
 *
 * @module
 */

import { oneLine } from "../../../errors.ts";
import { type Column, renderTable } from "../../../terminal/table.ts";
import {
  formatBytes,
  formatDuration,
  formatPercent,
} from "../../../terminal/units.ts";
import { cutEnd } from "../../../terminal/width.ts";
import { audioAge } from "./check.ts";
import type { ShownStatus } from "./status_json.ts";

const COLUMNS: readonly Column<ShownStatus>[] = [
  { title: "SESSION", cell: ({ session_id }) => session_id },
  { title: "STATE", cell: stateOf },
  {
    title: "ELAPSED",
    cell: ({ wall }) => wall === null ? "–" : formatDuration(Math.floor(wall)),
    spare: 3,
  },
  { title: "LAST AUDIO", cell: lastAudioOf },
  {
    title: "GAPS",
    cell: ({ gaps }) => gaps === null ? "–" : String(gaps),
    alignRight: true,
    spare: 2,
  },
  {
    title: "COVERAGE",
    cell: ({ coverage }) => formatPercent(coverage),
    alignRight: true,
    spare: 4,
  },
  {
    title: "DISK LEFT",
    cell: ({ free_bytes }) =>
      free_bytes === null ? "–" : formatBytes(free_bytes),
    alignRight: true,
    spare: 5,
  },
  { title: "DEVICE", cell: ({ details }) => details?.device ?? "–", spare: 1 },
];

/** Returns a table of sessions, and the paths of their logs. */
export function statusTable(
  found: readonly ShownStatus[],
  columns: number,
): string[] {
  return [
    ...renderTable(found, COLUMNS, columns),
    "",
    ...found.map(({ log }) => `log: ${oneLine(log)}`),
  ].map((line) => cutEnd(line, columns));
}

function stateOf({ state, outage, details }: ShownStatus): string {
  if (outage !== null || details === null || state !== "recording") {
    return state;
  }
  const { silent_since, quiet_since, silent_channel_list: silent } = details;
  if (silent_since !== null || quiet_since !== null) return "silent";
  return silent.length === 0 ? state : `channel ${silent.join(", ")} silent`;
}

function lastAudioOf(status: ShownStatus): string {
  const age = audioAge(status);
  if (status.last_audio_ago === null || age === null) return "none yet";
  return age < 2 ? "now" : `${formatDuration(Math.floor(age))} ago`;
}
