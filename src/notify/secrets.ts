/**
 * Keeps what is in `notify.command` out of messages.
 *
 * @module
 */

import { pathSecretsOf } from "../redact/paths.ts";
import { createRedactor, type Redact, secretsOf } from "../redact/redact.ts";

/** Shorter parts of an argument may be ordinary words. */
const MIN_LENGTH = 6;

/**
 * Returns a function that masks the arguments of a command and their parts: an
 * address of a webhook is a secret as a whole, and so is a topic.
 */
export function commandRedactor(command: readonly string[]): Redact {
  const [, ...args] = command;
  const parts = args.flatMap((arg) =>
    arg.split(/[\s/:?&=@,;'"]+/).filter((part) =>
      part.length >= MIN_LENGTH && !/^[a-z]+$/.test(part)
    )
  );
  const long = args.filter((arg) => arg.length >= MIN_LENGTH);
  return createRedactor({
    secrets: [
      ...new Set([
        ...long,
        ...args.flatMap(secretsOf),
        ...args.flatMap(pathSecretsOf),
        ...parts,
      ]),
    ],
  });
}
