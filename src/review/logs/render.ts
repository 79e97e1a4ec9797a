/**
 * Renders a line of a log.
 *
 * @module
 */

import { oneLine } from "../../errors.ts";
import type { Level } from "../../events.ts";
import { fieldsAsJson } from "../../log/format/event_fields.ts";
import type { ReadLine } from "../../log/read/reader.ts";
import type { Paint, Style } from "../../terminal/style.ts";
import { escapeJson, toJson } from "../../terminal/output.ts";
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
  if (entry === null) return toJson({ event: "unreadable", text });
  if (text.startsWith("{")) return escapeJson(text);
  const { level, logger, event } = entry;
  return toJson({
    time: text.slice(0, text.indexOf(" ")),
    level,
    logger,
    event,
    ...fieldsAsJson(entry),
  });
}
