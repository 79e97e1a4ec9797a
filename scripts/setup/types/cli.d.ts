// What this project uses of @std/cli, by module. See ../declarations.ts.

// parse_args.js
/** How {@linkcode parseArgs} reads the arguments. */
export interface ParseOptions {
  /** Collect what follows `--` under that name instead of in `_`. */
  "--"?: boolean;
  /** Other names for an argument. */
  alias?: Record<string, string | readonly string[]>;
  /** Arguments that take no value; `true` makes all without `=` such. */
  boolean?: boolean | string | readonly string[];
  /** Values of arguments that are not given. */
  default?: Record<string, unknown>;
  /** Take everything after the first positional argument as positional. */
  stopEarly?: boolean;
  /** Arguments whose values stay text even if they look like numbers. */
  string?: string | readonly string[];
  /** Arguments that may be repeated; their values make an array. */
  collect?: string | readonly string[];
  /** Arguments that `--no-NAME` sets to `false`. */
  negatable?: string | readonly string[];
  /** Called for what is not declared above; `false` leaves it out. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}
/** Parses command line arguments; every value needs narrowing by its user. */
export declare function parseArgs(
  args: string[],
  options?: ParseOptions,
): Record<string, unknown> & { _: Array<string | number> };

// unicode_width.js
/** The number of terminal columns that `str` takes. */
export declare function unicodeWidth(str: string): number;
