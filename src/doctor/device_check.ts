/**
 * Checks whether the device produces audio.
 *
 * @module
 */

import { join } from "@std/path";
import { findFile } from "../platform/fs.ts";
import { shellCommand } from "../platform/shell.ts";
import { didYouMean } from "../platform/suggest.ts";
import { proposeCommand } from "../platform/own_command.ts";
import { type Check, failed, ok, warning } from "./check.ts";
import { makeTrialFolder } from "./trial_folder.ts";
import type { MissingServer } from "../audio/sound_server.ts";
import type { Holder } from "./sessions_check.ts";
import { CHUNK_PREFIX } from "../audio/chunk_name.ts";
import { type Device, sourceKind } from "../audio/device.ts";
import { EchologError, messageOf } from "../errors.ts";
import type { GapCause } from "../events.ts";
import { withWholePaths } from "../ffmpeg/command/own_files.ts";
import { namedCard } from "../ffmpeg/devices/cards.ts";
import { messageIn } from "../ffmpeg/known_errors.ts";
import { ask } from "../ffmpeg/pulse/ask.ts";
import {
  chooseChannels,
  chooseDepth,
  type SourceSettings,
} from "../ffmpeg/source/source.ts";
import {
  type Trial,
  type TrialSpec,
  tryDevice,
} from "../ffmpeg/command/trial.ts";
import { causeOf } from "../recorder/run/cause.ts";
import { meaningOfCause } from "../review/explain/glossary.ts";
import { formatDuration } from "../terminal/units.ts";

/** A device to try. */
export interface Tried {
  /** The device as `--device` takes it. */
  readonly spec: string;
  /** Its recording settings. */
  readonly trial: TrialSpec;
}

/** Input of the check. */
export interface DeviceWanted {
  /** The device as `--device` takes it. */
  readonly spec: string;
  /** The same device, parsed. */
  readonly device: Device;
  /** The settings in effect. */
  readonly settings: SourceSettings & Pick<TrialSpec, "outputArgs">;
  /** ffmpeg's path. */
  readonly ffmpeg: string;
  /** The echolog session that records it, or `null` when it is free. */
  readonly holder: Holder | null;
  /** The kernel's list of sound cards, or `null` when there is none. */
  readonly cards: string | null;
  /** Folder of recordings. */
  readonly outputDir: string;
}

/** The check, and the trial if it was successful. */
export interface DeviceChecked {
  /** The check. */
  readonly check: Check;
  /** What was tried, or `null` when the device does not work or was not opened. */
  readonly tried: Tried | null;
  /** Why ffmpeg could not write what it captured, or `null`. */
  readonly unwritten: string | null;
}

/** Maximum milliseconds for a trial. */
export const TRIAL_LIMIT = 10_000;

const NAME = "device";

/** Records half a second like `record`; a device that an echolog session uses is not opened. */
export async function checkDevice(
  wanted: DeviceWanted,
): Promise<DeviceChecked> {
  const { spec, device, holder, cards } = wanted;
  if (holder !== null) return untried(judgeHolder(spec, holder));
  try {
    const trial = await trialOf(wanted);
    const { result, unwritten } = await tryInFolder(wanted, trial);
    const check = judgeTrial(spec, result);
    if (check.state === "failed") {
      return untried(withoutSource(check, device, await sourcesFor(device)));
    }
    return {
      check: withCardName(check, device, cards),
      tried: { spec, trial },
      unwritten,
    };
  } catch (error) {
    return untried(cannotTry(error));
  }
}

function untried(check: Check): DeviceChecked {
  return { check, tried: null, unwritten: null };
}

/**
 * Tries the device in the output folder. When ffmpeg cannot write there, the
 * device is tried alone.
 */
async function tryInFolder(
  { ffmpeg, outputDir }: DeviceWanted,
  trial: TrialSpec,
): Promise<{ result: Trial; unwritten: string | null }> {
  const limit = TRIAL_LIMIT;
  const alone = () => tryDevice(ffmpeg, trial, { limit, folder: null });
  using folder = makeTrialFolder(outputDir);
  if (folder === null) return { result: await alone(), unwritten: null };
  const result = await tryDevice(ffmpeg, trial, { limit, folder });
  const unwritten = writeFault(result, folder.path);
  return unwritten === null
    ? { result, unwritten }
    : { result: await alone(), unwritten };
}

/** Causes that lie in the folder, not in the device. */
const FOLDER_CAUSES: ReadonlySet<GapCause> = new Set([
  "folder_unwritable",
  "disk_full",
]);

/** Returns why a trial left no chunk in its folder although the device may work, or `null`. */
function writeFault(trial: Trial, folder: string): string | null {
  const cause = causeOfTrial(trial);
  const isKept = [...Deno.readDirSync(folder)].some(({ name }) =>
    Deno.statSync(join(folder, name)).size > 0
  );
  if (cause === null) return isKept ? null : "it wrote no file";
  const named = trial.errors.find((line) => line.includes(CHUNK_PREFIX)) ??
    null;
  return FOLDER_CAUSES.has(cause) || named !== null
    ? named ?? trial.keyLine
    : null;
}

