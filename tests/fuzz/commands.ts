/**
 * Runs echolog's commands in this process, and checks what they print.
 *
 * @module
 */

import { runCommandLine } from "../../src/cli/run.ts";

/** What an error of the language says, and a message for people does not. */
const BROKEN =
  /Cannot read propert|undefined|is not a function|is not iterable|is not defined|call stack|Invalid (?:array|string|time|date)|\[object |Unexpected token|in JSON at|\bNaN\b|out of (?:range|bounds)|offset is|BigInt|Cannot convert/;
/** Values of the input, which a message repeats. */
const VALUES = /"(?:[^"\\\n]|\\.)*"|'[^'\n]*'| = [^\n]* in (?=\/)/g;
const CONTROL =
  // deno-lint-ignore no-control-regex -- control characters are the subject
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

/** Runs a command; throws when it breaks a rule. */
export async function runChecked(args: readonly string[]): Promise<void> {
  const { code, out, errors } = await captured(() => runCommandLine(args));
  const problem = code < 0 || code > 75
    ? `ended with ${code}`
    : CONTROL.test(out + errors)
    ? "printed a control character"
    : errors.split("\n").some((line) => !/^(?:echolog: .*)?$/.test(line))
    ? "printed more than lines of its own"
    : BROKEN.test(errors.replace(VALUES, ""))
    ? "printed an error of its own code"
    : null;
  if (problem !== null) {
    throw new Error(
      `echolog ${args.join(" ")} ${problem}: ${
        JSON.stringify((errors + out).slice(0, 1_000))
      }`,
    );
  }
}

/** Calls a function and returns what it prints. */
async function captured(
  run: () => Promise<number>,
): Promise<{ code: number; out: string; errors: string }> {
  const [out, errors]: [string[], string[]] = [[], []];
  const { log, error } = console;
  const writeSync = Deno.stdout.writeSync.bind(Deno.stdout);
  console.log = (text: unknown) => out.push(String(text));
  console.error = (text: unknown) => errors.push(String(text));
  Deno.stdout.writeSync = (bytes) => {
    out.push(new TextDecoder().decode(bytes));
    return bytes.length;
  };
  try {
    const code = await run();
    return { code, out: out.join("\n"), errors: errors.join("\n") };
  } finally {
    console.log = log;
    console.error = error;
    Deno.stdout.writeSync = writeSync;
  }
}
