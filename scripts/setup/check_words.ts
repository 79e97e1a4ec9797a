/**
 * Refuses words that plain English does without, in everything that people
 * read: code, comments, messages, tests and documents.
 *
 * Run: `deno run --allow-read scripts/setup/check_words.ts FOLDER_OR_FILE…`;
 * ends with 1 if it finds one.
 *
 * @module
 */

/** A word that is refused. */
interface Refused {
  readonly pattern: RegExp;
  /** What to write instead. */
  readonly better: string;
}

/** The list grows with what is found. Each pattern matches in one line. */
export const REFUSED: readonly Refused[] = [
  { pattern: /\bborne\b/i, better: "how long … waits" },
  { pattern: /\banew\b/i, better: "again" },
  { pattern: /\bmend(s|ed|ing)?\b/i, better: "fix, repair" },
  { pattern: /\bunasked\b/i, better: "unexpectedly" },
  { pattern: /\bin vain\b/i, better: "failed" },
  { pattern: /\blikewise\b/i, better: "also, the same" },
  { pattern: /\b(un)?told\b/i, better: "reported, logged, unreported" },
  { pattern: /\bhears? of\b/i, better: "takes, receives" },
  { pattern: /\btells? of\b/i, better: "reports" },
  { pattern: /\bsees? to\b/i, better: "check, make sure" },
  { pattern: /\b(goes|went|go) on\b/i, better: "continue, keep" },
  { pattern: /\bwhoever\b/i, better: "name the actor" },
  { pattern: /\bstands? for\b/i, better: "is, represents" },
  { pattern: /\bgot over\b/i, better: "recovered from" },
  { pattern: /\breckon\b/i, better: "calculate" },
  // Not the user of that name.
  { pattern: /\bnobody\b(?!")/i, better: "nothing, no user" },
  { pattern: /\bwithout a word\b/i, better: "without a message" },
  { pattern: /\bis not there\b/i, better: "is missing, does not exist" },
  { pattern: /\blengths? of time\b/i, better: "duration" },
  { pattern: /\bnor a place in\b/i, better: "and no entry in" },
  { pattern: /\bgroup audio\b/i, better: "audio group" },
  { pattern: /\btook long to\b/i, better: "took a long time to" },
  { pattern: /\bcounts? no longer\b/i, better: "is no longer used" },
  { pattern: /\bplug and cable\b/i, better: "the plug and the cable" },
  { pattern: /\bexists already\b/i, better: "already exists" },
  { pattern: /\b(is|are) there already\b/i, better: "already exists" },
  { pattern: /\bin force\b/i, better: "in effect, in use" },
  { pattern: /\bone a line\b/i, better: "one per line" },
];

/** Files whose words are not ours: what ffmpeg and others printed. */
const LEFT_OUT = /(?:^|\/)(?:fixtures\/(?:sessions|devices)\/|check_words)/;

/** Files that people read. */
const READ = /\.(?:ts|md|sh|yml|service|timer|example|txt)$/;

/**
 * Finds refused words.
 *
 * @param path The file, for the message
 * @param text What is in it
 * @returns One line for each, `path:line: "word"; write …`
 */
export function refusedWords(path: string, text: string): string[] {
  return text.split("\n").flatMap((line, index) =>
    REFUSED.flatMap(({ pattern, better }) => {
      const word = pattern.exec(line)?.[0];
      return word === undefined
        ? []
        : [`${path}:${index + 1}: "${word}"; write ${better}`];
    })
  );
}

function filesBelow(path: string): string[] {
  if (!Deno.statSync(path).isDirectory) return [path];
  return [...Deno.readDirSync(path)].map(({ name }) => `${path}/${name}`).sort()
    .flatMap(filesBelow);
}

if (import.meta.main) {
  const files = Deno.args.flatMap(filesBelow)
    .filter((path) => READ.test(path) && !LEFT_OUT.test(path));
  const found = files.flatMap((path) =>
    refusedWords(path, Deno.readTextFileSync(path))
  );
  for (const line of found) console.error(line);
  console.log(`${files.length} files, ${found.length} words to replace`);
  if (found.length > 0 || files.length === 0) Deno.exit(1);
}
