/**
 * The doctor's check of cron's environment on a machine that a test describes.
 *
 * @module
 */

import { parseDevice } from "../../src/audio/device.ts";
import { RUN_SPEC } from "./run_spec.ts";
import { loadSettings } from "../../src/config/load.ts";
import { checkCron, type CronHost } from "../../src/doctor/cron_check.ts";

/** What the check looks at. */
export interface Case {
  readonly ffmpeg: string;
  readonly device: string;
  readonly isDeviceSet?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly config?: string;
  readonly isConfigNamed?: boolean;
  readonly isExecutable?: (path: string) => boolean;
}

/** Checks a machine. */
export function check(given: Case) {
  const env = (name: string) => given.env?.[name];
  const machine: CronHost = {
    os: "linux",
    env,
    home: "/home/ann",
    user: "ann",
    uid: 1000,
    exists: () => false,
    isExecutable: given.isExecutable ?? (() => true),
  };
  const flags = given.isDeviceSet === false
    ? new Map<string, string>()
    : new Map([["device", given.device]]);
  const loaded = loadSettings({
    flags,
    ...(given.config === undefined ? {} : { configPath: given.config }),
  }, {
    ...machine,
    cwd: "/",
    readFile(path) {
      if (given.config === undefined) throw new Deno.errors.NotFound(path);
      return new Uint8Array();
    },
  });
  const device = parseDevice(given.device);
  if (device === null) throw new Error("It is a device");
  return checkCron({
    loaded,
    isConfigNamed: given.isConfigNamed ?? false,
    tried: {
      spec: given.device,
      trial: { ...RUN_SPEC, ...loaded.settings, device, bitDepth: 16 },
    },
    ffmpeg: given.ffmpeg,
    machine,
  });
}
