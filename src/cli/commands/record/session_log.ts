/**
 * The log of a recording, and its first event.
 *
 * @module
 */

import { join } from "@std/path";
import type { BitDepth } from "../../../audio/bit_depth.ts";
import {
  describeOverrides,
  type LoadedSettings,
} from "../../../config/load.ts";
import type { EpochMs, SessionStart } from "../../../events.ts";
import { shapeOf } from "../../../ffmpeg/command/encoded_size.ts";
import { depthOf, encoderOf } from "../../../ffmpeg/command/sample_format.ts";
import {
  openSessionLog,
  type SessionLog,
} from "../../../log/write/session_log.ts";
import { platformName } from "../../../platform/host.ts";
import type { Redact } from "../../../redact/redact.ts";
import { LOG_FILE, type SessionFolder } from "../../../sessions/folder.ts";
import { localZoneName } from "../../../times/zone.ts";
import { version } from "../../../version.ts";

/** Opens the log of a session. */
export function openLog(
  { settings }: LoadedSettings,
  folder: SessionFolder,
  start: EpochMs,
  redact: Redact,
  onError: (line: string) => void,
): SessionLog {
  return openSessionLog({
    path: join(folder.path, LOG_FILE),
    sessionId: folder.id,
    start,
    level: settings.logLevel,
    format: settings.logFormat,
    utc: settings.logUtc,
    rotation: settings.logRotation,
    maxBytes: settings.logMaxBytes,
    backupCount: settings.logBackupCount,
    timeWhen: settings.logTimeWhen,
    redact,
    onError,
  });
}

/** Returns the first event of a session. */
export function describeStart(
  loaded: LoadedSettings,
  folder: SessionFolder,
  start: EpochMs,
  { device, bitDepth, ffmpegVersion }: {
    readonly device: string;
    readonly bitDepth: BitDepth | null;
    readonly ffmpegVersion: string | null;
  },
): Omit<SessionStart, "time" | "event"> {
  const { settings } = loaded;
  const encoding = { ...settings, bitDepth };
  const shape = shapeOf(settings);
  return {
    session_id: folder.id,
    start,
    device,
    sample_rate: shape.sampleRate,
    channels: shape.channels,
    bit_depth: depthOf(encoding),
    timezone: localZoneName(),
    codec: encoderOf(encoding),
    format: settings.format,
    segment_duration: settings.segmentDuration,
    output_dir: settings.outputDir,
    config: loaded.configPath,
    overrides: describeOverrides(loaded),
    log_level: settings.logLevel,
    log_rotation: settings.logRotation,
    log_max_bytes: settings.logMaxBytes,
    log_backup_count: settings.logBackupCount,
    echolog: version(),
    ffmpeg: ffmpegVersion,
    os: platformName(),
    pid: Deno.pid,
  };
}
