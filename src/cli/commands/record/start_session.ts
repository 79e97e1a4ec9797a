/**
 * Starts a session of a recorder, with everything that belongs to it.
 *
 * @module
 */

import { basename, dirname, join } from "@std/path";
import type { Device } from "../../../audio/device.ts";
import type { LoadedSettings } from "../../../config/load.ts";
import { messageOf } from "../../../errors.ts";
import type { EpochMs, Seconds, WarningCode } from "../../../events.ts";
import {
  alignVariables,
  FOLDER_VARIABLE,
} from "../../../ffmpeg/command/command.ts";
import { encodedBytes } from "../../../ffmpeg/command/encoded_size.ts";
import { withWholePaths } from "../../../ffmpeg/command/own_files.ts";
import { installHint } from "../../../ffmpeg/locate.ts";
import { spawnFfmpeg } from "../../../ffmpeg/process.ts";
import { pulseVariables } from "../../../ffmpeg/pulse/properties.ts";
import type { InputChannels } from "../../../ffmpeg/source/source.ts";
import { systemClock } from "../../../platform/clock.ts";
import { freeBytes } from "../../../platform/free_space.ts";
import { findFile } from "../../../platform/fs.ts";
import { collectGarbagePeriodically } from "../../../platform/gc.ts";
import { NewestText } from "../../../platform/guarded/newest_text.ts";
import { OwnFolder } from "../../../platform/guarded/own_folder.ts";
import { DiskSync } from "../../../platform/guarded/sync.ts";
import { host } from "../../../platform/host.ts";
import type { Claim } from "../../../recorder/claim/claim.ts";
import { WallClock } from "../../../recorder/clock/wall_clock.ts";
import { DiskWatch } from "../../../recorder/disk_watch.ts";
import type { Outcome } from "../../../recorder/end/outcome.ts";
import { EventStream } from "../../../recorder/event_stream.ts";
import type { Recording } from "../../../recorder/rollover/relay.ts";
import { Session } from "../../../recorder/session.ts";
import {
  hasStopSignal,
  type SignalListener,
} from "../../../recorder/signals.ts";
import { SyncRounds } from "../../../recorder/sync_rounds.ts";
import { DiskPulse } from "../../../recorder/watches/disk_pulse.ts";
import { DiskWait } from "../../../recorder/watches/disk_wait.ts";
import {
  PlaylistWatch,
  readAsText,
} from "../../../recorder/watches/playlist_watch.ts";
import { StopRequests } from "../../../recorder/watches/stop_requests.ts";
import { watchSource } from "../../../recorder/watches/pulse_source.ts";
import type { Redact } from "../../../redact/redact.ts";
import { ChunkFolder } from "../../../sessions/chunks/chunk_folder.ts";
import { IndexWriter } from "../../../sessions/chunks/index_writer.ts";
import { readState, STATE_FILE } from "../../../sessions/state_file.ts";
import { StateWriter } from "../../../sessions/state_writer.ts";
import { lastAudioOfRecorder } from "../../../sessions/status.ts";
import { SessionTotals } from "../../../sessions/totals.ts";
import { version } from "../../../version.ts";
import type { RecordingConsole } from "../../live/console.ts";
import {
  hasContent,
  mountOf,
  refreshClaim,
  retentionOf,
  sourceOf,
  writeAtExit,
} from "./parts.ts";
import type { Notifications } from "./notify.ts";
import type { Ready } from "./prepare.ts";
import { describeStart, openLog } from "./session_log.ts";
import { startWarnings } from "./warnings.ts";

/** What the sessions of one recorder share. */
export interface Recorder {
  /** The settings. */
  readonly loaded: LoadedSettings;
  /** The device as given. */
  readonly deviceSpec: string;
  /** The device. */
  readonly device: Device;
  /** When to end, or `null`. */
  readonly until: EpochMs | null;
  /** Masks secrets. */
  readonly redact: Redact;
  /** Whether to show no live line. */
  readonly isQuiet: boolean;
  /** ffmpeg, and the depth of the recording. */
  readonly ready: Ready;
  /** Channels of the device. */
  readonly input: InputChannels;
  /** stderr. */
  readonly screen: RecordingConsole;
  /** The signals. */
  readonly signals: SignalListener;
  /** What is reported to the outside. */
  readonly notifications: Notifications;
}

