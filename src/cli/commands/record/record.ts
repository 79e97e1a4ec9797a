/**
 * `echolog record`: records a session.
 *
 * @module
 */

import { NewestText } from "../../../platform/guarded/newest_text.ts";
import { DiskSync } from "../../../platform/guarded/sync.ts";
import { OwnFolder } from "../../../platform/guarded/own_folder.ts";
import { writeAllSync } from "@std/io/write-all";
import { basename, dirname, join } from "@std/path";
import { version } from "../../../version.ts";
import { type Device, sourceKind } from "../../../audio/device.ts";
import {
  chooseDevice,
  loadCommandSettings,
  settingsRedactor,
} from "../../args/command_settings.ts";
import type { ParsedOptions } from "../../args/options.ts";
import { RecordingConsole } from "../../live/console.ts";
import { ownCommand, proposeCommand } from "../../../platform/own_command.ts";
import { EXIT_CODES, messageOf, oneLine } from "../../../errors.ts";
import type { Sink, WarningCode } from "../../../events.ts";
import { encodedBytes } from "../../../ffmpeg/command/encoded_size.ts";
import { messageIn } from "../../../ffmpeg/known_errors.ts";
import {
  chooseChannels,
  type InputChannels,
} from "../../../ffmpeg/source/source.ts";
import { installHint } from "../../../ffmpeg/locate.ts";
import {
  alignVariables,
  FOLDER_VARIABLE,
} from "../../../ffmpeg/command/command.ts";
import { withWholePaths } from "../../../ffmpeg/command/own_files.ts";
import { spawnFfmpeg } from "../../../ffmpeg/process.ts";
import { pulseVariables } from "../../../ffmpeg/pulse/properties.ts";
import {
  pulseSocket,
  type ReturnWatch,
  SocketWatch,
} from "../../../ffmpeg/socket_watch.ts";
import type { LoadedSettings } from "../../../config/load.ts";
import type { Settings } from "../../../config/settings.ts";
import { systemClock } from "../../../platform/clock.ts";
import { redactError } from "../../../redact/errors.ts";
import type { Redact } from "../../../redact/redact.ts";
import { findFile } from "../../../platform/fs.ts";
import { freeBytes } from "../../../platform/free_space.ts";
import { collectGarbagePeriodically } from "../../../platform/gc.ts";
import { host, stateFolder } from "../../../platform/host.ts";
import type { Claim } from "../../../recorder/claim/claim.ts";
import { claimInTurn } from "../../../recorder/claim/turn.ts";
import { startRepairs } from "../../../recorder/claim/repair_process.ts";
import { WallClock } from "../../../recorder/clock/wall_clock.ts";
import { DiskWatch } from "../../../recorder/disk_watch.ts";
import { DiskPulse } from "../../../recorder/watches/disk_pulse.ts";
import { DiskWait } from "../../../recorder/watches/disk_wait.ts";
import { EventStream } from "../../../recorder/event_stream.ts";
import { Session } from "../../../recorder/session.ts";
import { SyncRounds } from "../../../recorder/sync_rounds.ts";
import { SignalListener } from "../../../recorder/signals.ts";
import {
  assertMounted,
  MountWatch,
} from "../../../recorder/watches/mount_watch.ts";
import {
  PlaylistWatch,
  readAsText,
} from "../../../recorder/watches/playlist_watch.ts";
import { RetentionWatch } from "../../../recorder/watches/retention_watch.ts";
import { hasRules, rulesOf } from "../../../retention/rules.ts";
import { watchSource } from "../../../recorder/watches/pulse_source.ts";
import { createSessionFolder, LOG_FILE } from "../../../sessions/folder.ts";
import { ChunkFolder } from "../../../sessions/chunks/chunk_folder.ts";
import { IndexWriter } from "../../../sessions/chunks/index_writer.ts";
import { STATE_FILE } from "../../../sessions/state_file.ts";
import { StateWriter } from "../../../sessions/state_writer.ts";
import { notificationsFor } from "./notify.ts";
import { endOf, prepare } from "./prepare.ts";
import { describeStart, openLog } from "./session_log.ts";
import { startWarnings } from "./warnings.ts";
import { SessionTotals } from "../../../sessions/totals.ts";

/**
 * Records until stopped.
 *
 * @throws {EchologError} when the recording could not start, or failed.
 */
