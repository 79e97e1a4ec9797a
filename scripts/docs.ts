/**
 * Writes what is generated from the table of settings:
 * `echolog.conf.example`, and the table in the README between its marks.
 *
 * Run: `deno run --allow-read --allow-write scripts/docs.ts`
 *
 * @module
 */

import { renderExample, renderTable } from "../src/config/render.ts";

const BEGIN = "<!-- settings: begin -->";
const END = "<!-- settings: end -->";

/** The README with its table of settings made anew. */
export function withSettings(readme: string): string {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin < 0 || end < begin) {
    throw new Error(`README.md lacks the marks ${BEGIN} and ${END}`);
  }
  const before = readme.slice(0, begin + BEGIN.length);
  return `${before}\n\n${renderTable()}\n\n${readme.slice(end)}`;
}

if (import.meta.main) {
  const root = new URL("../", import.meta.url);
  const readme = new URL("README.md", root);
  Deno.writeTextFileSync(
    new URL("echolog.conf.example", root),
    renderExample(),
  );
  Deno.writeTextFileSync(readme, withSettings(Deno.readTextFileSync(readme)));
}
