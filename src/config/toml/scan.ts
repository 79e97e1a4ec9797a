/**
 * Finds the positions of a TOML text's parts. The text has been parsed before,
 * so this module checks only what it needs.
 *
 * @module
 */

/** A part of a text, `end` not included. */
export interface Span {
  /** Offset of its first character. */
  readonly start: number;
  /** Offset after its last character. */
  readonly end: number;
}

/** A key with its value. */
export interface Entry {
  /** The key with its full path: table, inline tables. */
  readonly path: readonly string[];
  /** The key as written. */
  readonly key: Span;
  /** The value as written. */
  readonly value: Span;
  /** The table whose header is above it, or `null` before the first. */
  readonly table: Table | null;
  /** Whether it is in an inline table. */
  readonly isInline: boolean;
}

/** A table that begins with a header. */
export interface Table {
  /** Its name. */
  readonly path: readonly string[];
  /** Its header, brackets included. */
  readonly header: Span;
  /** Whether it is one of an array of tables. */
  readonly isArray: boolean;
}

/** The layout of a text, in its order. */
export interface Layout {
  /** All keys with values; those of an inline table follow it. */
  readonly entries: readonly Entry[];
  /** All tables with headers. */
  readonly tables: readonly Table[];
}

/**
 * Finds the keys, values and headers of a TOML text.
 *
 * @throws {SyntaxError} where it cannot follow the text.
 */
export function scanToml(text: string): Layout {
  const scanner = new Scanner(text);
  const entries: Entry[] = [];
  const tables: Table[] = [];
  while (scanner.skipBlank()) {
    const table = tables.at(-1) ?? null;
    if (scanner.at("[")) tables.push(scanner.header());
    else scanner.entry(table?.path ?? [], table, false, entries);
  }
  return { entries, tables };
}

const BLANK = /(?:[ \t\r\n\ufeff]+|#[^\n]*)*/y;
const SPACE = /[ \t]*/y;
const BARE_KEY = /[\w-]+/y;
const BASIC = /"(?:[^"\\\n]|\\.)*"/y;
const LITERAL = /'[^'\n]*'/y;
/** A multi-line string; up to two quotes may precede the closing three. */
const LONG_BASIC = /"""(?:[^"\\]|\\[^]|"{1,2}(?!"))*"{3,5}/y;
const LONG_LITERAL = /'''(?:[^']|'{1,2}(?!'))*'{3,5}/y;
/** Numbers, booleans and times, which may contain one space. */
const PLAIN = /[^\s,\]}#"'[{]+(?: \d\d:[^\s,\]}#]+)?/y;

class Scanner {
  readonly #text: string;
  #offset = 0;

  constructor(text: string) {
    this.#text = text;
  }

  at(word: string): boolean {
    return this.#text.startsWith(word, this.#offset);
  }

  /** Skips spaces, line ends and comments; `false` at the end of the text. */
  skipBlank(): boolean {
    this.#match(BLANK);
    return this.#offset < this.#text.length;
  }

  header(): Table {
    const start = this.#offset;
    const isArray = this.at("[[");
    this.#take(isArray ? "[[" : "[");
    const { path } = this.#keys();
    this.#take(isArray ? "]]" : "]");
    return { path, header: { start, end: this.#offset }, isArray };
  }

  entry(
    prefix: readonly string[],
    table: Table | null,
    isInline: boolean,
    into: Entry[],
  ): void {
    const { path, span: key } = this.#keys();
    this.#take("=");
    this.#match(SPACE);
    const start = this.#offset;
    const full = [...prefix, ...path];
    const inner: Entry[] = [];
    this.#value(full, table, inner);
    const value = { start, end: this.#offset };
    into.push({ path: full, key, value, table, isInline }, ...inner);
  }

  #value(path: readonly string[], table: Table | null, into: Entry[]): void {
    if (this.at("[")) {
      this.#list("[", "]", () => this.#value(path, table, []));
    } else if (this.at("{")) {
      this.#list("{", "}", () => this.entry(path, table, true, into));
    } else if (!VALUES.some((form) => this.#match(form) !== "")) {
      throw new SyntaxError(`No value at offset ${this.#offset}`);
    }
  }

  #list(open: string, close: string, item: () => void): void {
    this.#take(open);
    while (this.skipBlank() && !this.at(close)) {
      item();
      this.skipBlank();
      if (!this.at(",")) break;
      this.#take(",");
    }
    this.#take(close);
  }

  #keys(): { path: string[]; span: Span } {
    const path: string[] = [];
    this.#match(SPACE);
    const start = this.#offset;
    for (;;) {
      this.#match(SPACE);
      path.push(this.#key());
      const end = this.#offset;
      this.#match(SPACE);
      if (!this.at(".")) return { path, span: { start, end } };
      this.#take(".");
    }
  }

  #key(): string {
    const bare = this.#match(BARE_KEY);
    if (bare !== "") return bare;
    const literal = this.#match(LITERAL);
    if (literal !== "") return literal.slice(1, -1);
    const basic = this.#match(BASIC);
    if (basic === "") throw new SyntaxError(`No key at ${this.#offset}`);
    // JSON lacks \U and \e, which no key of a setting contains.
    return String(JSON.parse(basic.replace(/\\[Ue]/g, "?")));
  }

  #take(word: string): void {
    if (!this.at(word)) {
      throw new SyntaxError(`No ${word} at offset ${this.#offset}`);
    }
    this.#offset += word.length;
  }

  /** Skips a pattern at the current position and returns the match. */
  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#offset;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#offset += found.length;
    return found;
  }
}

const VALUES = [LONG_BASIC, LONG_LITERAL, BASIC, LITERAL, PLAIN];
