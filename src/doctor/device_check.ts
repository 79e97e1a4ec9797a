/**
 * Checks whether the device produces audio.
 *
 * @module
 */

import { type Check, failed, ok, warning } from "./check.ts";
import type { MissingServer } from "../audio/sound_server.ts";
import type { Holder } from "./sessions_check.ts";
import { messageOf } from "../errors.ts";
import type { GapCause } from "../events.ts";
import { messageIn } from "../ffmpeg/known_errors.ts";
import { type Trial, type TrialSpec, tryDevice } from "../ffmpeg/trial.ts";
import { causeOf } from "../recorder/cause.ts";
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
export interface DeviceWanted extends Tried {
  /** ffmpeg's path. */
  readonly ffmpeg: string;
  /** The echolog session that records it, or `null` when it is free. */
  readonly holder: Holder | null;
}

/** Maximum milliseconds for a trial. */
export const TRIAL_LIMIT = 10_000;

const NAME = "device";

/** Records half a second like `record`; a device that an echolog session uses is not opened. */
export async function checkDevice(
  { spec, trial, ffmpeg, holder }: DeviceWanted,
): Promise<Check> {
  if (holder !== null) return judgeHolder(spec, holder);
  try {
    const result = await tryDevice(ffmpeg, trial, { limit: TRIAL_LIMIT });
    return judgeTrial(spec, result);
  } catch (error) {
    const { text, advice } = meaningOfCause("ffmpeg_unusable");
    return failed(NAME, `${text}: ${messageOf(error)}`, advice);
  }
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
      `run echolog explain ${sessionId}`,
    );
}

/** Returns the check of a device by its trial. */
export function judgeTrial(spec: string, trial: Trial): Check {
  const cause = causeOfTrial(trial);
  if (cause !== null) {
    const words = meaningOfCause(cause);
    // ffmpeg's message is more specific than the cause.
    const message = messageIn(trial.errors.join("\n"));
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
