/**
 * Facts about the machine and the user: home folder, boot, names.
 *
 * @module
 */

import { exists, isExecutable, ownerOf, readRegularFile } from "./fs.ts";
import { isAbsolute, join } from "@std/path";
import { EchologError } from "../errors.ts";
import { kernelFile, outputOf } from "./processes.ts";

/** The machine and its user as echolog sees them; tests replace it. */
export interface HostEnvironment {
  /** As `Deno.build.os`. */
  readonly os: string;
  /** Returns a variable of the environment. */
  env(name: string): string | undefined;
  /** The user's home folder, or `null` if there is none. */
  readonly home: string | null;
  /** The current folder. */
  readonly cwd: string;
  /** The user's id, or `null` on platforms without ids. */
  readonly uid: number | null;
  /** The user's name; empty if unknown. */
  readonly user: string;
  /** Whether a path exists. */
  exists(path: string): boolean;
  /** Whether a path is a program that this user may run. */
  isExecutable(path: string): boolean;
  /** Returns the user id of a path's owner, or `null` when unknown. */
  ownerOf(path: string): number | null;
  /**
   * Reads a file.
   *
   * @throws {Deno.errors.NotFound} If it does not exist.
   */
  readFile(path: string): Uint8Array;
}

/** This machine and its user. */
export const host: HostEnvironment = {
  os: Deno.build.os,
  env,
  exists,
  isExecutable,
  ownerOf,
  readFile: readRegularFile,
  // Evaluated only when needed: two of them may start a program.
  get home() {
    return homeFolder();
  },
  get cwd() {
    return currentFolder();
  },
  get uid() {
    return Deno.uid();
  },
  get user() {
    return env("LOGNAME") || env("USER") || outputOf("id", ["-un"]) || "";
  },
};

/**
 * Returns a variable of the environment.
 *
 * @throws {EchologError} `usage`, when it is not UTF-8.
 */
export function env(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    throw new EchologError(
      "usage",
      `Cannot read the environment variable ${name}: it is not UTF-8`,
      { hint: "set it to UTF-8 text, or unset it", cause: error },
    );
  }
}

function currentFolder(): string {
  try {
    return Deno.cwd();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new EchologError(
      "usage",
      "Cannot find the current folder: it was deleted",
      { hint: "change to one that exists", cause: error },
    );
  }
}

/**
 * Returns the user's home folder, from the user database if cron sets no HOME;
 * `null` when there is none.
 */
export function homeFolder(): string | null {
  // A relative one would be another folder in each current folder.
  const home = absolute("HOME") ?? absolute("USERPROFILE");
  if (home !== null) return home;
  // passwd(5): name, password, number, group, comment, home, shell.
  const entry = outputOf("getent", ["passwd", String(Deno.uid())]);
  return entry?.split(":")[5] || null;
}

/**
 * Whether this process was started with SIGHUP ignored, as nohup does. Call it
 * before anything listens for that signal; only Linux reports it.
 */
export function ignoresHangup(): boolean {
  if (Deno.build.os !== "linux") return false;
  // proc(5): a mask in hexadecimal, SIGHUP its lowest bit.
  const status = kernelFile(`/proc/${Deno.pid}/status`);
  const [, mask = "0"] = /^SigIgn:\s*([\da-f]+)/m.exec(status ?? "") ?? [];
  return /[13579bdf]$/.test(mask);
}

/** Returns operating system and architecture, such as `linux-x86_64`. */
export function platformName(): string {
  return `${Deno.build.os}-${Deno.build.arch}`;
}

/** Returns the name of the machine. */
export function machineName(): string {
  return Deno.hostname();
}

/** Returns an id of the current boot; `null` if the platform does not report one. */
export function bootId(): string | null {
  if (Deno.build.os !== "linux") return null;
  return kernelFile("/proc/sys/kernel/random/boot_id");
}

/** Returns a variable with an absolute path; XDG ignores relative ones, too. */
function absolute(name: string): string | null {
  const path = env(name);
  return path !== undefined && isAbsolute(path) ? path : null;
}

/**
 * Returns the folder for the state of active sessions, by the XDG base
 * directories.
 */
export function stateFolder(): string | null {
  const named = absolute("XDG_STATE_HOME") ?? absolute("LOCALAPPDATA");
  if (named !== null) return join(named, "echolog");
  const home = homeFolder();
  return home === null ? null : join(home, ".local", "state", "echolog");
}
