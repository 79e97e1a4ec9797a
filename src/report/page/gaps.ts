/**
 * The gaps, the warnings, and what was found in the audio, as lists.
 *
 * @module
 */

import { isoMilliseconds } from "../../log/format/timestamps.ts";
import { gapHead } from "../../review/explain/render/gaps.ts";
import { noteLine } from "../../review/explain/render/report.ts";
import { round } from "../../sessions/totals.ts";
import { pluralize } from "../../terminal/units.ts";
import type { PageData, PageGap } from "../data/page.ts";
import { type Html, markup } from "../markup/html.ts";
import { gapId, lineId, markLabel } from "../markup/words.ts";
import { adviceOf, type GivenAdvice } from "./advice.ts";
import type { ChunkLinks } from "./links.ts";

/** Returns the gaps with their causes. */
export function gapList(data: PageData, given: GivenAdvice): Html | null {
  const { gaps, explanation } = data;
  if (gaps.length === 0) return null;
  const left = explanation.gaps.length - gaps.length;
  return markup`<section aria-labelledby="gaps"><h2 id="gaps">Gaps</h2><ol
 class="list">${
    gaps.map((gap, index) => gapItem(data, gap, index, given))
  }</ol>${
    left === 0
      ? null
      : markup`<p>These are the longest; ${
        pluralize(left, "shorter gap")
      } are not listed.</p>`
  }</section>`;
}

function gapItem(
  { explanation }: PageData,
  { gap, line }: PageGap,
  index: number,
  given: GivenAdvice,
): Html {
  const said = (name: string, text: string | null) =>
    text === null ? null : markup`<p>${name}: <code>${text}</code></p>`;
  return markup`<li id="${gapId(index)}"
    data-start="${isoMilliseconds(gap.start)}"
    data-duration="${round(gap.duration, 3)}">
    <p><a href="#picture" data-gap="${index}">${
    gapHead(explanation, gap).trim()
  }</a></p>
    <p>${gap.meaning} <span class="muted">(${gap.cause})</span></p>
    ${said("ffmpeg", gap.ffmpeg)}
    ${said("ffmpeg at the last restart", gap.lastFfmpeg)}
    ${adviceOf(gap.advice, gap, given)}
    ${linesLink(line)}</li>`;
}

function linesLink(line: number | null | undefined): Html | null {
  return line === null || line === undefined
    ? null
    : markup`<p><a href="#${lineId(line)}">Lines of the log</a></p>`;
}

/** Returns the warnings and errors that are not about gaps. */
export function noteList(
  { explanation, warnings }: PageData,
  given: GivenAdvice,
): Html | null {
  const { notes } = explanation;
  if (notes.length === 0) return null;
  const items = notes.map((note) => {
    const line = warnings.find(({ code }) => code === note.code);
    return markup`<li class="${note.isError ? "error" : "warning"}">
      <p>${noteLine(explanation, note).trim()} <span
      class="muted">(${note.code})</span></p>
      ${adviceOf(note.advice, { start: note.first, end: note.first }, given)}
      ${linesLink(line?.number)}</li>`;
  });
  return markup`<section aria-labelledby="notes"><h2 id="notes">Warnings and
    errors</h2><ul class="list">${items}</ul></section>`;
}

/** Returns the clicks and dropouts. */
export function markList(data: PageData, links: ChunkLinks): Html | null {
  const { marks, measured } = data;
  if (measured.levels === null) return null;
  const items = marks.map(({ mark, chunk }, index) => {
    const place = chunk === null
      ? null
      : markup` in ${links.at(chunk, mark.at)}`;
    return markup`<li class="${mark.kind}"><p><a href="#picture"
      data-mark="${index}">${markLabel(data, index)}</a>${place}</p></li>`;
  });
  const found = marks.length === 0
    ? markup`<p>No single sample stands out, and no drop of milliseconds was
      found.</p>`
    : markup`<p>Single samples that stand out, and drops of up to 0.3 s: the
      clearest that were found. Sounds can look like that, too; listen to
      them.</p><ol class="list">${items}</ol>`;
  return markup`<section aria-labelledby="marks"><h2 id="marks">Clicks and
    dropouts</h2>${found}</section>`;
}
