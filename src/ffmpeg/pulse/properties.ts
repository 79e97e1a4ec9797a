/**
 * Properties of ffmpeg's stream, which libpulse takes from the environment.
 *
 * @module
 */

import type { Device } from "../../audio/device.ts";
import { SESSION_PROPERTY } from "./outputs.ts";

/**
 * Returns the name of the source that a device names.
 *
 * @returns `null` when it is the sound server's default, which may change, or
 * the device is not one of a sound server.
 */
export function namedSource(device: Device): string | null {
  if (!isPulse(device)) return null;
  return /^(?:default|@DEFAULT_\w+@)$/i.test(device.name) ? null : device.name;
}

/** Whether a device is one of a sound server. */
export function isPulse(
  device: Device,
): device is Extract<Device, { kind: "format" }> {
  return device.kind === "format" && device.format === "pulse";
}

/**
 * Whether a device of ALSA may be the plug-in that records from a sound server.
 * Only ALSA's configuration says whether it is, and which source it names.
 */
export function mayBePlugIn(
  device: Device,
): device is Extract<Device, { kind: "format" }> {
  return device.kind === "format" && device.format === "alsa" &&
    !/^(?:plug)?hw:/i.test(device.name);
}

/**
 * Properties of a stream that takes the named source or none: WirePlumber 0.4
 * has the first, 0.5 (Debian 13) needs both.
 */
const NAMED_ALONE = ["node.dont-reconnect=true", "node.dont-fallback=true"];

/**
 * Returns variables for ffmpeg. PipeWire would record the default source when
 * the named one is missing or removed; {@linkcode NAMED_ALONE} makes ffmpeg fail
 * instead. PulseAudio ignores those properties.
 *
 * @param own value of `PULSE_PROP` in the environment; it is kept.
 * @param tag value of {@linkcode SESSION_PROPERTY}, or `null` for none.
 */
export function pulseVariables(
  device: Device,
  own: string | undefined,
  tag: string | null,
): Record<string, string> {
  if (!isPulse(device) && !mayBePlugIn(device)) return {};
  const properties = [
    ...(own ? [own] : []),
    ...(namedSource(device) === null ? [] : NAMED_ALONE),
    ...(tag === null ? [] : [`${SESSION_PROPERTY}=${tag}`]),
  ];
  return properties.length === 0 ? {} : { PULSE_PROP: properties.join(" ") };
}