async function trialOf(
  { device, settings, ffmpeg }: DeviceWanted,
): Promise<TrialSpec> {
  const trial = {
    ...settings,
    device,
    ...await chooseChannels(device, settings),
    bitDepth: await chooseDepth(ffmpeg, device, settings),
  };
  return withWholePaths(trial, findFile);
}

function cannotTry(error: unknown): Check {
  const { text, advice } = meaningOfCause("ffmpeg_unusable");
  if (error instanceof EchologError) {
    return failed(NAME, error.message, error.hint ?? advice);
  }
  return failed(NAME, `${text}: ${messageOf(error)}`, advice);
}

/** Returns what `pactl` lists where a device is a named source, or `null`. */
async function sourcesFor(device: Device): Promise<readonly string[] | null> {
  return sourceName(device) === null
    ? null
    : await ask("pactl", ["list", "short", "sources"]);
}

/** Returns the name of a sound server's source, or `null`. */
function sourceName(device: Device): string | null {
  if (device.kind !== "format" || device.format !== "pulse") return null;
  // Numbers and what the server itself resolves are not in its list.
  return /^(?:default|\d+|@.*|)$/.test(device.name) ? null : device.name;
}

/**
 * Replaces the check of a source that the sound server does not have: ffmpeg
 * reports such a one as it reports a cable that was pulled.
 *
 * @param lines what `pactl list short sources` prints, or `null`.
 */
export function withoutSource(
  check: Check,
  device: Device,
  lines: readonly string[] | null,
): Check {
  const name = sourceName(device);
  if (name === null || lines === null) return check;
  const names = lines.map((line) => line.split("\t")[1] ?? "");
  if (names.includes(name)) return check;
  return failed(
    NAME,
    `pulse:${name}: the sound server has no source of that name`,
    didYouMean(name, names, "run echolog devices to list its sources"),
  );
}

/** Adds the name of a card that is given by its number, unless there is other advice. */
export function withCardName(
  check: Check,
  device: Device,
  cards: string | null,
): Check {
  const named = cards === null ? null : namedCard(device, cards);
  if (named === null || check.next !== null) return check;
  const next = `card numbers can change at boot: use ${
    shellCommand(["--device", named])
  }`;
  return { ...check, next };
}

/** Returns the check of a device that a session records. */
export function judgeHolder(
  spec: string,
  { sessionId, log, trouble }: Holder,
): Check {
  const text = `${spec}: being recorded by session ${sessionId}, log ${log}`;
  return trouble === null
    ? ok(NAME, `${text}; not opened`, "check it with echolog status")
    : warning(
      NAME,
      `${text}, which gets no audio from it now: ${trouble}; not opened`,
      `run ${proposeCommand(["explain"], sessionId)}`,
    );
}

/** Returns the check of a device by its trial. */
export function judgeTrial(spec: string, trial: Trial): Check {
  const cause = causeOfTrial(trial);
  if (cause !== null) {
    const kind = sourceKind(spec);
    const words = meaningOfCause(cause, kind);
    // ffmpeg's message is more specific than the cause.
    const message = messageIn(trial.errors.join("\n"), kind);
    const waited = trial.timedOut ? ` within ${TRIAL_LIMIT / 1000} s` : "";
    const said = trial.keyLine === null ? "" : `: ${trial.keyLine}`;
    const meaning = trial.timedOut
      ? "the device delivers no audio"
      : message?.meaning ?? words.text;
    return failed(
      NAME,
      `${spec}: ${meaning}${waited}${said}`,
      message?.advice ?? words.advice,
    );
  }
  const length = `${spec}: ${formatDuration(trial.captured)} captured`;
  if (trial.peak === -Infinity) {
    return warning(
      NAME,
      `${length}, all of it digital silence`,
      "check that the device is not muted and that something is playing",
    );
  }
  const peak = trial.peak === null
    ? ""
    : `, peak ${trial.peak.toFixed(1)} dBFS`;
  return ok(NAME, `${length}${peak}`);
}

/**
 * Returns the check of the default device where no sound server was found: even
 * a device that works may be another one than expected.
 */
export function withMissingServer(
  check: Check,
  { why, fix }: MissingServer,
): Check {
  return {
    ...check,
    state: check.state === "failed" ? "failed" : "warning",
    text: `${check.text}; no sound server was found: ${why}`,
    next: fix,
  };
}

/** Returns why a trial failed, or `null` when it did not. */
export function causeOfTrial(trial: Trial): GapCause | null {
  const hadAudio = trial.captured > 0;
  if (hadAudio && trial.exit.code === 0) return null;
  return causeOf({
    exit: trial.exit,
    endedFor: trial.timedOut ? "stall" : null,
    hadAudio,
    // Whether a file was written is judged separately.
    isKept: true,
    wasSignalled: false,
    errors: trial.errors,
  });
}

/** Matches the advice to list devices. */
const LIST_DEVICES =
  /(?:run )?echolog devices (?:to list devices, and name one with --device|lists the sources)/;

/**
 * Replaces the advice to list devices, where that list would have none.
 *
 * @param advice What to do on this system when no device is found.
 */
export function withoutDevices(check: Check, advice: string): Check {
  const next = check.next?.replace(LIST_DEVICES, advice) ?? null;
  return { ...check, next };
}

/** Whether a check advises to list devices. */
export function advisesList({ next }: Check): boolean {
  return next !== null && LIST_DEVICES.test(next);
}
