/**
 * Loads settings and device for commands: from flags, the configuration file
 * and this machine.
 *
 * @module
 */

import {
  defaultDevice,
  type Device,
  parseDevice,
  specOf,
} from "../../audio/device.ts";
import type { ParsedOptions } from "./options.ts";
import {
  type LoadedSettings,
  loadOutputDir,
  loadSettings,
} from "../../config/load.ts";
import { resolvePath } from "../../config/paths.ts";
import type { Settings } from "../../config/settings.ts";
import { describeError, EchologError } from "../../errors.ts";
import { adviceOf, whyNotRun } from "../../platform/programs/spawn.ts";
import {
  assertFfmpeg,
  installHint,
  locateFfmpeg,
} from "../../ffmpeg/locate.ts";
import { wholeDevice } from "../../ffmpeg/command/own_files.ts";
import { NEWER_HINT, whyTooOld } from "../../ffmpeg/version.ts";
import { findFile } from "../../platform/fs.ts";
import { host } from "../../platform/host.ts";
import { createRedactor, type Redact, secretsOf } from "../../redact/redact.ts";
import { pathSecretsOf } from "../../redact/paths.ts";
import { secretsOfArguments } from "../../redact/urls.ts";

/** Masks a wrong value, which may hold a password. */
const masked = createRedactor();

/**
 * Returns the settings in effect for a command line.
 *
 * @throws {EchologError} `usage`, naming the value at fault.
 */
export function loadCommandSettings(options: ParsedOptions): LoadedSettings {
  const configPath = options.values.get("config");
  return loadSettings({
    flags: options.flags,
    ...(configPath === undefined ? {} : { configPath }),
  }, host);
}

/**
 * Returns the output folder of a command that needs no other setting. What is
 * wrong with another setting is reported, and does not keep the command from
 * its work.
 *
 * @throws {EchologError} `usage`, when the folder cannot be known.
 */
export function chooseOutputDir(options: ParsedOptions): string {
  const configPath = options.values.get("config");
  try {
    return loadCommandSettings(options).settings.outputDir;
  } catch (error) {
    const outputDir = loadOutputDir({
      flags: options.flags,
      ...(configPath === undefined ? {} : { configPath }),
    }, host);
    console.error(`echolog: warning: ${masked(describeError(error))}`);
    return outputDir;
  }
}

/**
 * Returns the folder to which a command line limits the active sessions, or
 * `null` when it names none.
 */
export function chosenPlace(options: ParsedOptions): string | null {
  return options.values.has("output-dir") || options.values.has("config")
    ? chooseOutputDir(options)
    : null;
}

/**
 * Returns the settings from flags and defaults, without the configuration file.
 *
 * @throws {EchologError} `usage`, naming the flag at fault.
 */
export function loadFlagsAlone(options: ParsedOptions): LoadedSettings {
  return loadSettings({ flags: options.flags }, {
    os: host.os,
    home: host.home,
    cwd: host.cwd,
    env: (name) => name === "ECHOLOG_CONFIG" ? undefined : host.env(name),
    readFile(path) {
      throw new Deno.errors.NotFound(path);
    },
  });
}

/**
 * Returns the device to record: the configured one, or the platform's default.
 *
 * @throws {EchologError} `usage`, when the platform has no name for its default.
 */
export function chooseDevice(
  wanted: string | null,
): { readonly spec: string; readonly device: Device } {
  const spec = wanted ?? defaultDevice(host);
  const device = spec === null ? null : parseDevice(spec);
  if (spec === null || device === null) {
    throw new EchologError(
      "usage",
      "No default capture device is known on this system",
      {
        hint:
          'name one with --device, such as "dshow:audio=Microphone"; echolog devices lists them',
      },
    );
  }
  return { spec, device };
}

/** An ffmpeg that works. */
export interface FoundFfmpeg {
  /** Its path. */
  readonly path: string;
  /** Its version, or `null` when it has an unknown form. */
  readonly version: string | null;
}

/** Returns the path of ffmpeg: the configured one, or the one found; `null` when there is none. */
export function chooseFfmpeg(wanted: string | null): string | null {
  const path = locateFfmpeg(wanted, host);
  // It runs in other folders than this one.
  return path === null ? null : resolvePath(path, host);
}

/**
 * Returns an ffmpeg that works: a broken one cannot record, or examine chunks
 * or devices.
 *
 * @throws {EchologError} `ffmpeg_unusable`, when there is none.
 */
export async function requireFfmpeg(
  wanted: string | null,
): Promise<FoundFfmpeg> {
  const hint = installHint(Deno.build.os);
  const ffmpeg = chooseFfmpeg(wanted);
  if (ffmpeg === null) {
    const named = wanted === null
      ? ""
      : `: ${wanted} is not an executable file`;
    throw new EchologError("ffmpeg_unusable", `Cannot find ffmpeg${named}`, {
      hint,
    });
  }
  try {
    return { path: ffmpeg, version: await assertFfmpeg(ffmpeg) };
  } catch (error) {
    const problem = `Cannot run ${ffmpeg}: ${whyNotRun(error)}`;
    throw new EchologError("ffmpeg_unusable", problem, {
      cause: error,
      hint: adviceOf(error) ?? hint,
    });
  }
}

/**
 * Returns an ffmpeg that can record.
 *
 * @throws {EchologError} `ffmpeg_unusable`, when there is none.
 */
export async function requireRecordingFfmpeg(
  wanted: string | null,
): Promise<FoundFfmpeg> {
  const found = await requireFfmpeg(wanted);
  const tooOld = whyTooOld(found.version);
  if (tooOld === null) return found;
  const problem = `Cannot record with ${found.path}: ${tooOld}`;
  throw new EchologError("ffmpeg_unusable", problem, { hint: NEWER_HINT });
}

/**
 * Returns a function that removes the secrets of the settings and the device
 * from a text.
 */
export function settingsRedactor(
  settings: Pick<
    Settings,
    "inputArgs" | "outputArgs" | "outputDir" | "redactDevice"
  >,
  deviceSpec: string | null,
): Redact {
  const args = [...settings.inputArgs, ...settings.outputArgs];
  return createRedactor({
    ownPaths: [settings.outputDir],
    secrets: [
      ...(deviceSpec === null ? [] : secretsOf(deviceSpec)),
      ...secretsOfArguments(args),
      ...args.flatMap(pathSecretsOf),
    ],
    ...(settings.redactDevice && deviceSpec !== null
      ? { redactDevice: deviceSpec, asFfmpegNamesIt: wholeSpec(deviceSpec) }
      : {}),
  });
}

/** Returns a device with whole paths, as ffmpeg prints it. */
function wholeSpec(spec: string): string {
  const device = parseDevice(spec);
  return device === null ? spec : specOf(wholeDevice(device, findFile));
}
