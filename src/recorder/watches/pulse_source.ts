/**
 * Watches the source of a recording from PulseAudio or PipeWire.
 *
 * @module
 */

import type { Device } from "../../audio/device.ts";
import { ask } from "../../ffmpeg/pulse/ask.ts";
import { ListProbe, PactlProbe, type SourceProbe } from "./source_probe.ts";
import { isPulse, namedSource } from "../../ffmpeg/pulse/properties.ts";
import { SourceWatch, type SourceWatchOptions } from "./source_watch.ts";

/** Options of {@linkcode watchSource}. */
export interface PulseSourceOptions
  extends Pick<SourceWatchOptions, "clock" | "sink" | "onMoved"> {
  /** Marks the stream of the session's ffmpeg. */
  readonly tag: string;
  /** ffmpeg's path. */
  readonly ffmpeg: string;
}

/** Returns a watch, or `null` for a device that is not one of a sound server. */
export function watchSource(
  device: Device,
  { tag, ffmpeg, ...options }: PulseSourceOptions,
): SourceWatch | null {
  if (!isPulse(device)) return null;
  const wanted = namedSource(device);
  let hasPactl: boolean | null = null;
  const probe = async (): Promise<SourceProbe | null> => {
    hasPactl ??= await ask("pactl", ["--version"]) !== null;
    if (hasPactl) return new PactlProbe(ask, tag);
    return wanted === null ? null : new ListProbe(ask, ffmpeg, wanted);
  };
  return new SourceWatch({ ...options, wanted, probe });
}
