/**
 * Options of the benchmarks: numbers, each with a least value.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";

/** A number that an option takes. */
export interface NumberOption {
  /** Its value when it is not given. */
  readonly defaultValue: number;
  /** The least that it may be. */
  readonly least: number;
  /** Whether it may have a fraction. */
  readonly mayBeBroken?: boolean;
}

/**
 * Reads the options of a benchmark. Ends the program with 2 and one line when
 * there is one that it does not have, or a value that makes no sense.
 *
 * @param program name of the benchmark, for the message.
 * @param words the command line.
 */
export function readNumbers<N extends string>(
  program: string,
  words: readonly string[],
  options: Readonly<Record<N, NumberOption>>,
): Record<N, number> {
  const refuse = (problem: string): never => {
    console.error(`${program}: ${problem}`);
    Deno.exit(2);
  };
  const known = Object.entries<NumberOption>(options);
  const flags: Record<string, unknown> = parseArgs([...words], {
    string: known.map(([name]) => name),
    unknown: (word) =>
      refuse(
        `Unknown argument ${word}; there is ${
          known.map(([name]) => `--${name}`).join(", ")
        }`,
      ),
  });
  const values: Record<string, number> = {};
  for (const [name, { defaultValue, least, mayBeBroken = false }] of known) {
    const given = flags[name] ?? defaultValue;
    const value = given === "" ? NaN : Number(given);
    if (!(value >= least) || !(mayBeBroken || Number.isInteger(value))) {
      const kind = mayBeBroken ? "number" : "whole number";
      refuse(`Cannot use --${name} ${given}: it takes a ${kind} from ${least}`);
    }
    values[name] = value;
  }
  return values as Record<N, number>;
}
