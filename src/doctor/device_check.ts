/**
 * Whether the device gives audio.
 *
 * @module
 */

import { type Check, failed, ok, warning } from "./check.ts";
import type { Holder } from "./sessions_check.ts";
import { messageOf } from "../errors.ts";
import type { GapCause, Seconds } from "../events.ts";
import { messageIn } from "../ffmpeg/known_errors.ts";
import { type Trial, type TrialSpec, tryDevice } from "../ffmpeg/trial.ts";
import { causeOf } from "../recorder/cause.ts";
import { meaningOfCause } from "../review/explain/glossary.ts";

/** A device to try. */
export interface Tried {
  /** The device as `--device` takes it. */
  readonly spec: string;
  /** How it is recorded. */
  readonly trial: TrialSpec;
}

/** What to check. */
export interface DeviceWanted extends Tried {
  /** ffmpeg's path. */
  readonly ffmpeg: string;
  /** The session of ours that records it, or `null` when it is free. */
  readonly holder: Holder | null;
}

/** A device that is slower than this is of no use, in milliseconds. */
export const TRIAL_LIMIT = 10_000;

const NAME = "device";

/** Records half a second, as `record` would; a device that a session of ours has is left alone. */
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

/** What a session that has the device says of it. */
export function judgeHolder(
  spec: string,
  { sessionId, log, trouble }: Holder,
): Check {
  const text = `${spec}: being recorded by session ${sessionId}, log ${log}`;
  return trouble === null
    ? ok(NAME, `${text}; not opened`, "see how it does: echolog status")
    : warning(
      NAME,
      `${text}, which gets no audio from it now (${trouble}); not opened`,
      `run echolog explain ${sessionId}`,
    );
}

/** What a trial says of the device. */
export function judgeTrial(spec: string, trial: Trial): Check {
  const cause = causeOfTrial(trial);
  if (cause !== null) {
    const words = meaningOfCause(cause);
    // What ffmpeg says makes a general cause a particular one.
    const message = messageIn(trial.errors.join("\n"));
    const waited = trial.timedOut ? ` within ${TRIAL_LIMIT / 1000} s` : "";
    const said = trial.keyLine === null ? "" : `: ${trial.keyLine}`;
    const meaning = trial.timedOut
      ? "the device gives no audio"
      : message?.meaning ?? words.text;
    return failed(
      NAME,
      `${spec}: ${meaning}${waited} (${cause})${said}`,
      message?.advice ?? words.advice,
    );
  }
  const length = `${spec}: ${seconds(trial.captured)} captured`;
  if (trial.peak === -Infinity) {
    return warning(
      NAME,
      `${length}, all of it digital silence`,
      "check that the device is not muted and something plays",
    );
  }
  const peak = trial.peak === null
    ? ""
    : `, peak ${trial.peak.toFixed(1)} dBFS`;
  return ok(NAME, `${length}${peak}`);
}

/** Why a trial failed, or `null` when it did not. */
export function causeOfTrial(trial: Trial): GapCause | null {
  const hadAudio = trial.captured > 0;
  if (hadAudio && trial.exit.code === 0) return null;
  return causeOf({
    exit: trial.exit,
    endedFor: trial.timedOut ? "stall" : null,
    hadAudio,
    wasSignalled: false,
    errors: trial.errors,
  });
}

function seconds(value: Seconds): string {
  return `${value.toFixed(2)} s`;
}
