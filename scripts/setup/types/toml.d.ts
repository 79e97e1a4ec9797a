// What this project uses of @std/toml, by module. See ../declarations.ts.

// parse.js
/** Parses TOML; throws a `SyntaxError` for what is none. */
export declare function parse(tomlString: string): Record<string, unknown>;

// stringify.js
/** How {@linkcode stringify} writes. */
export interface StringifyOptions {
  /** Pad keys so that the equals signs stand in a column. */
  keyAlignment?: boolean;
}
/** The TOML form of an object. */
export declare function stringify(
  obj: Record<string, unknown>,
  options?: StringifyOptions,
): string;
