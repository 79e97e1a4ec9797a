/**
 * Finds ffmpeg and its version.
 *
 * @module
 */

import { join } from "@std/path";
import type { Exit } from "./process.ts";
import { runFfmpeg } from "./query.ts";
import type { HostEnvironment } from "../platform/host.ts";

/** Folders in which installers put ffmpeg, for cron's short PATH. */
const USUAL_FOLDERS: Readonly<Record<string, readonly string[]>> = {
  linux: ["/usr/bin", "/usr/local/bin", "/snap/bin", "/opt/ffmpeg/bin"],
  darwin: ["/opt/homebrew/bin", "/usr/local/bin", "/opt/local/bin"],
  windows: [
    "C:\\ffmpeg\\bin",
    "C:\\Program Files\\ffmpeg\\bin",
    "C:\\ProgramData\\chocolatey\\bin",
  ],
};

/**
 * Looks for ffmpeg.
 *
 * @param wanted a path, a bare name for PATH, or `null` for `ffmpeg` on PATH and then in the usual folders.
 * @returns its path, or `null` when there is none.
 */
export function locateFfmpeg(
  wanted: string | null,
  machine: Pick<HostEnvironment, "env" | "home" | "isExecutable" | "os">,
): string | null {
  const suffix = machine.os === "windows" ? ".exe" : "";
  if (wanted !== null && /[/\\]/.test(wanted)) {
    return machine.isExecutable(wanted) ? wanted : null;
  }
  const name = wanted ?? `ffmpeg${suffix}`;
  const separator = machine.os === "windows" ? ";" : ":";
  const onPath = (machine.env("PATH") ?? "").split(separator)
    .filter((folder) => folder !== "");
  const usual = USUAL_FOLDERS[machine.os] ?? USUAL_FOLDERS.linux ?? [];
  const own = machine.home === null
    ? []
    : [join(machine.home, ".local", "bin"), join(machine.home, "bin")];
  const folders = wanted === null ? [...onPath, ...usual, ...own] : onPath;
  return folders.map((folder) => join(folder, name))
    .find((path) => machine.isExecutable(path)) ?? null;
}

/**
 * Asks ffmpeg for its version.
 *
 * @returns the version, or `null` when ffmpeg did not report it within `limit`
 * milliseconds.
 * @throws when the program cannot be started at all.
 */
export async function ffmpegVersion(
  path: string,
  limit = 3_000,
): Promise<string | null> {
  const { stdout } = await runFfmpeg(path, ["-version"], { limit });
  return versionIn(stdout);
}

/**
 * Checks that a program is ffmpeg: it reports a version.
 *
 * @returns the version, or `null` when it has another form.
 * @throws {Error} with the reason, when it cannot be started or fails.
 */
export async function assertFfmpeg(
  path: string,
  limit = 30_000,
): Promise<string | null> {
  const { exit, timedOut, stdout, stderr } = await runFfmpeg(
    path,
    ["-version"],
    { limit },
  );
  if (timedOut) throw new Error("it does not answer");
  if (exit.code !== 0) {
    throw new Error(describeFault(exit, stderr.at(-1) ?? null));
  }
  if (stdout.length === 0) throw new Error("it does not report its version");
  return versionIn(stdout);
}

function versionIn(stdout: readonly string[]): string | null {
  return /^ffmpeg version (\S+)/.exec(stdout[0] ?? "")?.[1] ?? null;
}

/**
 * Describes why an ffmpeg does not work.
 *
 * @param exit How it ended.
 * @param words The last line of ffmpeg or the dynamic linker, or `null`.
 */
export function describeFault(
  { code, signal }: Pick<Exit, "code" | "signal">,
  words: string | null,
): string {
  const said = words === null ? "" : `: ${words}`;
  return `it ended ${
    signal === null ? `with exit code ${code}` : `by ${signal}`
  }${said}`;
}

/** Returns how to install ffmpeg on a platform. */
export function installHint(os: string): string {
  switch (os) {
    case "darwin":
      return "install it (brew install ffmpeg) or name it with --ffmpeg PATH";
    case "windows":
      return "install it (winget install ffmpeg) or name it with --ffmpeg PATH";
    default:
      return "install it (apt-get install ffmpeg, dnf install ffmpeg or pacman -S ffmpeg) or name it with --ffmpeg PATH";
  }
}
