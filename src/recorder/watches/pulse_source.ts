/**
 * Watches the source of a recording from PulseAudio or PipeWire.
 *
 * @module
 */

import { type Device, specOf } from "../../audio/device.ts";
import { ask } from "../../ffmpeg/pulse/ask.ts";
import { subscribeToSources } from "../../ffmpeg/pulse/subscription.ts";
import { ListProbe, PactlProbe, type SourceProbe } from "./source_probe.ts";
import {
  isPulse,
  mayBePlugIn,
  namedSource,
} from "../../ffmpeg/pulse/properties.ts";
import { SourceWatch, type SourceWatchOptions } from "./source_watch.ts";

/** Options of {@linkcode watchSource}. */
export interface PulseSourceOptions
  extends Pick<SourceWatchOptions, "clock" | "sink" | "onMoved"> {
  /** Marks the stream of the session's ffmpeg. */
  readonly tag: string;
  /** ffmpeg's path. */
  readonly ffmpeg: string;
}

/**
 * Returns a watch, or `null` for a device that is not one of a sound server. A
 * device of ALSA may be, by its plug-in: that is seen by its stream.
 */
export function watchSource(
  device: Device,
  { tag, ffmpeg, ...options }: PulseSourceOptions,
): SourceWatch | null {
  const isPlugIn = mayBePlugIn(device);
  if (!isPulse(device) && !isPlugIn) return null;
  const wanted = namedSource(device);
  let hasPactl: boolean | null = null;
  const probe = async (): Promise<SourceProbe | null> => {
    hasPactl ??= await ask("pactl", ["--version"]) !== null;
    if (hasPactl) return new PactlProbe(ask, tag);
    return wanted === null ? null : new ListProbe(ask, ffmpeg, wanted);
  };
  const reopened = isPlugIn ? specOf(device) : null;
  return new SourceWatch({
    ...options,
    ...{ wanted, reopened, probe },
    // Without pactl there is nothing to subscribe with.
    subscribe: (onChange) => subscribeToSources(onChange),
  });
}
