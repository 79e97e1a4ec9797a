/**
 * `echolog record`: records a session.
 *
 * @module
 */

import { writeAllSync } from "@std/io/write-all";
import { dirname, join } from "@std/path";
import type { BitDepth } from "../../audio/bit_depth.ts";
import type { Device } from "../../audio/device.ts";
import {
  describeMissingServer,
  missingServer,
} from "../../audio/sound_server.ts";
import {
  chooseDevice,
  type FoundFfmpeg,
  loadCommandSettings,
  requireRecordingFfmpeg,
  settingsRedactor,
} from "../args/command_settings.ts";
import type { ParsedOptions } from "../args/options.ts";
import { RecordingConsole } from "../live/console.ts";
import { ownCommand } from "../../platform/own_command.ts";
import {
  assertChunkSize,
  describeOverrides,
  type LoadedSettings,
} from "../../config/load.ts";
import type { Settings } from "../../config/settings.ts";
import { nextTime } from "../../config/typed_time.ts";
import { EchologError, EXIT_CODES, messageOf, oneLine } from "../../errors.ts";
import type { EpochMs, SessionStart, Sink, WarningCode } from "../../events.ts";
import { namedCard, soundCards } from "../../ffmpeg/devices/cards.ts";
import { messageIn } from "../../ffmpeg/known_errors.ts";
import { depthOf, encoderOf } from "../../ffmpeg/command/sample_format.ts";
import {
  chooseChannels,
  chooseDepth,
  type InputChannels,
} from "../../ffmpeg/source/source.ts";
import { assertInputFormat } from "../../ffmpeg/input_format.ts";
import { installHint } from "../../ffmpeg/locate.ts";
import { DEFAULT_GRACE, spawnFfmpeg } from "../../ffmpeg/process.ts";
import { pulseVariables } from "../../ffmpeg/pulse/properties.ts";
import {
  pulseSocket,
  type ReturnWatch,
  SocketWatch,
} from "../../ffmpeg/socket_watch.ts";
import {
  openSessionLog,
  type SessionLog,
} from "../../log/write/session_log.ts";
import { systemClock } from "../../platform/clock.ts";
import { freeBytes } from "../../platform/free_space.ts";
import { collectGarbagePeriodically } from "../../platform/gc.ts";
import { host, platformName, stateFolder } from "../../platform/host.ts";
import type { Claim } from "../../recorder/claim/claim.ts";
import { claimInTurn } from "../../recorder/claim/turn.ts";
import { startRepairs } from "../../recorder/claim/repair_process.ts";
import { WallClock } from "../../recorder/clock/wall_clock.ts";
import { DiskWatch } from "../../recorder/disk_watch.ts";
import { EventStream } from "../../recorder/event_stream.ts";
import { Session } from "../../recorder/session.ts";
import { SignalListener } from "../../recorder/signals.ts";
import {
  assertMounted,
  MountWatch,
} from "../../recorder/watches/mount_watch.ts";
import { watchSource } from "../../recorder/watches/pulse_source.ts";
import type { Redact } from "../../redact/redact.ts";
import {
  createSessionFolder,
  isPublic,
  keepFolder,
  LOG_FILE,
  type SessionFolder,
} from "../../sessions/folder.ts";
import { IndexWriter } from "../../sessions/chunks/index_writer.ts";
import { StateWriter } from "../../sessions/state_writer.ts";
import { SessionTotals } from "../../sessions/totals.ts";
import { version } from "../../version.ts";

/** A source that took this many milliseconds to open is one that was waited for. */
const LATE_MS = 2_000;

/**
 * Records until stopped.
 *
 * @throws {EchologError} when the recording could not start, or failed.
 */
