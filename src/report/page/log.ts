/**
 * The log, with a filter where there is a script.
 *
 * @module
 */

import { proposeCommand } from "../../platform/own_command.ts";
import { pluralize } from "../../terminal/units.ts";
import type { ExcerptLine } from "../data/log_excerpt.ts";
import type { PageData } from "../data/page.ts";
import { type Html, markup } from "../markup/html.ts";
import { lineId } from "../markup/words.ts";

/** Returns the lines of the log. */
export function logSection(data: PageData): Html {
  const { excerpt: { lines, total, chunkLines }, explanation } = data;
  const events = [...new Set(lines.flatMap(({ event }) => event ?? []))].sort();
  const items: Html[] = [];
  let last = 0;
  for (const line of lines) {
    const left = line.number - last - 1;
    if (left > 0) items.push(omitted(left));
    items.push(itemOf(line));
    last = line.number;
  }
  if (total > last) items.push(omitted(total - last));
  const isWhole = lines.length === total;
  return markup`
    <section
      aria-labelledby="log"><h2 id="log">Log</h2>${
    isWhole
      ? null
      : markup`<p>${
        pluralize(total - lines.length, "line")
      } of ${total} are not shown${
        chunkLines === 0
          ? null
          : markup`, ${chunkLines} of them about chunks that
 the table above has`
      }. <code>${
        proposeCommand(["logs"], explanation.sessionId)
      }</code> prints all.</p>`
  }<div class="tools" id="filter" hidden><label>Level<select id="level"><option
    value="">all<option value="I">info and above<option value="W">warnings and
    errors<option value="E">errors</select></label><label>Event<select
    id="event"><option value="">all${
    events.map((event) => markup`<option>${event}`)
  }</select></label><label>Text<input id="text" type="search"
    autocomplete="off"></label><span id="count" role="status"
    class="muted"></span></div><ol class="log" id="lines" tabindex="0" aria-label="Lines
    of the log">${items}</ol></section>
  `;
}

function omitted(count: number): Html {
  return markup`
    <li class="omitted">… ${pluralize(count, "line")} left out
  `;
}

function itemOf({ number, level, event, text }: ExcerptLine): Html {
  const kind = level === null ? "U" : level.charAt(0);
  return markup`
    <li id="${lineId(number)}" class="${kind}" data-e="${event ?? ""}">${text}
  `;
}
