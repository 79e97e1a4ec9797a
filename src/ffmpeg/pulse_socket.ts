/**
 * Where the sound server of this user listens.
 *
 * @module
 */

import { type Device, pulseSocketPath } from "../audio/device.ts";
import type { HostEnvironment } from "../platform/host.ts";

/**
 * The socket by which ffmpeg reaches the PulseAudio server, or PipeWire in its
 * place, of a device.
 *
 * @returns a path, or `null` when the device is none of a local server.
 */
export function pulseSocket(
  device: Device,
  machine: Pick<HostEnvironment, "env" | "uid">,
): string | null {
  if (device.kind !== "format" || device.format !== "pulse") return null;
  const server = machine.env("PULSE_SERVER");
  if (server !== undefined && server !== "") {
    // See pulse-client.conf(5): maybe a machine in braces, and `unix:`.
    const [, path] = /^(?:\{[^}]*\})?(?:unix:)?(\/\S+)/.exec(server) ?? [];
    return path ?? null;
  }
  return pulseSocketPath(machine);
}
