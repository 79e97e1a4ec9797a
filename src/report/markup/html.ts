/**
 * Makes HTML of text, so that no text can become markup.
 *
 * @module
 */

import { oneLine } from "../../errors.ts";

/** HTML that is safe to be part of a page. */
export class Html {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  /**
   * Returns HTML: the template's own text without its line breaks, and what is
   * put into it escaped, unless it is HTML itself. `null` is nothing.
   *
   * @example Usage
   * ```ts
   * import { markup } from "./html.ts";
   *
   * console.log(`${markup`<p>${"<b>"}</p>`}`); // <p>&lt;b&gt;</p>
   * ```
   */
  static of(strings: readonly string[], ...values: Insert[]): Html {
    return new Html(
      strings.map((text, at) => collapsed(text) + asText(values[at] ?? null))
        .join(""),
    );
  }

  /** Returns its text. */
  toString(): string {
    return this.#text;
  }
}

/** What can be put into HTML. */
export type Insert = string | number | Html | readonly Html[] | null;

/** Takes the line breaks and indents out of a template's own text. */
function collapsed(text: string): string {
  if (!text.includes("\n")) return text;
  return text.replace(/(^|>)\s*\n\s*/g, "$1").replace(/\s*\n\s*($|<)/g, "$1")
    .replace(/\s*\n\s*/g, " ");
}

/** The tag of templates of HTML. */
export const markup = Html.of;

function asText(value: Insert): string {
  if (value === null) return "";
  if (value instanceof Html) return value.toString();
  if (typeof value === "object") return value.join("");
  return escapeHtml(String(value));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Escapes text for an element or a quoted attribute. Control characters and
 * those that change the direction of text are shown as they are written in code.
 */
export function escapeHtml(text: string): string {
  return oneLine(text).replace(
    /[&<>"']/g,
    (character) => ENTITIES[character] ?? "",
  );
}

/** Returns a value as JSON that cannot end the element that it is in. */
export function jsonInHtml(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) =>
      `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
