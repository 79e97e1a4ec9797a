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
  const server = (machine.env("PULSE_SERVER") ?? "") !== "" ||
    machine.exists(pulseSocketPath(machine));
  return server ? "pulse:default" : "alsa:default";
}

/**
 * Returns the path of the socket that `PULSE_SERVER` names, or `null` when it
 * names a server on the network.
 */
export function pulseServerSocket(server: string): string | null {
  // See pulse-client.conf(5): an optional machine in braces, and `unix:`.
  return /^(?:\{[^}]*\})?(?:unix:)?(\/\S+)/.exec(server)?.[1] ?? null;
}

/** Returns the path of PulseAudio's socket where no variable names another. */
export function pulseSocketPath(
  { env, uid }: Pick<HostEnvironment, "env" | "uid">,
): string {
  const runtime = env("XDG_RUNTIME_DIR") ?? `/run/user/${uid ?? 0}`;
  return `${runtime}/pulse/native`;
}

/**
 * How audio comes from a device. `local`: as it is captured. `reliable`: over a
 * network that delivers everything, though late. `lossy`: over a network that
 * drops packets.
 */
export type Transport = "local" | "reliable" | "lossy";

/** Schemes over TCP, which delivers everything. */
const RELIABLE = new Set([
  ...["http", "https", "ftp", "ftps", "sftp", "tcp", "tls", "hls", "icecast"],
  ...["rtmp", "rtmps", "rtmpt", "rtmpts", "rtmpe", "mmsh", "file"],
]);
/** ffmpeg's input formats that read from a network. */
const NETWORK_FORMATS = new Set(["hls", "rtsp", "sdp", "rtp", "mpegts"]);

/**
 * Returns how audio comes from a device.
 *
 * @param inputArgs ffmpeg's further arguments, which may choose TCP for RTSP.
 */
export function transportOf(
  device: Device,
  inputArgs: readonly string[] = [],
): Transport {
  const url = device.kind === "url"
    ? device.url
    : device.kind === "format" && NETWORK_FORMATS.has(device.format)
    ? device.name
    : null;
  if (url === null) return "local";
  // The file describes RTP.
  if (device.kind === "format" && device.format === "sdp") return "lossy";
  const scheme = /^([a-z][a-z0-9.-]*)(?:\+[a-z]+)?:/i.exec(url)?.[1] ?? "file";
  const at = inputArgs.lastIndexOf("-rtsp_transport");
  const isReliable = RELIABLE.has(scheme.toLowerCase()) ||
    at >= 0 && /^(?:tcp|https?)$/.test(inputArgs[at + 1] ?? "");
  return isReliable ? "reliable" : "lossy";
}

/** What a source is, for advice: a device of this machine, or a stream over a network. */
export type SourceKind = "device" | "stream";

/**
 * Returns the kind of a source, or `null` when it is unknown: a file, or a
 * device whose name is hidden.
 *
 * @param spec The source as `--device` takes it.
 */
export function sourceKind(spec: string): SourceKind | null {
  const device = parseDevice(spec);
  if (device === null || /^file:/i.test(spec)) return null;
  return device.kind === "url" || transportOf(device) !== "local"
    ? "stream"
    : "device";
}
