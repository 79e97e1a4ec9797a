/**
 * Writes what is generated from the tables in the code: `echolog.conf.example`,
 * the tables in `docs/` between their marks, and `docs/schema/`.
 *
 * Run: `deno run --allow-read --allow-write scripts/docs.ts`
 *
 * @module
 */

import { renderExample, renderTable } from "../src/config/reference.ts";
import { MESSAGES } from "../src/ffmpeg/known_errors.ts";
import { GAP_CAUSES } from "../src/events.ts";
import { DOCUMENT_NAMES } from "./json/documents.ts";
import { renderKeys, renderSchemas } from "./json/schema.ts";
import { meaningOfCause } from "../src/review/explain/glossary.ts";

/** The documents with tables, and the tables of each by the name in their marks. */
export const DOCUMENTS: Readonly<
  Record<string, Readonly<Record<string, () => string>>>
> = {
  "docs/json.md": Object.fromEntries(
    DOCUMENT_NAMES.map((name) => [name, () => renderKeys(name)]),
  ),
  "docs/settings.md": { settings: renderTable },
  "docs/troubleshooting.md": { causes: renderCauses, messages: renderMessages },
};

/** Returns a document with its tables up to date. */
export function withTables(path: string, document: string): string {
  const tables = Object.entries(DOCUMENTS[path] ?? {});
  return tables.reduce((text, [name, render]) => {
    const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) {
      throw new Error(`${path} lacks the marks ${begin} and ${end}`);
    }
    const before = text.slice(0, from + begin.length);
    return `${before}\n\n${render()}\n\n${text.slice(to)}`;
  }, document);
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

/** Headed by the literal text, so that a search for it leads here. */
function renderMessages(): string {
  return MESSAGES.map(({ message, meaning, advice }) =>
    `### \`${message}\`\n\n${sentence(meaning)} ${sentence(advice)}`
  ).join("\n\n");
}

/** Returns a phrase as a sentence; commands and URLs at its beginning stay as they are. */
function sentence(text: string): string {
  const first = /^(?:echolog|ffmpeg|macOS|rtsp)\b/.test(text)
    ? text.charAt(0)
    : text.charAt(0).toUpperCase();
  return `${first}${text.slice(1)}.`;
}

if (import.meta.main) {
  const root = new URL("../", import.meta.url);
  Deno.writeTextFileSync(
    new URL("echolog.conf.example", root),
    renderExample(),
  );
  for (const path of Object.keys(DOCUMENTS)) {
    const file = new URL(path, root);
    Deno.writeTextFileSync(file, withTables(path, Deno.readTextFileSync(file)));
  }
  for (const [path, text] of renderSchemas()) {
    Deno.writeTextFileSync(new URL(path, root), text);
  }
}
