/**
 * Undoes disguises of a name: letters that look like Latin ones, accents, and
 * characters that are not shown.
 *
 * @module
 */

const NOT_ASCII = /[^\0-\x7f]/;
/** Accents, and characters that take no room, such as the zero-width space. */
const UNSEEN = /[\p{M}\p{Cf}\u115f\u1160\u3164\uffa0]/gu;

/** Letters that Unicode does not count as forms of the Latin ones below them. */
const PAIRS: readonly (readonly [string, string])[] = [
  // Cyrillic.
  ["авсԁеғԍһіјкӏмпорԛѕтцѵԝхуѡ", "abcdefghijklmnopqstuvwxyw"],
  ["АВСԀЕНІЈКМОРԚЅТѴԜХУ", "ABCDEHIJKMOPQSTVWXY"],
  // Greek.
  ["αβςεηιϳκνορτυωχγ", "abcenijkvoptuwxy"],
  ["ΑΒΕΗΙͿΚΜΝΟΡΤΥΧΖ", "ABEHIJKMNOPTYXZ"],
  // Armenian.
  ["օոսցհյ", "onughj"],
  // Latin, small capitals and without a dot.
  ["ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz"],
  ["ıȷɑɡɩʋ", "ijagiv"],
];

const LATIN: ReadonlyMap<string, string> = new Map(
  PAIRS.flatMap(([letters, latin]) =>
    [...letters].map((letter, at) => [letter, latin.charAt(at)] as const)
  ),
);

/**
 * Returns a text as it looks, in ASCII where that is possible.
 *
 * @param text Any text.
 */
export function asItLooks(text: string): string {
  if (!NOT_ASCII.test(text)) return text;
  const plain = text.normalize("NFKD").replace(UNSEEN, "");
  return Array.from(plain, (one) => LATIN.get(one) ?? one).join("");
}
