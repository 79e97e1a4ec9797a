/**
 * Writes what is generated from the tables in the code: `echolog.conf.example`,
 * and the tables in the README between their marks.
 *
 * Run: `deno run --allow-read --allow-write scripts/docs.ts`
 *
 * @module
 */

import { renderExample, renderTable } from "../src/config/reference.ts";
import { MESSAGES } from "../src/ffmpeg/known_errors.ts";
import { GAP_CAUSES } from "../src/events.ts";
import { meaningOfCause } from "../src/review/explain/glossary.ts";

/** The tables of the README, by the name in their marks. */
const TABLES: Readonly<Record<string, () => string>> = {
  settings: renderTable,
  causes: renderCauses,
  messages: renderMessages,
};

/** The README with its tables made anew. */
export function withTables(readme: string): string {
  return Object.entries(TABLES).reduce((text, [name, render]) => {
    const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) {
      throw new Error(`README.md lacks the marks ${begin} and ${end}`);
    }
    const before = text.slice(0, from + begin.length);
    return `${before}\n\n${render()}\n\n${text.slice(to)}`;
  }, readme);
}

function renderCauses(): string {
  const rows = GAP_CAUSES.map((name) => {
    const { text, advice } = meaningOfCause(name);
    return `| \`${name}\` | ${text} | ${advice ?? "–"} |`;
  });
  return [
    "| cause | meaning | what to do |",
    "| --- | --- | --- |",
    ...rows,
  ].join("\n");
}

function renderMessages(): string {
  const rows = MESSAGES.map(({ message, meaning, advice }) =>
    `| \`${message}\` | ${meaning} | ${advice} |`
  );
  return [
    "| ffmpeg says | meaning | what to do |",
    "| --- | --- | --- |",
    ...rows,
  ].join("\n");
}

if (import.meta.main) {
  const root = new URL("../", import.meta.url);
  const readme = new URL("README.md", root);
  Deno.writeTextFileSync(
    new URL("echolog.conf.example", root),
    renderExample(),
  );
  Deno.writeTextFileSync(readme, withTables(Deno.readTextFileSync(readme)));
}
