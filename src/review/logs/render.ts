/**
 * Renders a line of a log.
 *
 * @module
 */

import { oneLine } from "../../errors.ts";
import type { Level } from "../../events.ts";
import type { FieldValue } from "../../log/format/line.ts";
import type { ReadLine } from "../../log/read/reader.ts";
import type { Paint, Style } from "../../terminal/style.ts";
import { PLAIN } from "../../terminal/style.ts";

/** Matches time, level, logger and event of a text line. */
const HEAD = /^(\S+) (DEBUG|INFO|WARNING|ERROR) ([a-z.]+:) ([a-z_]+)/;

/**
 * Returns the line with its level in colour. Control characters are escaped:
 * echolog writes none, but a damaged line may have some.
 */
export function asText(line: ReadLine, style: Style): string {
  const text = oneLine(line.text);
  if (style === PLAIN) return text;
  return text.replace(
    HEAD,
    (_, time, level, logger, event) =>
      `${style.dim(time)} ${paintOf(level, style)(level)} ${
        style.dim(logger)
      } ${style.bold(event)}`,
  );
}

function paintOf(level: Level, style: Style): Paint {
  switch (level) {
    case "ERROR":
      return style.red;
    case "WARNING":
      return style.yellow;
    case "INFO":
      return style.green;
    case "DEBUG":
      return style.dim;
  }
}

/**
 * Returns the line as a JSON object, as `--log-format json` would write it; an
 * unreadable line as `{"event":"unreadable","text":…}`.
 */
export function asJson(line: ReadLine): string {
  const { entry, text } = line;
  if (entry === null) return JSON.stringify({ event: "unreadable", text });
  if (text.startsWith("{")) return text;
  const { level, logger, event, fields } = entry;
  return JSON.stringify({
    time: text.slice(0, text.indexOf(" ")),
    level,
    logger,
    event,
    ...Object.fromEntries(
      [...fields].map(([key, value]) => [
        key,
        // A name may consist of digits.
        key === "session_id" ? value.text : asJsonValue(value),
      ]),
    ),
  });
}

function asJsonValue({ text, literal }: FieldValue) {
  if (text === null || !literal) return text;
  if (text === "true" || text === "false") return text === "true";
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
