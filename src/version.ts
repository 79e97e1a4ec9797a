/**
 * Which echolog this is.
 *
 * @module
 */

import config from "../deno.json" with { type: "json" };

/** What only a build knows. */
export interface BuildInfo {
  /** The commit that it was made from. */
  readonly commit: string;
}

/** The version of echolog, as `deno.json` has it. */
export function version(): string {
  return config.version;
}

/** The answer to `--version`: version, commit, Deno and target, on one line. */
export function describeVersion(build: BuildInfo | null): string {
  const from = build === null ? "source" : `commit ${build.commit}`;
  return `echolog ${version()} (${from}, Deno ${Deno.version.deno}, ${Deno.build.target})`;
}
