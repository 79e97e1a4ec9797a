/**
 * The devices that `--device` can name.
 *
 * @module
 */

import type { HostEnvironment } from "../platform/host.ts";

/** A source of audio for ffmpeg. */
export type Device =
  /** ffmpeg's `-f FORMAT -i NAME`. */
  | {
    readonly kind: "format";
    readonly format: string;
    readonly name: string;
  }
  /** An address that ffmpeg opens itself. */
  | { readonly kind: "url"; readonly url: string }
  /** A tone made by ffmpeg, at real-time speed. */
  | { readonly kind: "test" };

/** The forms of a device, for messages. */
export const DEVICE_FORMS =
  "FORMAT:NAME such as pulse:default or alsa:hw:CARD=Device,DEV=0, a URL such as rtsp://host/path, or test";

/**
 * Parses a device.
 *
 * @returns the device, or `null` when `spec` has none of the forms.
 */
export function parseDevice(spec: string): Device | null {
  if (spec === "test") return { kind: "test" };
  if (/^[a-z][a-z0-9+.-]*:\/\/./i.test(spec)) return { kind: "url", url: spec };
  const match = /^([a-z][a-z0-9_]*):(?!\/\/)(.+)$/is.exec(spec);
  const [, format, name] = match ?? [];
  if (format === undefined || name === undefined) return null;
  return { kind: "format", format, name };
}

/** Returns a device as `--device` takes it. */
export function specOf(device: Device): string {
  switch (device.kind) {
    case "test":
      return "test";
    case "url":
      return device.url;
    case "format":
      return `${device.format}:${device.name}`;
  }
}

/**
 * Returns the platform's default capture device: on Linux the sound server if
 * one runs and otherwise ALSA's default, on macOS the default input.
 *
 * @returns a device as `--device` takes it, or `null` where the platform has no name for its default.
 */
export function defaultDevice(
  machine: Pick<HostEnvironment, "env" | "exists" | "os" | "uid">,
): string | null {
  if (machine.os === "darwin") return "avfoundation::default";
  if (machine.os === "windows") return null;
  const server = machine.env("PULSE_SERVER") !== undefined ||
    machine.exists(pulseSocketPath(machine));
  return server ? "pulse:default" : "alsa:default";
}

/** Returns the path of PulseAudio's socket where no variable names another. */
export function pulseSocketPath(
  { env, uid }: Pick<HostEnvironment, "env" | "uid">,
): string {
  const runtime = env("XDG_RUNTIME_DIR") ?? `/run/user/${uid ?? 0}`;
  return `${runtime}/pulse/native`;
}