export async function record(options: ParsedOptions): Promise<number> {
  const loaded = loadCommandSettings(options);
  const { settings } = loaded;
  const { spec: deviceSpec, device } = chooseDevice(settings.device);
  const until = endOf(settings.until);
  const redact = settingsRedactor(settings, deviceSpec);
  // Recordings are readable only by their user, whatever umask cron sets.
  if (Deno.build.os !== "windows") Deno.umask(0o077);
  const totals = new SessionTotals();
  await using screen = new RecordingConsole(systemClock, totals);
  using signals = new SignalListener();
  // What is known to fail makes no session.
  await assertMounted(settings.requireMount);
  const asked = systemClock.monotonic();
  const ready = await checked(settings, device, signals.signal);
  if (ready === null) return 0;
  const isLate = systemClock.monotonic() - asked >= LATE_MS;
  const { ffmpeg, bitDepth } = ready;
  const onError = (line: string) => screen.printError(redact(line));
  let input: InputChannels = {
    inputChannels: settings.channels,
    inputChannel: null,
  };
  const turn = await claimInTurn({
    clock: systemClock,
    wait: settings.wait,
    stateFolder: stateFolder(),
    spec: deviceSpec,
    device,
    logFile: LOG_FILE,
    signal: signals.signal,
    async create(announce) {
      const { outputDir, sessionId } = settings;
      // The start may have waited for another recorder.
      await assertMounted(settings.requireMount);
      // While another session records a card, it cannot be asked.
      input = await chooseChannels(device, settings);
      // Nothing before this moment counts as time of the session.
      const start = systemClock.now();
      const folder = await createSessionFolder(
        outputDir,
        sessionId,
        start,
        announce,
      );
      return { folder, start };
    },
    onError,
  });
  if (turn.claim === null) return 0;
  await using claim = turn.claim;
  const { folder, start } = claim;
  const startedAt = systemClock.monotonic();
  const wall = new WallClock(systemClock, Deno.osUptime);
  using log = openLog(
    loaded,
    folder,
    start,
    redact,
    (line) => screen.print(redact(line)),
  );
  announce(`Logging to ${log.path} (level=${settings.logLevel})`);

  const events = new EventStream(log, totals);
  const tag = crypto.randomUUID();
  const variables = pulseVariables(device, host.env("PULSE_PROP"), tag);
  const session = new Session({
    start: describeStart(loaded, folder, start, {
      device: deviceSpec,
      bitDepth,
      ffmpegVersion: ffmpeg.version,
    }),
    folder: folder.path,
    ffmpeg: ffmpeg.path,
    ffmpegHint: installHint(Deno.build.os),
    spec: { ...settings, ...input, device, bitDepth },
    end: { duration: settings.duration, until },
    // The monotonic clock begins with the process.
    waited: turn.hasWaited || isLate ? startedAt / 1000 : 0,
    startTimeout: settings.startTimeout,
    stallTimeout: settings.stallTimeout,
    backoffMax: settings.backoffMax,
    spawn: (path, args, listener) =>
      spawnFfmpeg(path, args, listener, systemClock, DEFAULT_GRACE, variables),
    events,
    clock: systemClock,
    wall,
    startedAt,
    chance: Math.random,
    hasAudioFile: (file) => hasContent(join(folder.path, file)),
    keepFolder: () => keepFolder(folder.path),
    mount: mountOf(settings.requireMount, events),
    source: sourceOf(device),
  });
  /** Warns in the log; after its last line, on the terminal. */
  const warn = (code: WarningCode, error: unknown) => {
    const message = messageOf(error);
    if (events.isClosed) screen.printError(redact(message));
    else {
      const time = systemClock.now();
      events.emit({ event: "warning", time, code, message });
    }
  };
  // The name is a device's name, too.
  const named = settings.redactDevice
    ? null
    : namedCard(device, soundCards() ?? "");
  if (named !== null) {
    warn(
      "card_number",
      new Error(`${deviceSpec} is ${named} now; its number can change at boot`),
    );
  }
  if (isPublic(folder.path)) {
    const message =
      `Other users can read ${folder.path}: its file system does not keep it private`;
    warn("folder_not_private", new Error(message));
    screen.printError(message);
  }
  const server = settings.device === null ? missingServer(host) : null;
  if (server !== null) {
    const message = describeMissingServer(server, deviceSpec);
    warn("sound_server_missing", new Error(message));
    screen.printError(message);
  }
  for (const problem of claim.problems) {
    warn("registry_write_failed", problem);
    screen.printError(
      `${
        messageOf(problem)
      }; another recording of the same device would not be refused`,
    );
  }
  events.add(
    new StateWriter({
      folder: folder.path,
      log: log.path,
      totals,
      redact,
      onError: (error) => warn("state_write_failed", error),
    }),
  );
  events.add(
    new IndexWriter({
      folder: folder.path,
      onError: (error) => warn("state_write_failed", error),
    }),
  );
  await using disk = new DiskWatch({
    folder: folder.path,
    minFreeBytes: settings.minFreeBytes,
    freeBytes,
    sink: events,
    totals,
    clock: systemClock,
    onFull: () => session.diskFull(),
  });
  events.add(disk);
  using source = watchSource(device, {
    tag,
    ffmpeg: ffmpeg.path,
    clock: systemClock,
    sink: events,
    onMoved: () => session.sourceMoved(),
  });
  if (source !== null) events.add(source);
  events.add(refreshClaim(claim));
  events.add(collectGarbagePeriodically());
  events.add(screen.show(folder.path, settings.format));
  signals.attach(session, log);
  disk.start();
  await using _repairs = startRepairs(claim.dead, {
    command: ownCommand,
    onRepaired: ({ session_id, folder }) => {
      // By its name a session is found only below the output folder.
      const isNear = dirname(folder) === settings.outputDir;
      screen.printError(
        `The recorder of session ${session_id} had died; the session is now finished; see echolog explain ${
          isNear ? session_id : folder
        }`,
      );
    },
    onError,
  });
  const { problem, exitCode } = await session.toEnd();
  screen.finish(log.path);
  if (problem !== null) {
    // Without ffmpeg, the message is not ffmpeg's.
    const advice = exitCode === EXIT_CODES.ffmpeg_unusable
      ? undefined
      : messageIn(problem)?.advice;
    screen.printError(
      `${
        redact(advice === undefined ? problem : `${problem}; ${advice}`)
      }; see ${log.path}`,
    );
  }
  return exitCode;
}

