/**
 * Checks whether the device produces audio.
 *
 * @module
 */

import { shellCommand } from "../platform/shell.ts";
import { proposeCommand } from "../platform/own_command.ts";
import { type Check, failed, ok, warning } from "./check.ts";
import type { MissingServer } from "../audio/sound_server.ts";
import type { Holder } from "./sessions_check.ts";
import { type Device, sourceKind } from "../audio/device.ts";
import { EchologError, messageOf } from "../errors.ts";
import type { GapCause } from "../events.ts";
import { namedCard } from "../ffmpeg/devices/cards.ts";
import { messageIn } from "../ffmpeg/known_errors.ts";
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
}

/** The check, and the trial if it was successful. */
export interface DeviceChecked {
  /** The check. */
  readonly check: Check;
  /** What was tried, or `null` when the device does not work or was not opened. */
  readonly tried: Tried | null;
}

/** Maximum milliseconds for a trial. */
export const TRIAL_LIMIT = 10_000;

const NAME = "device";

/** Records half a second like `record`; a device that an echolog session uses is not opened. */
export async function checkDevice(
  wanted: DeviceWanted,
): Promise<DeviceChecked> {
  const { spec, device, ffmpeg, holder, cards } = wanted;
  if (holder !== null) return { check: judgeHolder(spec, holder), tried: null };
  try {
    const trial = await trialOf(wanted);
    const result = await tryDevice(ffmpeg, trial, { limit: TRIAL_LIMIT });
    const check = judgeTrial(spec, result);
    if (check.state === "failed") return { check, tried: null };
    return {
      check: withCardName(check, device, cards),
      tried: { spec, trial },
    };
  } catch (error) {
    return { check: cannotTry(error), tried: null };
  }
}

async function trialOf(
  { device, settings, ffmpeg }: DeviceWanted,
): Promise<TrialSpec> {
  return {
    ...settings,
    device,
    ...await chooseChannels(device, settings),
    bitDepth: await chooseDepth(ffmpeg, device, settings),
  };
}

function cannotTry(error: unknown): Check {
  if (error instanceof EchologError) {
    return failed(NAME, error.message, error.hint);
  }
  const { text, advice } = meaningOfCause("ffmpeg_unusable");
  return failed(NAME, `${text}: ${messageOf(error)}`, advice);
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
    // A trial writes no file.
    isKept: true,
    wasSignalled: false,
    errors: trial.errors,
  });
}
