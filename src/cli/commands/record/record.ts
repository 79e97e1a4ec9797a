/**
 * `echolog record`: records a session, or one after the other.
 *
 * @module
 */

import { writeAllSync } from "@std/io/write-all";
import { dirname } from "@std/path";
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
import { messageIn } from "../../../ffmpeg/known_errors.ts";
import {
  chooseChannels,
  type InputChannels,
} from "../../../ffmpeg/source/source.ts";
import type { LoadedSettings } from "../../../config/load.ts";
import { pause, systemClock } from "../../../platform/clock.ts";
import { redactError } from "../../../redact/errors.ts";
import type { Redact } from "../../../redact/redact.ts";
import { stateFolder } from "../../../platform/host.ts";
import { isShared } from "../../../recorder/claim/device.ts";
import { claimInTurn } from "../../../recorder/claim/turn.ts";
import { startRepairs } from "../../../recorder/claim/repair_process.ts";
import type { Outcome } from "../../../recorder/end/outcome.ts";
import { recordInTurn } from "../../../recorder/rollover/relay.ts";
import { SignalListener } from "../../../recorder/signals.ts";
import { assertMounted } from "../../../recorder/watches/mount_watch.ts";
import { createSessionFolder, LOG_FILE } from "../../../sessions/folder.ts";
import { claimNext, whenDue } from "./following.ts";
import { notificationsFor } from "./notify.ts";
import { endOf, prepare } from "./prepare.ts";
import {
  type Recorder,
  type RunningSession,
  startSession,
} from "./start_session.ts";

/** Milliseconds after which a session without audio waits for its source. */
const START_MS = 3_000;

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

/** Whether the recording would have ended by now; its duration counts from the start of the process. */
function isOver({ loaded, until }: Wanted): boolean {
  const { duration } = loaded.settings;
  if (until !== null) return systemClock.now() >= until;
  return duration !== null && systemClock.monotonic() >= duration * 1000;
}

async function recordDevice(wanted: Wanted): Promise<number> {
  const { loaded, deviceSpec, device, redact } = wanted;
  const { settings } = loaded;
  // Recordings are readable only by their user, whatever umask cron sets.
  if (Deno.build.os !== "windows") Deno.umask(0o077);
  await using screen = new RecordingConsole(systemClock);
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
  const onError = (line: string) => screen.printError(redact(line));
  let input: InputChannels = {
    inputChannels: settings.channels,
    inputChannel: null,
  };
  const turn = await claimInTurn({
    clock: systemClock,
    wait: settings.wait,
    isOver: () => isOver(wanted),
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
  const { claim } = turn;
  if (claim === null) return 0;
  // The monotonic clock begins with the process.
  const startedAt = systemClock.monotonic();
  const hasWaited = turn.hasWaited || ready.wasSlow;
  using notifications = notificationsFor(settings, redact);
  const recorder: Recorder = {
    ...wanted,
    ...{ ready, input, screen, signals, notifications },
  };
  const first = await startSession(recorder, claim, {
    waited: hasWaited ? startedAt / 1000 : 0,
    onLog: (path) =>
      announce(`Logging to ${path} (level=${settings.logLevel})`),
  });
  await using _repairs = startRepairs(claim.dead, {
    when: untilAudio(first, signals.signal),
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
  const { recording, outcome } = await recordInTurn(first, {
    clock: systemClock,
    signal: signals.signal,
    isShared: isShared(device),
    whenDue: (recording, callback) => whenDue(recording, settings, callback),
    next: async (former) =>
      await startSession(recorder, ...await claimNext(recorder, former)),
    onError: (error) => onError(messageOf(error)),
  });
  screen.finish(recording.log);
  reportProblem(outcome, recording.log, wanted, screen);
  return outcome.exitCode;
}

/**
 * Resolves when a session has audio, has ended, or waits for its source: what
 * may wait takes no processor from its start.
 */
async function untilAudio(
  { hasAudio, ended }: RunningSession,
  signal: AbortSignal,
): Promise<void> {
  const begun = new AbortController();
  const begin = () => begun.abort();
  void hasAudio.then(begin);
  ended.then(begin, begin);
  await pause(systemClock, START_MS, signal, begun.signal);
}

/** Returns the options that make another command read the same configuration. */
function configArguments({ configPath }: LoadedSettings): string[] {
  return configPath === null ? [] : ["--config", configPath];
}

/** Prints why a recording failed. */
function reportProblem(
  { problem, exitCode }: Outcome,
  log: string,
  { deviceSpec, redact }: Wanted,
  screen: RecordingConsole,
): void {
  if (problem === null) return;
  // Without ffmpeg, the message is not ffmpeg's.
  const advice = exitCode === EXIT_CODES.ffmpeg_unusable
    ? undefined
    : messageIn(problem, sourceKind(deviceSpec))?.advice;
  screen.printError(
    `${
      redact(advice === undefined ? problem : `${problem}; ${advice}`)
    }; see ${log}`,
  );
}

function announce(line: string): void {
  try {
    writeAllSync(Deno.stdout, new TextEncoder().encode(`${oneLine(line)}\n`));
  } catch {
    // The terminal or the pipe is gone; the log has all messages.
  }
}
