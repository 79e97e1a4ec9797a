/**
 * `echolog completions`: prints a completion script for a shell.
 *
 * @module
 */

import { print } from "../../terminal/output.ts";
import type { Command } from "../args/command.ts";
import type { ParsedOptions } from "../args/options.ts";
import { bashCompletion } from "../completions/bash.ts";
import { fishCompletion } from "../completions/fish.ts";
import { zshCompletion } from "../completions/zsh.ts";
import { EchologError } from "../../errors.ts";
import { didYouMean } from "../../platform/suggest.ts";

const SCRIPTS = new Map([
  ["bash", bashCompletion],
  ["zsh", zshCompletion],
  ["fish", fishCompletion],
]);

/**
 * Prints the script for a shell.
 *
 * @param commands The table of commands to complete.
 * @throws {EchologError} `usage`, when there is no script for the shell.
 */
export function completions(
  options: ParsedOptions,
  commands: readonly Command[],
): Promise<number> {
  const [shell] = options.operands;
  const shells = [...SCRIPTS.keys()];
  if (shell === undefined) {
    throw new EchologError(
      "usage",
      `completions needs one of ${shells.join(", ")}`,
      { hint: "see echolog completions --help" },
    );
  }
  const script = SCRIPTS.get(shell);
  if (script === undefined) {
    throw new EchologError(
      "usage",
      `There is no completion script for ${shell}`,
      {
        hint: didYouMean(shell, shells, `choose one of ${shells.join(", ")}`),
      },
    );
  }
  print(script(commands).trimEnd());
  return Promise.resolve(0);
}
