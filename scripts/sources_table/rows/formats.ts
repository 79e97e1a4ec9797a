/**
 * Rows of formats, rates and channels, all recorded from PulseAudio.
 *
 * @module
 */

import type { Signal } from "../analysis/signal.ts";
import { openPulse } from "../stacks/pulse.ts";
import type { Row } from "../stacks/stack.ts";

const RATES = [8_000, 48_000, 96_000, 192_000, 384_000];
const CHANNELS = [1, 2, 8];

function rowOf(format: Row["format"], signal: Signal): Row {
  const { rate, channels } = signal;
  return {
    name: `${format}-${rate / 1000}k-${channels}`,
    source: "PulseAudio",
    fault: "none",
    format,
    signal,
    seconds: 7,
    isForAll: true,
    open: (opening) => openPulse(opening),
  };
}

/** The rows. */
export const FORMATS: readonly Row[] = [
  ...(["flac", "wav"] as const).flatMap((format) =>
    CHANNELS.flatMap((channels) =>
      RATES.map((rate) => rowOf(format, { rate, channels, carries: "numbers" }))
    )
  ),
  ...CHANNELS.map((channels) =>
    rowOf("opus", { rate: 48_000, channels, carries: "beeps" })
  ),
];
