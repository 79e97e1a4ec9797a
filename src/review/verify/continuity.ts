/**
 * Checks whether the chunks of a session join, by their times in the log.
 *
 * @module
 */

import type { ChunkCreated, Gap } from "../../events.ts";
import { parseDevice } from "../../audio/device.ts";
import { formatDuration } from "../../terminal/units.ts";
import type { History } from "../history.ts";

/**
 * Maximum difference between times in the log and the wall clock, in
 * milliseconds.
 */
const TOLERANCE_MS = 100;
/** Maximum audio that a server sends again, in milliseconds. */
const MAX_HELD_MS = 600_000;
/**
 * Tolerance in milliseconds for a chunk closed after a crash, whose time comes
 * from its file's mtime.
 */
const RECOVERED_MS = 2_000;

/**
 * Returns the places where chunks neither join nor have a logged gap between
 * them.
 */
export function joinFaults(history: History): string[] {
  const { chunks, notes } = history;
  const gaps = history.gaps.map(({ gap }) => gap);
  // When the clock was set, the times before and after it do not join, but the
  // audio does.
  const wasSet = notes.some(({ first }) => first.code === "clock_step");
  const faults: string[] = [];
  const sorted = [...chunks].sort((one, other) => one.seq - other.seq);
  for (const [index, chunk] of sorted.entries()) {
    const before = sorted[index - 1];
    if (before === undefined) continue;
    const isLost = gaps.some(({ cause, start }) =>
      cause === "chunk_finalize_failed" && start >= before.end - TOLERANCE_MS &&
      start < chunk.start
    );
    if (chunk.seq > before.seq + 1 && !isLost) {
      faults.push(missing(before, chunk));
    } else if (!wasSet && !isRepeat(history, before, chunk)) {
      faults.push(...joinFault(before, chunk, gaps));
    }
  }
  return faults;
}

/**
 * Whether a chunk of a stream may begin before the previous one ends. Servers
 * send their buffer to each new ffmpeg at once, so some audio may repeat; later
 * data is late or early with the network.
 */
function isRepeat(
  { start }: History,
  before: ChunkCreated,
  after: ChunkCreated,
): boolean {
  const overlap = before.end - after.start;
  if (overlap <= 0 || overlap > MAX_HELD_MS) return false;
  const kind = parseDevice(start?.device ?? "")?.kind ?? null;
  // When the device's name is hidden or rotated away, its kind is unknown.
  return kind === "url" || kind === null && after.run !== before.run;
}

function missing(before: ChunkCreated, after: ChunkCreated): string {
  const count = after.seq - before.seq - 1;
  const many = count === 1 ? "one chunk" : `${count} chunks`;
  return `no line of the log names ${many} between ${before.file} and ${after.file}`;
}

function joinFault(
  before: ChunkCreated,
  after: ChunkCreated,
  gaps: readonly Gap[],
): string[] {
  const isRecovered = before.recovered === true || after.recovered === true;
  const tolerance = isRecovered ? RECOVERED_MS : TOLERANCE_MS;
  const apart = after.start - before.end;
  if (apart < -tolerance) {
    return [
      `${after.file} begins ${
        formatDuration(-apart / 1000)
      } before ${before.file} ends`,
    ];
  }
  const named = gaps.reduce((sum, gap) => {
    const start = Math.max(gap.start, before.end - tolerance);
    const end = Math.min(gap.end, after.start + tolerance);
    return sum + Math.max(0, end - start);
  }, 0);
  return apart - named > tolerance
    ? [
      `${
        formatDuration((apart - named) / 1000)
      } between ${before.file} and ${after.file} are neither audio nor a logged gap`,
    ]
    : [];
}
