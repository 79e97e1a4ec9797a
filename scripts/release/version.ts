/**
 * The version of a tag.
 *
 * Run: `deno run --allow-read scripts/release/version.ts v1.2.3`
 *
 * @module
 */

/**
 * The version that a tag releases.
 *
 * @param tag As it was pushed, `v1.2.3`
 * @param config The text of `deno.json`
 * @throws {Error} If the tag is not that of the version in `deno.json`
 */
export function versionOfTag(tag: string, config: string): string {
  const parsed: unknown = JSON.parse(config);
  const version = typeof parsed === "object" && parsed !== null &&
      "version" in parsed && typeof parsed.version === "string"
    ? parsed.version
    : "none";
  if (tag !== `v${version}`) {
    throw new Error(
      `Cannot release ${tag}: the version in deno.json is ${version}, its tag is v${version}`,
    );
  }
  return version;
}

if (import.meta.main) {
  try {
    const config = new URL("../../deno.json", import.meta.url);
    console.log(
      versionOfTag(Deno.args[0] ?? "", Deno.readTextFileSync(config)),
    );
  } catch (error) {
    console.error(`echolog: ${error instanceof Error ? error.message : error}`);
    Deno.exit(1);
  }
}
