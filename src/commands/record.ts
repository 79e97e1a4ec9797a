/**
 * `echolog record`: a session from its folder to its exit code.
 *
 * @module
 */

import { join } from "@std/path";
import type { ParsedOptions } from "../cli/options.ts";
import {
  describeOverrides,
  type LoadedSettings,
  loadSettings,
} from "../config/load.ts";
import { EchologError, messageOf, oneLine } from "../errors.ts";
import type { EpochMs, EventSink, SessionStart } from "../events.ts";
import { CODECS } from "../ffmpeg/args.ts";
import { defaultDevice, type Device, parseDevice } from "../ffmpeg/devices.ts";
import { ffmpegVersion, installHint, locateFfmpeg } from "../ffmpeg/locate.ts";
import { spawnFfmpeg } from "../ffmpeg/process.ts";
import type { Redact } from "../log/kinds.ts";
import { openSessionLog, type SessionLog } from "../log/session_log.ts";
import { systemClock } from "../platform/clock.ts";
import {
  env,
  exists,
  homeFolder,
  isProgram,
  platformName,
  stateFolder,
  userNumber,
} from "../platform/host.ts";
import { EndListener } from "../session/end.ts";
import { createSessionFolder, type SessionFolder } from "../session/folder.ts";
import { registerSession, type Registration } from "../session/registry.ts";
import { type Outcome, Session } from "../session/session.ts";
import { SessionStore } from "../session/store.ts";
import { version } from "../version.ts";

/**
 * Records until stopped.
 *
 * @throws {EchologError} when the recording could not begin, or failed.
 */
export async function record(options: ParsedOptions): Promise<number> {
  const loaded = loadRecordSettings(options);
  const { settings } = loaded;
  const { spec: deviceSpec, device } = chooseDevice(settings.device);
  // Redaction comes in here: everything that leaves the program goes through it.
  const redact: Redact = (text) => text;
  const start = systemClock.now();
  // What is recorded is for its user alone, whatever umask cron starts us with.
  if (Deno.build.os !== "windows") Deno.umask(0o077);
  using end = new EndListener();
  const folder = await createSessionFolder(
    settings.outputDir,
    settings.sessionId,
    start,
  );
  using log = openLog(loaded, folder, start, redact);
  announce(`Logging to ${log.path} (level=${settings.logLevel})`);

  const ffmpeg = locateFfmpeg(settings.ffmpegPath, {
    os: Deno.build.os,
    env,
    home: homeFolder(),
    isProgram,
  });
  const store = new SessionStore({
    folder: folder.path,
    log: log.path,
    redact,
    onTrouble: (error) => warn(log, "state_not_written", error),
  });
  const session = new Session({
    start: await describeStart(loaded, folder, start, deviceSpec, ffmpeg),
    ffmpeg,
    ffmpegHint: installHint(Deno.build.os),
    spec: { ...settings, device },
    duration: settings.duration,
    spawn: (path, args, listener) =>
      spawnFfmpeg(path, args, listener, systemClock),
    sinks: [log, store],
    isShown: (level) => log.shows(level),
    logCounts: () => log.counts(),
    clock: systemClock,
  });
  end.attach(session, log);
  using _registration = register(folder, log);
  return exitCodeOf(await session.toEnd(), log.path, redact);
}

function loadRecordSettings(options: ParsedOptions): LoadedSettings {
  const configPath = options.values.get("config");
  return loadSettings({
    flags: options.values,
    ...(configPath === undefined ? {} : { configPath }),
  }, {
    env,
    home: homeFolder(),
    cwd: Deno.cwd(),
    os: Deno.build.os,
    readFile: Deno.readFileSync,
  });
}

function chooseDevice(wanted: string | null): { spec: string; device: Device } {
  const spec = wanted ?? defaultDevice({
    os: Deno.build.os,
    env,
    exists,
    uid: userNumber(),
  });
  const device = spec === null ? null : parseDevice(spec);
  if (spec === null || device === null) {
    throw new EchologError("usage", "No default capture device is known here", {
      hint: 'name one with --device, such as "dshow:audio=Microphone"',
    });
  }
  return { spec, device };
}

function openLog(
  { settings }: LoadedSettings,
  folder: SessionFolder,
  start: EpochMs,
  redact: Redact,
): SessionLog {
  return openSessionLog({
    path: join(folder.path, "session.log"),
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
    onTrouble: (line) => complain(redact(line)),
  });
}

async function describeStart(
  loaded: LoadedSettings,
  folder: SessionFolder,
  start: EpochMs,
  device: string,
  ffmpeg: string | null,
): Promise<Omit<SessionStart, "time" | "event">> {
  const { settings } = loaded;
  return {
    session_id: folder.id,
    start,
    device,
    sample_rate: settings.sampleRate,
    channels: settings.channels,
    codec: CODECS[settings.format],
    format: settings.format,
    segment_duration: settings.segmentDuration,
    output_dir: folder.path,
    config: loaded.configPath,
    overrides: describeOverrides(loaded),
    log_level: settings.logLevel,
    log_rotation: settings.logRotation,
    log_max_bytes: settings.logMaxBytes,
    log_backup_count: settings.logBackupCount,
    echolog: version(),
    ffmpeg: ffmpeg === null ? null : await tryVersion(ffmpeg),
    os: platformName(),
    pid: Deno.pid,
  };
}

async function tryVersion(ffmpeg: string): Promise<string | null> {
  try {
    return await ffmpegVersion(ffmpeg);
  } catch {
    // It cannot be run; the session will find that out and log it.
    return null;
  }
}

function register(folder: SessionFolder, log: SessionLog): Registration | null {
  const state = stateFolder();
  try {
    if (state === null) throw new Error("there is no home folder");
    return registerSession(state, {
      session_id: folder.id,
      folder: folder.path,
      log: log.path,
    });
  } catch (error) {
    warn(log, "not_registered", error);
    return null;
  }
}

function warn(sink: EventSink, code: string, error: unknown): void {
  sink.emit({
    event: "warning",
    time: systemClock.now(),
    code,
    message: messageOf(error),
  });
}

function exitCodeOf(outcome: Outcome, log: string, redact: Redact): number {
  if (outcome.problem !== null) {
    complain(`${redact(outcome.problem)}; see ${log}`);
  }
  return outcome.exitCode;
}

function announce(line: string): void {
  write(Deno.stdout, line);
}

function complain(line: string): void {
  write(Deno.stderr, `echolog: ${line}`);
}

function write(stream: typeof Deno.stdout, line: string): void {
  try {
    stream.writeSync(new TextEncoder().encode(`${oneLine(line)}\n`));
  } catch {
    // The terminal or the pipe is gone; the log has it all.
  }
}
