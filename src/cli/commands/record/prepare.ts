/**
 * What is checked before a session begins: what is known to fail makes none.
 *
 * @module
 */

import type { BitDepth } from "../../../audio/bit_depth.ts";
import type { Device } from "../../../audio/device.ts";
import { assertChunkSize, assertLimits } from "../../../config/load.ts";
import type { Settings } from "../../../config/settings.ts";
import { nextTime } from "../../../times/typed.ts";
import { Zone } from "../../../times/zone.ts";
import { EchologError } from "../../../errors.ts";
import type { EpochMs } from "../../../events.ts";
import { assertEncoder } from "../../../ffmpeg/command/encoder.ts";
import { assertInputFormat } from "../../../ffmpeg/input_format.ts";
import { assertMixable } from "../../../ffmpeg/source/channel_check.ts";
import { chooseDepth } from "../../../ffmpeg/source/source.ts";
import type { Clock } from "../../../platform/clock.ts";
import { processLimits } from "../../../platform/processes.ts";
import {
  chooseFfmpeg,
  type FoundFfmpeg,
  requireRecordingFfmpeg,
} from "../../args/command_settings.ts";

/** An ffmpeg that can record the device, and the depth of the recording. */
export interface Ready {
  /** ffmpeg. */
  readonly ffmpeg: FoundFfmpeg;
  /** Bits per sample, or `null` for a format without a depth. */
  readonly bitDepth: BitDepth | null;
  /** Whether the source was slow to open. */
  readonly wasSlow: boolean;
}

/** A source that takes this many milliseconds to open is slow. */
const SLOW_MS = 2_000;

/** What {@linkcode prepare} needs. */
export interface Prepared {
  /** The settings. */
  readonly settings: Settings;
  /** The device. */
  readonly device: Device;
  /** The clock. */
  readonly clock: Clock;
  /** Ends the queries. */
  readonly signal: AbortSignal;
}

/**
 * Returns an ffmpeg that works and can read from the device; `null` when a
 * signal came meanwhile, which ends the query, too.
 *
 * @throws {EchologError} when there is none, or a chunk would be too large.
 */
export async function prepare(
  { settings, device, clock, signal }: Prepared,
): Promise<Ready | null> {
  const begun = clock.monotonic();
  const limits = processLimits();
  // Without files to open, ffmpeg cannot be asked either.
  assertLimits(settings, null, { ...limits, fileBytes: Infinity });
  try {
    const ffmpeg = await checkFfmpeg(settings, device);
    await assertMixable(ffmpeg.path, device, settings);
    const bitDepth = await chooseDepth(ffmpeg.path, device, settings);
    assertChunkSize(settings, bitDepth);
    assertLimits(settings, bitDepth, limits);
    const wasSlow = clock.monotonic() - begun >= SLOW_MS;
    return signal.aborted ? null : { ffmpeg, bitDepth, wasSlow };
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
}

/**
 * Returns an ffmpeg that works and has what the recording needs. It is asked
 * all at once: audio is missing until then.
 *
 * @throws {EchologError} when there is none.
 */
async function checkFfmpeg(
  settings: Settings,
  device: Device,
): Promise<FoundFfmpeg> {
  const path = chooseFfmpeg(settings.ffmpegPath);
  const abilities = path === null ? [] : [
    assertEncoder(path, { ...settings, bitDepth: null }),
    assertInputFormat(path, device),
  ];
  const answers = Promise.allSettled(abilities);
  // An ffmpeg that does not work has nothing to say about the rest.
  const ffmpeg = await requireRecordingFfmpeg(settings.ffmpegPath);
  for (const answer of await answers) {
    if (answer.status === "rejected") throw answer.reason;
  }
  return ffmpeg;
}

/**
 * Returns the end that was typed, or `null` without one.
 *
 * @throws {EchologError} `usage`, when it has passed.
 */
export function endOf(until: string | null, now: EpochMs): EpochMs | null {
  if (until === null) return null;
  const end = nextTime(until, now, Zone.local());
  if (end !== null && end > now) return end;
  throw new EchologError("usage", `Cannot use --until ${until}`, {
    hint: "that time has passed",
  });
}
