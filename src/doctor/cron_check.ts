/**
 * Checks whether a recording also works from cron, with the few variables that
 * cron sets.
 *
 * @module
 */

import { defaultDevice } from "../audio/device.ts";
import { configPlaces, type LoadedSettings } from "../config/load.ts";
import { type Check, ok, warning } from "./check.ts";
import { causeOfTrial, TRIAL_LIMIT, type Tried } from "./device_check.ts";
import { locateFfmpeg } from "../ffmpeg/locate.ts";
import { tryDevice } from "../ffmpeg/command/trial.ts";
import type { HostEnvironment } from "../platform/host.ts";

/** Input of the check. */
export interface CronWanted {
  /** The settings in effect. */
  readonly loaded: LoadedSettings;
  /** Whether `--config` names the configuration. */
  readonly isConfigNamed: boolean;
  /** The device that works here, or `null` when none does or it is in use. */
  readonly tried: Tried | null;
  /** ffmpeg's path. */
  readonly ffmpeg: string;
  /** The parts of the host that the check needs. */
  readonly machine: CronHost;
}

/** The parts of the host that the check needs. */
export type CronHost = Omit<HostEnvironment, "cwd" | "ownerOf" | "readFile">;

/** A complete environment. */
export type Environment = Readonly<Record<string, string>>;

const NAME = "cron";

/** A problem under cron. */
interface Problem {
  readonly text: string;
  readonly next: string | null;
}

/** Checks cron's environment, and tries the device in it. */
export async function checkCron(wanted: CronWanted): Promise<Check> {
  const environment = cronEnvironment(wanted.machine);
  const ffmpeg = locateUnder(environment, wanted);
  const problems = [
    configProblem(environment, wanted),
    ffmpeg === null ? ffmpegProblem(wanted.ffmpeg) : null,
    await deviceProblem(environment, wanted),
  ].filter((problem) => problem !== null);
  if (problems.length === 0) {
    return ok(
      NAME,
      wanted.tried === null
        ? "ffmpeg was found; the device was not tested"
        : "the recording also works with cron's environment",
    );
  }
  const advice = problems.flatMap(({ next }) => next ?? []);
  return warning(
    NAME,
    problems.map(({ text }) => text).join("; "),
    advice.length === 0 ? null : advice.join(", and "),
  );
}

/** Returns the variables that cron sets (crontab(5)). */
export function cronEnvironment(
  { home, user }: Pick<HostEnvironment, "home" | "user">,
): Environment {
  return {
    ...(home === null ? {} : { HOME: home }),
    LOGNAME: user,
    SHELL: "/bin/sh",
    PATH: "/usr/bin:/bin",
  };
}

/** Returns crontab lines that may lead to the sound server in use here, the best first. */
export function crontabLines(
  env: (name: string) => string | undefined,
): string[] {
  return ["XDG_RUNTIME_DIR", "PULSE_SERVER"].flatMap((name) => {
    const value = env(name);
    return value ? [`${name}=${value}`] : [];
  });
}

function locateUnder(
  environment: Environment,
  { loaded, machine }: CronWanted,
): string | null {
  return locateFfmpeg(loaded.settings.ffmpegPath, {
    ...machine,
    env: (name) => environment[name],
  });
}

function ffmpegProblem(path: string): Problem {
  return {
    text: "cron would not find ffmpeg",
    next: `set ffmpeg.path = ${JSON.stringify(path)} in the configuration`,
  };
}

function configProblem(
  environment: Environment,
  { loaded, isConfigNamed, machine }: CronWanted,
): Problem | null {
  const { configPath } = loaded;
  if (configPath === null || isConfigNamed) return null;
  const places = configPlaces({
    ...machine,
    env: (name) => environment[name],
  });
  if (places.includes(configPath)) return null;
  return {
    text: `cron would not find the configuration ${configPath}`,
    next: addLine(`ECHOLOG_CONFIG=${configPath}`),
  };
}

async function deviceProblem(
  environment: Environment,
  wanted: CronWanted,
): Promise<Problem | null> {
  const { tried, machine } = wanted;
  // Only sound servers are found by variables.
  const isServed = tried !== null && tried.spec.startsWith("pulse:") &&
    machine.os === "linux";
  if (!isServed || await works(environment, wanted, tried)) return null;
  for (const line of crontabLines((name) => machine.env(name))) {
    const longer = { ...environment, ...variableOf(line) };
    if (!await works(longer, wanted, tried)) continue;
    return {
      text: `cron would not reach the sound server for ${tried.spec}`,
      next: addLine(line),
    };
  }
  return {
    text: `${tried.spec} works here, but not with cron's environment`,
    next: "start echolog from a service of this user instead of cron",
  };
}

async function works(
  environment: Environment,
  { loaded, ffmpeg, machine }: CronWanted,
  { spec, trial }: Tried,
): Promise<boolean> {
  const found = loaded.settings.device ?? defaultDevice({
    ...machine,
    env: (name) => environment[name],
  });
  // Without the server another device would be recorded.
  if (found !== spec) return false;
  const limit = TRIAL_LIMIT;
  const options = { limit, environment, folder: null };
  const result = await tryDevice(ffmpeg, trial, options);
  return causeOfTrial(result) === null;
}

function variableOf(line: string): Environment {
  const at = line.indexOf("=");
  return { [line.slice(0, at)]: line.slice(at + 1) };
}

function addLine(line: string): string {
  return `add this line at the top of the crontab: ${line}`;
}
