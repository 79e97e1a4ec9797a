/**
 * Finds the configuration file.
 *
 * @module
 */

import { isAbsolute, join, resolve } from "@std/path";
import { EchologError } from "../errors.ts";
import type { HostEnvironment } from "../platform/host.ts";

/** The parts of the host that loading the configuration needs. */
export type ConfigHost = Pick<
  HostEnvironment,
  "cwd" | "env" | "home" | "os" | "readFile"
>;

/** A configuration file that the user named. */
export interface NamedFile {
  /** Its absolute path. */
  readonly path: string;
  /** The flag or variable that named it. */
  readonly from: "--config" | "$ECHOLOG_CONFIG";
}

/**
 * Returns the file that a flag or the environment names.
 *
 * @param flag Value of `--config`.
 * @param machine Source of the environment and the folders.
 * @returns `null` when neither names one.
 * @throws {EchologError} `usage`, when there is no home folder for its `~`.
 */
export function namedFile(
  flag: string | undefined,
  machine: ConfigHost,
): NamedFile | null {
  const named = flag ?? (machine.env("ECHOLOG_CONFIG") || undefined);
  if (named === undefined) return null;
  return {
    path: resolvePath(expandHome(named, machine), machine),
    from: flag === undefined ? "$ECHOLOG_CONFIG" : "--config",
  };
}

/** Returns the paths searched for a configuration file, in order of precedence. */
export function configPlaces(
  machine: Pick<ConfigHost, "env" | "home" | "os">,
): string[] {
  const own = userPlace(machine);
  const places = own === null ? [] : [own];
  return machine.os === "windows" ? places : [...places, "/etc/echolog.conf"];
}

/**
 * Returns the path of the user's own configuration file, or `null` without a
 * home folder.
 */
export function userPlace(
  machine: Pick<ConfigHost, "env" | "home">,
): string | null {
  const named = machine.env("XDG_CONFIG_HOME") ?? "";
  // XDG ignores relative ones.
  const configHome = isAbsolute(named)
    ? named
    : machine.home === null
    ? null
    : join(machine.home, ".config");
  return configHome === null
    ? null
    : join(configHome, "echolog", "echolog.conf");
}

/**
 * Returns a path with its leading `~` replaced by the home folder.
 *
 * @throws {EchologError} `usage`, when there is no home folder.
 */
export function expandHome(
  path: string,
  machine: Pick<ConfigHost, "home">,
): string {
  if (!/^~(?=$|[/\\])/.test(path)) return path;
  if (machine.home === null) {
    throw new EchologError("usage", `Cannot expand ~ in ${path}`, {
      hint: "set HOME, or give an absolute path",
    });
  }
  return machine.home + path.slice(1);
}

/** Returns an absolute path; relative ones start at the current folder. */
export function resolvePath(
  path: string,
  machine: Pick<ConfigHost, "cwd">,
): string {
  return isAbsolute(path) ? path : resolve(machine.cwd, path);
}