export async function record(options: ParsedOptions): Promise<number> {
  const loaded = loadCommandSettings(options);
  const { settings } = loaded;
  const { spec: deviceSpec, device } = chooseDevice(settings.device);
  const until = endOf(settings.until, systemClock.now());
  const redact = settingsRedactor(settings, deviceSpec);
  try {
    return await recordDevice({
      ...{ loaded, deviceSpec, device, until, redact },
      isQuiet: options.switches.has("quiet"),
    });
  } catch (error) {
    // A broken pipe is known by its class.
    if (error instanceof Deno.errors.BrokenPipe) throw error;
    throw redactError(error, redact);
  }
}

/** What is known before the first look at the device. */
interface Wanted {
  readonly loaded: LoadedSettings;
  readonly deviceSpec: string;
  readonly device: Device;
  readonly until: ReturnType<typeof endOf>;
  readonly redact: Redact;
  /** Whether to show no live line. */
  readonly isQuiet: boolean;
}

async function recordDevice(
  { loaded, deviceSpec, device, until, redact, isQuiet }: Wanted,
): Promise<number> {
  const { settings } = loaded;
  // Recordings are readable only by their user, whatever umask cron sets.
  if (Deno.build.os !== "windows") Deno.umask(0o077);
  const totals = new SessionTotals();
  await using screen = new RecordingConsole(systemClock, totals);
  using signals = new SignalListener();
  // What is known to fail makes no session.
  await assertMounted(settings.requireMount);
  const ready = await prepare({
    settings,
    device,
    clock: systemClock,
    signal: signals.signal,
  });
  if (ready === null) return 0;
  const { ffmpeg, bitDepth } = ready;
  const onError = (line: string) => screen.printError(redact(line));
  let input: InputChannels = {
    inputChannels: settings.channels,
    inputChannel: null,
  };
  let ownFolder: OwnFolder | null = null;
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
      ownFolder = new OwnFolder(folder.path);
      return { folder, start };
    },
    onError,
  });
  if (turn.claim === null) return 0;
  await using claim = turn.claim;
  const { folder, start } = claim;
  const startedAt = systemClock.monotonic();
  const wall = new WallClock(systemClock, Deno.osUptime);
  using notifications = notificationsFor(settings, redact);
  using log = openLog(loaded, folder, start, redact, (line) => {
    screen.print(redact(line));
    notifications.logTrouble(line);
  });
  announce(`Logging to ${log.path} (level=${settings.logLevel})`);

  using _pulse = new DiskPulse({ path: log.path, log, clock: systemClock });

  const events = new EventStream(log, totals);
  notifications.watch(events);
  const tag = crypto.randomUUID();
  const variables = {
    ...pulseVariables(device, host.env("PULSE_PROP"), tag),
    ...alignVariables(settings.align),
    [FOLDER_VARIABLE]: folder.path,
  };
  const sync = new DiskSync((error) => warn("sync_failed", error));
  const state = new NewestText({
    path: join(folder.path, STATE_FILE),
    sync,
    onError: (error) => warn("state_write_failed", error),
  });
  using _lastState = writeAtExit(state);
  using rounds = new SyncRounds({
    folder: folder.path,
    log: log.path,
    format: settings.format,
    interval: settings.syncInterval,
    clock: systemClock,
    sync,
    holdLog: () => log.hold(),
  });
  await using retention = retentionOf(settings, events);
  const tags = {
    session: basename(folder.path),
    device: settings.redactDevice ? null : redact(deviceSpec),
    echolog: version(),
  };
  const session = new Session({
    start: describeStart(loaded, folder, start, {
      device: deviceSpec,
      bitDepth,
      ffmpegVersion: ffmpeg.version,
    }),
    folder: folder.path,
    ffmpeg: ffmpeg.path,
    ffmpegHint: installHint(Deno.build.os),
    spec: withWholePaths(
      { ...settings, ...input, device, bitDepth, tags },
      findFile,
    ),
    end: { duration: settings.duration, until },
    // The monotonic clock begins with the process.
    waited: turn.hasWaited || ready.wasSlow ? startedAt / 1000 : 0,
    startTimeout: settings.startTimeout,
    stallTimeout: settings.stallTimeout,
    backoffMax: settings.backoffMax,
    silence: { dbfs: settings.silenceDbfs, after: settings.silenceAfter },
    spawn: (path, args, inFolder, listener) =>
      spawnFfmpeg(path, args, listener, {
        folder: inFolder,
        clock: systemClock,
        variables,
      }),
    events,
    clock: systemClock,
    wall,
    startedAt,
    chance: Math.random,
    sync,
    onBegun: () => rounds.begin(state.flush()),
    onEnding: async (stop) => {
      await Promise.all([retention?.close(), notifications.finish(stop)]);
    },
    hasAudioFile: (file) => hasContent(join(folder.path, file)),
    ownFolder: ownFolder ?? new OwnFolder(folder.path),
    chunks: new ChunkFolder({
      folder: folder.path,
      format: settings.format,
      naming: settings.chunkNames,
    }),
    disk: new DiskWait({
      folder: folder.path,
      bytesPerSecond: encodedBytes({ ...settings, bitDepth }),
      onFull: settings.onFull,
      makeRoom: (bytes) => retention?.apply(bytes) ?? Promise.resolve(false),
      freeBytes,
      clock: systemClock,
      sink: events,
    }),
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
  const warnings = startWarnings({
    settings,
    device,
    deviceSpec,
    folder: folder.path,
    problems: claim.problems,
  });
  for (const { code, message, shown } of warnings) {
    warn(code, new Error(message));
    if (shown !== null) screen.printError(shown);
  }
  events.add(
    new StateWriter({
      folder: folder.path,
      log: log.path,
      totals,
      redact,
      save: (text) => state.write(text),
      onError: (error) => warn("state_write_failed", error),
    }),
  );
  events.add(rounds);
  await using index = new IndexWriter({
    folder: folder.path,
    onError: (error) => warn("state_write_failed", error),
  });
  events.add(index);
  if (retention !== null) events.add(retention);
  await using disk = new DiskWatch({
    folder: folder.path,
    minFreeBytes: settings.minFreeBytes,
    freeBytes,
    sink: events,
    totals,
    clock: systemClock,
    onFull: () => session.diskFailed("disk_full"),
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
  events.add(
    new PlaylistWatch({
      device,
      read: (url) => readAsText(ffmpeg.path, url, settings.inputArgs),
      clock: systemClock,
      sink: events,
    }),
  );
  events.add(refreshClaim(claim));
  events.add(collectGarbagePeriodically());
  events.add(screen.show(folder.path, settings.format, isQuiet));
  signals.attach(session, log);
  // Audio does not wait for the disk.
  void disk.start();
  await using _repairs = startRepairs(claim.dead, {
    // It sends the notification about the crash.
    command: (args) => ownCommand([...args, ...configArguments(loaded)]),
    onRepaired: ({ session_id, folder }) => {
      // By its name a session is found only below the output folder.
      const isNear = dirname(folder) === settings.outputDir;
      screen.printError(
        `The recorder of session ${session_id} had died; the session is now finished; see ${
          proposeCommand(["explain"], isNear ? session_id : folder)
        }`,
      );
    },
    onError,
  });
  const { problem, exitCode } = await session.toEnd();
  await rounds.finish(state.flush());
  screen.finish(log.path);
  if (problem !== null) {
    // Without ffmpeg, the message is not ffmpeg's.
    const advice = exitCode === EXIT_CODES.ffmpeg_unusable
      ? undefined
      : messageIn(problem, sourceKind(deviceSpec))?.advice;
    screen.printError(
      `${
        redact(advice === undefined ? problem : `${problem}; ${advice}`)
      }; see ${log.path}`,
    );
  }
  return exitCode;
}

/** Returns the options that make another command read the same configuration. */
function configArguments({ configPath }: LoadedSettings): string[] {
  return configPath === null ? [] : ["--config", configPath];
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

/** Returns what applies the rules of retention, or `null` without a rule. */
function retentionOf(settings: Settings, sink: Sink): RetentionWatch | null {
  const rules = rulesOf(settings);
  return hasRules(rules)
    ? new RetentionWatch({
      outputDir: settings.outputDir,
      rules,
      clock: systemClock,
      sink,
      freeBytes,
    })
    : null;
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

/** Writes the last state when the process ends without waiting for it. */
function writeAtExit(state: NewestText): Disposable {
  const onUnload = () => state.writeNow();
  addEventListener("unload", onUnload);
  return {
    [Symbol.dispose]: () => removeEventListener("unload", onUnload),
  };
}

function announce(line: string): void {
  try {
    writeAllSync(Deno.stdout, new TextEncoder().encode(`${oneLine(line)}\n`));
  } catch {
    // The terminal or the pipe is gone; the log has all messages.
  }
}
