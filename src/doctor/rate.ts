/**
 * How large recordings get.
 *
 * @module
 */

import type { Settings } from "../config/settings.ts";

/** What FLAC makes of usual sound; noise is not compressed at all, silence to nothing. */
const FLAC_RATIO = 0.6;

/** An estimate for ffmpeg's own bit rates, in bytes. */
export function bytesPerHour(
  { format, sampleRate, channels }: Pick<
    Settings,
    "format" | "sampleRate" | "channels"
  >,
): number {
  const plain = sampleRate * channels * 2 * 3600;
  switch (format) {
    case "wav":
      return plain;
    case "flac":
      return plain * FLAC_RATIO;
    case "opus": {
      // libopus takes 64 kbit/s for a channel and 96 for a pair.
      const pairs = Math.floor(channels / 2);
      const bits = pairs * 96_000 + (channels % 2) * 64_000;
      return bits / 8 * 3600;
    }
  }
}
