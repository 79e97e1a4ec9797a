/**
 * Finds a known text in any spelling: percent-encoded, escaped for ffmpeg, for
 * JSON or for a shell.
 *
 * @module
 */

import { decoded } from "./names.ts";

/**
 * Returns a function that replaces known texts in any spelling.
 *
 * @param known The texts. Those of fewer than three characters would match
 * everywhere and are skipped; those of fewer than six match only as words.
 * @param replacement Their replacement.
 * @returns The function, or `null` when there is nothing to replace.
 */
export function replacer(
  known: readonly string[],
  replacement: string,
): ((text: string) => string) | null {
  const texts = [...new Set(known.flatMap((text) => [text, decoded(text)]))]
    .filter((text) => [...text].length >= SHORTEST)
    // The longest first: it may contain one of the others.
    .sort((a, b) => b.length - a.length);
  if (texts.length === 0) return null;
  const long = texts.filter((one) => one.length > LONGEST);
  const pattern = new RegExp(texts.map(variantsOf).join("|"), "giu");
  // Nearly every line has none of the texts and no sign of an encoding.
  const signs = texts.some((text) => /\s/.test(text)) ? /[%\\+]/ : /[%\\]/;
  const small = texts.map((text) => text.toLowerCase());
  const shortest = Math.min(...texts.map((text) => text.length));
  return (text) => {
    if (text.length < shortest) return text;
    if (!signs.test(text)) {
      const lower = text.toLowerCase();
      if (!small.some((one) => lower.includes(one))) return text;
    }
    for (const one of long) text = text.replaceAll(one, replacement);
    return text.replace(pattern, replacement);
  };
}

/** A regular expression has a maximum size. Of a longer text, its beginning finds the rest. */
const LONGEST = 1_024;
const SHORTEST = 3;
const SHORTEST_ANYWHERE = 6;
const encoder = new TextEncoder();

/** Returns the source of a pattern that matches a text in any spelling. */
function variantsOf(text: string): string {
  const characters = [...text];
  const source = characters.slice(0, LONGEST).map(variantsOfOne).join("") +
    (characters.length > LONGEST ? "[^\\s\"'<>]*" : "");
  if (characters.length >= SHORTEST_ANYWHERE) return source;
  return `(?<![\\p{L}\\p{N}])${source}(?![\\p{L}\\p{N}])`;
}

function variantsOfOne(character: string): string {
  const hex = [...encoder.encode(character)].map((byte) =>
    `%(?:25)*${byte.toString(16).padStart(2, "0")}`
  );
  const forms = [`\\\\{0,16}${RegExp.escape(character)}`, hex.join("")];
  if (character === " ") forms.push("\\+");
  if (character === "'") forms.push("'\\\\''");
  return `(?:${forms.join("|")})`;
}
