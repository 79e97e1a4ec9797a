/**
 * The error type for all errors shown to the user.
 *
 * @module
 */

/** Kinds of errors, one for each exit code. */
export type ErrorKind =
  | "usage"
  | "failed"
  | "inactive"
  | "ffmpeg_unusable"
  | "folder"
  | "busy";

/** Exit code of each kind; 69, 73 and 75 are those of BSD's sysexits. */
export const EXIT_CODES: Readonly<Record<ErrorKind, number>> = {
  failed: 1,
  usage: 2,
  inactive: 3,
  ffmpeg_unusable: 69,
  folder: 73,
  busy: 75,
};

/** Options of {@linkcode EchologError}. */
export interface EchologErrorOptions {
  /** The next step, as a phrase that follows the message. */
  readonly hint?: string;
  /** The original error. */
  readonly cause?: unknown;
}

/**
 * An error that a user can act on: its message names the value at fault, and
 * its hint the next step.
 *
 * @example
 * ```ts
 * import { EchologError } from "./errors.ts";
 *
 * throw new EchologError("usage", "Unknown command `recrod`", {
 *   hint: "did you mean `record`?",
 * });
 * ```
 */
export class EchologError extends Error {
  /** Kind of the error. */
  readonly kind: ErrorKind;
  /** The next step. */
  readonly hint: string | null;

  /** Creates an error with a message in sentence case and without a period. */
  constructor(
    kind: ErrorKind,
    message: string,
    options: EchologErrorOptions = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "EchologError";
    this.kind = kind;
    this.hint = options.hint ?? null;
  }

  /** Exit code of the kind. */
  get exitCode(): number {
    return EXIT_CODES[this.kind];
  }
}

/** Returns the message of any thrown value, without its class name. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Returns one line for the user: the message and its hint, with control
 * characters escaped.
 */
export function describeError(error: unknown): string {
  const hint = error instanceof EchologError ? error.hint : null;
  const text = hint === null
    ? messageOf(error)
    : `${messageOf(error)}; ${hint}`;
  return oneLine(text);
}

/**
 * Escapes characters that would end the line or control a terminal: C0 and C1
 * controls, line and paragraph separators, bidirectional controls.
 */
export function oneLine(text: string): string {
  return text.replace(
    // deno-lint-ignore no-control-regex -- control characters are the subject
    /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => {
      if (character === "\n") return "\\n";
      if (character === "\r") return "\\r";
      if (character === "\t") return "\\t";
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
    },
  );
}
