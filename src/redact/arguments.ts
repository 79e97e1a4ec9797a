/**
 * Secrets among the arguments that a user adds to ffmpeg's.
 *
 * @module
 */

import { isSecretName } from "./names.ts";
import { secretsOf } from "./urls.ts";

/**
 * Finds the secrets of a list of arguments: the values of options such as
 * `-password`, and what URLs among them hold. With these the redactor masks
 * them however they are quoted later.
 *
 * @param args Words of a command.
 */
export function secretsOfArguments(args: readonly string[]): string[] {
  return args.flatMap((word, index) => {
    const option = args[index - 1] ?? "";
    const isValue = option.startsWith("-") && isSecretName(option.slice(1));
    return isValue ? [word, ...secretsOf(word)] : secretsOf(word);
  });
}
