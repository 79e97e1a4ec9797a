/**
 * Checks the configuration in use.
 *
 * @module
 */

import type { LoadedSettings } from "../config/load.ts";
import { describeError } from "../errors.ts";
import { type Check, failed, ok } from "./check.ts";
import { pluralize } from "../terminal/units.ts";

/** Ways to load the settings. */
export interface ConfigSources {
  /** Loads them as `record` does. */
  load(): LoadedSettings;
  /** Loads them from the flags alone. */
  loadFlagsAlone(): LoadedSettings;
  /** Paths searched for a configuration file when none is named. */
  readonly places: readonly string[];
}

/** The settings that the other checks use. */
export interface CheckedConfig {
  /** The settings. */
  readonly loaded: LoadedSettings;
  /** The result of the check. */
  readonly check: Check;
}

/**
 * Loads the settings, without the configuration file if that is at fault.
 *
 * @throws {EchologError} `usage`, when a flag is at fault.
 */
export function checkConfig(sources: ConfigSources): CheckedConfig {
  try {
    const loaded = sources.load();
    return { loaded, check: ok("config", describeConfig(loaded, sources)) };
  } catch (error) {
    // This throws errors that are not from the configuration file.
    const loaded = sources.loadFlagsAlone();
    const check = failed(
      "config",
      describeError(error),
      "fix the configuration, or name another with --config",
    );
    return { loaded, check };
  }
}

function describeConfig(
  { configPath, sources }: LoadedSettings,
  { places }: ConfigSources,
): string {
  if (configPath === null) {
    return `no file, so the defaults apply (looked for ${
      places.join(" and ")
    })`;
  }
  const count = [...sources.values()].filter((source) => source === "file")
    .length;
  return `${configPath} with ${pluralize(count, "setting")}`;
}