/** An ffmpeg that can record the device, and the depth of the recording. */
interface Ready {
  readonly ffmpeg: FoundFfmpeg;
  readonly bitDepth: BitDepth | null;
}

/**
 * Returns an ffmpeg that works and can read from the device; `null` when a
 * signal came meanwhile, which ends the query, too.
 */
async function checked(
  settings: Settings,
  device: Device,
  signal: AbortSignal,
): Promise<Ready | null> {
  try {
    const ffmpeg = await requireRecordingFfmpeg(settings.ffmpegPath);
    await assertInputFormat(ffmpeg.path, device);
    const bitDepth = await chooseDepth(ffmpeg.path, device, settings);
    if (bitDepth !== null) assertChunkSize(settings, bitDepth);
    return signal.aborted ? null : { ffmpeg, bitDepth };
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
}

/**
 * Returns the end that was typed.
 *
 * @throws {EchologError} `usage`, when it has passed.
 */
function endOf(until: string | null): EpochMs | null {
  if (until === null) return null;
  const now = systemClock.now();
  const end = nextTime(until, now);
  if (end !== null && end > now) return end;
  throw new EchologError("usage", `Cannot use --until ${until}`, {
    hint: "that time has passed",
  });
}

/** Whether a file exists and is not empty. */
async function hasContent(path: string): Promise<boolean> {
  try {
    return (await Deno.lstat(path)).size > 0;
  } catch {
    // It is missing, or unreadable.
    return false;
  }
}

/**
 * Returns a watch for the device's sound server, or `null` for other devices.
 */
function sourceOf(device: Device): ReturnWatch | null {
  const socket = pulseSocket(device, host);
  return socket === null ? null : new SocketWatch(socket, systemClock);
}

/** Returns a watch for the required mount, or `null` when none is required. */
function mountOf(path: string | null, sink: Sink): MountWatch | null {
  return path === null
    ? null
    : new MountWatch({ path, clock: systemClock, sink });
}

/** Checks the session's registry entry whenever a chunk is finished. */
function refreshClaim(claim: Pick<Claim, "refresh">): Sink {
  let isRefreshing = false;
  return {
    emit({ event }) {
      // A folder that does not answer is asked once.
      if (event !== "chunk_created" || isRefreshing) return;
      isRefreshing = true;
      claim.refresh().then(
        () => isRefreshing = false,
        // The state folder is missing; it may be back at the next chunk.
        () => isRefreshing = false,
      );
    },
  };
}

function openLog(
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

function describeStart(
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
  return {
    session_id: folder.id,
    start,
    device,
    sample_rate: settings.sampleRate,
    channels: settings.channels,
    bit_depth: depthOf(encoding),
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

function announce(line: string): void {
  try {
    writeAllSync(Deno.stdout, new TextEncoder().encode(`${oneLine(line)}\n`));
  } catch {
    // The terminal or the pipe is gone; the log has all messages.
  }
}
