/**
 * The version of echolog.
 *
 * @module
 */

import config from "../deno.json" with { type: "json" };

/** Facts from the build. */
export interface BuildInfo {
  /** The commit that it was made from. */
  readonly commit: string;
}

/** Returns the version of echolog in `deno.json`. */
export function version(): string {
  return config.version;
}

/**
 * Returns the output of `--version`: version, commit, Deno and target, on one
 * line.
 */
export function describeVersion(build: BuildInfo | null): string {
  const from = build === null ? "source" : `commit ${build.commit}`;
  return `echolog ${version()} (${from}, Deno ${Deno.version.deno}, ${Deno.build.target})`;
}
