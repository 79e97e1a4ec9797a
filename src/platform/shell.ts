/**
 * Quotes words for a POSIX shell.
 *
 * @module
 */

/** Returns a text in single quotes. */
export function quoteShell(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Returns a command that can be pasted into a shell; only words that need quotes get them. */
export function shellCommand(words: readonly string[]): string {
  return words.map((word) =>
    /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : quoteShell(word)
  ).join(" ");
}
