/**
 * The notes of a release: its section of `CHANGELOG.md`.
 *
 * Run: `deno run --allow-read scripts/release/notes.ts 1.2.3`
 *
 * @module
 */

/**
 * Finds the section of a version, headed `## 1.2.3` or `## 1.2.3 - 2026-11-25`.
 *
 * @param changelog The text of the changelog
 * @param version Without the `v`
 * @returns What is below the heading, up to that of the next version
 * @throws {Error} If there is no section, or nothing in it
 */
export function notesOf(changelog: string, version: string): string {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((each) => each.split(/\s/, 1)[0] === version);
  if (section === undefined) {
    throw new Error(
      `Cannot release ${version}: CHANGELOG.md has no section "## ${version}"`,
    );
  }
  const end = section.indexOf("\n");
  const notes = end < 0 ? "" : section.slice(end).trim();
  if (notes === "") {
    throw new Error(
      `Cannot release ${version}: its section in CHANGELOG.md is empty`,
    );
  }
  return notes;
}

if (import.meta.main) {
  try {
    const changelog = new URL("../../CHANGELOG.md", import.meta.url);
    console.log(
      notesOf(Deno.readTextFileSync(changelog), Deno.args[0] ?? ""),
    );
  } catch (error) {
    console.error(`echolog: ${error instanceof Error ? error.message : error}`);
    Deno.exit(1);
  }
}
