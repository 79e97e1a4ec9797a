/**
 * Checks whether ffmpeg exists and supports the recording.
 *
 * @module
 */

import type { Device } from "../audio/device.ts";
import { FORMATS } from "../audio/format.ts";
import type { Settings } from "../config/settings.ts";
import { type Check, failed, ok } from "./check.ts";
import { ffmpegVersion, installHint } from "../ffmpeg/locate.ts";
import { adviceOf, whyNotRun } from "../platform/programs/spawn.ts";
import { runFfmpeg } from "../ffmpeg/query.ts";
import { NEWER_HINT, whyTooOld } from "../ffmpeg/version.ts";

/** Input of the check. */
export interface FfmpegWanted {
  /** ffmpeg's path, or `null` when there is none. */
  readonly path: string | null;
  /** The settings in effect. */
  readonly settings: Pick<Settings, "ffmpegPath" | "format" | "bitDepth">;
  /** The device to record, or `null` when unknown. */
  readonly device: Device | null;
}

const NAME = "ffmpeg";
const LIMIT = 5_000;

/** Finds ffmpeg, its version, the encoder of the format and the input of the device. */
export async function checkFfmpeg(wanted: FfmpegWanted): Promise<Check> {
  const { path, settings, device } = wanted;
  const hint = installHint(Deno.build.os);
  if (path === null) {
    const named = settings.ffmpegPath === null
      ? "it is neither on PATH nor in the usual folders"
      : `${settings.ffmpegPath} is not an executable file`;
    return failed(NAME, `not found: ${named}`, hint);
  }
  try {
    const version = await ffmpegVersion(path);
    if (version === null) {
      return failed(NAME, `${path} does not report its version`, hint);
    }
    const tooOld = whyTooOld(version);
    if (tooOld !== null) return failed(NAME, `${path}: ${tooOld}`, NEWER_HINT);
    const { format, bitDepth } = settings;
    const encoder = FORMATS[format].codec(bitDepth === "auto" ? 16 : bitDepth);
    const lacks = await whatLacks(path, encoder, device);
    const text = `${version} at ${path}`;
    return lacks.length === 0
      ? ok(NAME, text)
      : failed(NAME, `${text} lacks ${lacks.join(" and ")}`, anotherOne(lacks));
  } catch (error) {
    const problem = `cannot run ${path}: ${whyNotRun(error)}`;
    return failed(NAME, problem, adviceOf(error) ?? hint);
  }
}

function anotherOne(lacks: readonly string[]): string {
  return lacks.some((name) => name.startsWith("the encoder"))
    ? "name another ffmpeg with --ffmpeg, or choose another --format"
    : "name another ffmpeg with --ffmpeg, or choose another --device";
}

async function whatLacks(
  path: string,
  encoder: string,
  device: Device | null,
): Promise<string[]> {
  const lacks: string[] = [];
  if (!(await listed(path, "-encoders")).has(encoder)) {
    lacks.push(`the encoder ${encoder}`);
  }
  const format = device === null ? null : inputFormat(device);
  const hasInput = format === null ||
    (await listed(path, "-devices")).has(format) ||
    (await listed(path, "-demuxers")).has(format);
  if (!hasInput) lacks.push(`the input ${format}`);
  return lacks;
}

/** Returns the format of a device; ffmpeg detects that of a URL itself. */
function inputFormat(device: Device): string | null {
  switch (device.kind) {
    case "test":
      return "lavfi";
    case "url":
      return null;
    case "format":
      return device.format;
  }
}

async function listed(path: string, list: string): Promise<Set<string>> {
  const { stdout } = await runFfmpeg(path, ["-hide_banner", list], {
    limit: LIMIT,
  });
  return parseNames(stdout);
}

/**
 * Returns the names of the encoders, demuxers or devices that ffmpeg lists,
 * ` DE alsa  …` or ` A....D flac  …`, without those that can only write.
 */
export function parseNames(lines: readonly string[]): Set<string> {
  return new Set(lines.flatMap((line) => {
    const name = /^ (?:D[E ]?[d ]?|[AVS][A-Z.]{5}) +([a-z0-9_,]+)/.exec(line);
    return name?.[1]?.split(",") ?? [];
  }));
}
