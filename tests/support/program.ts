/**
 * Runs programs to their end.
 *
 * @module
 */

/** What a program printed and how it ended. */
export interface Finished {
  /** Exit code; 128 and more after a signal. */
  readonly code: number;
  /** Its stdout. */
  readonly stdout: string;
  /** Its stderr. */
  readonly stderr: string;
}

/** What was printed, as text. */
export function decoded(
  { code, stdout, stderr }: Deno.CommandOutput,
): Finished {
  const decoder = new TextDecoder();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}

/** Runs a program that gets nothing to read. */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: Pick<Deno.CommandOptions, "clearEnv" | "cwd" | "env" | "uid"> = {},
): Promise<Finished> {
  return decoded(
    await new Deno.Command(program, {
      ...options,
      args: [...args],
      stdin: "null",
    }).output(),
  );
}
