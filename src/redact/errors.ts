/**
 * Removes secrets from errors.
 *
 * @module
 */

import { EchologError, messageOf } from "../errors.ts";
import type { Redact } from "./redact.ts";

/**
 * Returns an error without secrets: its message, its hint, its stack, and those
 * of its causes.
 *
 * @param error Whatever was thrown.
 * @param redact Removes the secrets that are known by now.
 */
export function redactError(error: unknown, redact: Redact): Error {
  const message = redact(messageOf(error));
  const options = error instanceof Error && error.cause !== undefined
    ? { cause: redactError(error.cause, redact) }
    : {};
  const safe = error instanceof EchologError
    ? new EchologError(error.kind, message, {
      ...options,
      ...(error.hint === null ? {} : { hint: redact(error.hint) }),
    })
    : new Error(message, options);
  if (error instanceof Error) {
    safe.name = error.name;
    if (error.stack !== undefined) safe.stack = redact(error.stack);
  }
  return safe;
}
