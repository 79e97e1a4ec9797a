/**
 * Finds the gap that a dead recorder could not log.
 *
 * @module
 */

import type { ChunkCreated, EpochMs, Gap } from "../events.ts";
import type { Clock } from "../platform/clock.ts";
import { LATE_MS } from "./chunks.ts";
import type { Past, UnreportedOutage } from "./read_log.ts";

/**
 * Returns the gap that the recorder could not report before it died: the one
 * before audio that returned, or up to its last line.
 */
export function unreportedGap(
  { outage, chunks }: Past,
  recovered: readonly ChunkCreated[],
  { until, clock }: { until: EpochMs | null; clock: Clock },
): Gap | null {
  if (outage === null) return null;
  const next = recovered.find((chunk) => chunk.start >= outage.since);
  if (next === undefined) {
    return lastGap(outage, [...chunks.values(), ...recovered], {
      until,
      clock,
    });
  }
  const before = [...chunks.values(), ...recovered]
    .filter(({ seq }) => seq < next.seq);
  const since = before.length === 0
    ? until ?? next.start
    : before.reduce((end, chunk) => Math.max(end, chunk.end), -Infinity);
  // When a chunk was lost in between, the missing audio is not this outage.
  if (since >= next.start || since > outage.since + LATE_MS) return null;
  return {
    event: "gap",
    time: clock.now(),
    start: since,
    end: next.start,
    duration: (next.start - since) / 1000,
    cause: outage.cause,
  };
}

/** Returns the gap of an outage in which the recorder died. */
function lastGap(
  { since, until: end, cause }: UnreportedOutage,
  chunks: readonly ChunkCreated[],
  { until, clock }: { until: EpochMs | null; clock: Clock },
): Gap | null {
  const last = chunks.reduce<ChunkCreated | null>(
    (last, chunk) => last === null || chunk.end > last.end ? chunk : last,
    null,
  );
  const start = last?.end ?? until ?? since;
  // A file may be dated later than its audio.
  const tolerance = last?.recovered === true ? LATE_MS : 0;
  if (end - start <= tolerance || start > since + LATE_MS) return null;
  return {
    event: "gap",
    time: clock.now(),
    start,
    end,
    duration: (end - start) / 1000,
    cause,
  };
}
