/**
 * Which versions of ffmpeg can record.
 *
 * @module
 */

/**
 * The oldest ffmpeg that knows all options of a recording: `-stats_period` came
 * with 4.4.
 */
export const MIN_VERSION = "4.4";

/**
 * Returns why an ffmpeg cannot record, as a phrase.
 *
 * @param version as ffmpeg reports it: `5.1.9-0+deb12u1`, `n4.3.1`, or the name
 * of a build from its repository, such as `N-109542-g4d2cb32`, whose age is
 * unknown.
 * @returns `null` when it is recent enough, or of an unknown age.
 */
export function whyTooOld(version: string | null): string | null {
  const numbers = numbersOf(version ?? "");
  const oldest = numbersOf(MIN_VERSION);
  if (numbers === null || oldest === null) return null;
  const [major, minor] = numbers;
  const isOld = major < oldest[0] || major === oldest[0] && minor < oldest[1];
  return isOld
    ? `ffmpeg ${version} is too old: echolog needs ${MIN_VERSION} or later`
    : null;
}

/** What to do about an ffmpeg that is too old. */
export const NEWER_HINT = "name a newer one with --ffmpeg PATH";

function numbersOf(version: string): readonly [number, number] | null {
  const [, major, minor] = /^n?(\d{1,3})\.(\d{1,3})(?!\d)/.exec(version) ?? [];
  return major === undefined ? null : [Number(major), Number(minor)];
}
