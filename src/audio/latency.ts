/**
 * How late audio may be in its file.
 *
 * @module
 */

/** What `recording.latency` takes; the first is the default. */
export const LATENCIES = ["normal", "low"] as const;

/** One of {@linkcode LATENCIES}. */
export type Latency = typeof LATENCIES[number];