/** What differs between the sessions of a recorder. */
export interface SessionStartOptions {
  /** Time between the command and the session. */
  readonly waited: Seconds;
  /** The session before, or `null` for the first. */
  readonly former?: RunningSession | null;
  /** Whether the former session has to let go of the source first. */
  readonly isExclusive?: boolean;
  /** Takes the path of the log once it is open. */
  onLog(path: string): void;
}

/** A session that is being recorded. */
export interface RunningSession extends Recording {
  /** The session. */
  readonly session: Session;
  /** Its claim. */
  readonly claim: Claim;
  /** When it started. */
  readonly start: EpochMs;
  /** Path of its log. */
  readonly log: string;
}

/**
 * Starts a session; resolves once it records.
 *
 * @throws {EchologError} when its log cannot be opened.
 */
export async function startSession(
  recorder: Recorder,
  claim: Claim,
  options: SessionStartOptions,
): Promise<RunningSession> {
  const begun = Promise.withResolvers<Omit<RunningSession, "ended">>();
  const ended = recordSession(recorder, claim, options, begun.resolve);
  ended.catch(begun.reject);
  return Object.assign(await begun.promise, { ended });
}

function lastAudioBefore({ log }: RunningSession): EpochMs | null {
  const folder = dirname(log);
  return lastAudioOfRecorder({ folder, state: readState(folder) });
}

async function recordSession(
  recorder: Recorder,
  ownClaim: Claim,
  options: SessionStartOptions,
  onBegun: (running: Omit<RunningSession, "ended">) => void,
): Promise<Outcome> {
  const { loaded, deviceSpec, device, redact, screen, signals } = recorder;
  const { notifications } = recorder;
  const { waited, isExclusive = false, onLog } = options;
  let former = options.former ?? null;
  const isFirst = former === null;
  const audioBefore = former === null ? null : lastAudioBefore(former);
  const { ready: { ffmpeg, bitDepth }, input, until } = recorder;
  const { settings } = loaded;
  await using claim = ownClaim;
  const { folder, start } = claim;
  const startedAt = systemClock.monotonic();
  const wall = new WallClock(systemClock, Deno.osUptime);
  // The log is closed before its hooks are removed.
  using hooks = new DisposableStack();
  using log = openLog(loaded, folder, start, redact, (line) => {
    screen.print(redact(line));
    notifications.logTrouble(line);
  });
  onLog(log.path);

  const totals = new SessionTotals();
  const events = new EventStream(log, totals);
  using pulse = new DiskPulse({ path: log.path, log, clock: systemClock });
  events.add(pulse);
  using watched = notifications.watch(events);
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
  const audio = Promise.withResolvers<void>();
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
    waited,
    // A recorder that had audio waits for its return.
    startTimeout: isFirst ? settings.startTimeout : 0,
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
    former: former === null ? null : {
      audioEnd: isExclusive ? former.session.audioEnd : Promise.resolve(null),
    },
    async onBegun() {
      const before = former;
      // Kept, it would keep the one before it, and so on to the first.
      former = null;
      await rounds.begin(state.flush());
      if (!isExclusive || before === null) return;
      before.stop("rollover");
      await before.session.sourceFreed;
    },
    onAudio: audio.resolve,
    onEnding: async (stop) => {
      await Promise.all([retention?.close(), watched.finish(stop)]);
    },
    hasAudioFile: (file) => hasContent(join(folder.path, file)),
    ownFolder: new OwnFolder(folder.path),
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
    if (shown !== null && isFirst) screen.printError(shown);
  }
  events.add(
    new StateWriter({
      folder: folder.path,
      log: log.path,
      audioBefore,
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
  events.add(
    screen.show(
      { folder: folder.path, format: settings.format, totals },
      recorder.isQuiet,
    ),
  );
  hooks.use(signals.attach(session, log));
  if (!hasStopSignal()) {
    hooks.use(
      new StopRequests({
        folder: folder.path,
        clock: systemClock,
        onStop: () => session.stop("stop_command"),
      }),
    );
  }
  // Audio does not wait for the disk.
  void disk.start();
  onBegun({
    ...{ session, claim, start, log: log.path },
    hasAudio: audio.promise,
    get isWaitingForDisk() {
      return session.isWaitingForDisk;
    },
    get isMissingAudio() {
      return session.isMissingAudio;
    },
    stop: (reason) => session.stop(reason),
    abandon: (problem) => session.abandon(problem),
    notFollowed: (problem) =>
      warn(
        "rollover_failed",
        new Error(`Cannot begin the next session: ${problem}`),
      ),
  });
  const outcome = await session.toEnd();
  await rounds.finish(state.flush());
  return outcome;
}
