/**
 * The top of a page: what was recorded, and how complete it is.
 *
 * @module
 */

import { proposeCommand } from "../../platform/own_command.ts";
import { isoMilliseconds } from "../../log/format/timestamps.ts";
import { gapsLine } from "../../review/explain/render/gaps.ts";
import { logLines } from "../../review/explain/render/log_lines.ts";
import {
  beforeLines,
  deletedLines,
  endLines,
  headline,
  mixedHeadline,
  subtitle,
} from "../../review/explain/render/report.ts";
import { round } from "../../sessions/totals.ts";
import {
  formatDuration,
  formatPercent,
  pluralize,
} from "../../terminal/units.ts";
import type { PageData } from "../data/page.ts";
import { type Html, markup } from "../markup/html.ts";
import { adviceOf, type GivenAdvice } from "./advice.ts";

/** Returns the headline, the totals and the end. */
export function summaryOf(data: PageData, given: GivenAdvice): Html {
  const { explanation } = data;
  if (explanation.faults.isMixed) {
    return markup`<header><h1>${mixedHeadline(explanation)}</h1>${
      paragraphs(logLines(explanation))
    }</header>`;
  }
  const { ending, end } = explanation;
  return markup`<header><h1>${headline(explanation)}</h1><p>${
    subtitle(explanation)
  }</p>${totalsOf(data)}<p>${gapsLine(explanation).replace(/:$/, ".")}</p>${
    paragraphs([
      ...beforeLines(explanation, data.before),
      ...endLines(explanation),
    ])
  }${
    ending?.ffmpeg == null
      ? null
      : markup`<p>ffmpeg: <code>${ending.ffmpeg}</code></p>`
  }${adviceOf(ending?.advice ?? null, { start: end, end }, given)}${
    paragraphs([...deletedLines(explanation), ...lostLines(data)])
  }${paragraphs(logLines(explanation))}</header>`;
}

/** Returns which chunks have no file, though nothing says that it was deleted. */
function lostLines({ chunks, explanation }: PageData): string[] {
  const lost = chunks.filter(({ state }) => state === "lost");
  if (lost.length === 0) return [];
  const length = lost.reduce((sum, { duration }) => sum + duration, 0);
  return [
    `${formatDuration(length)} of this audio, in ${
      pluralize(lost.length, "chunk")
    }, is missing from the session's folder; ${
      proposeCommand(["verify"], explanation.sessionId)
    } lists the files.`,
  ];
}

/** Returns each line as a paragraph. */
function paragraphs(lines: readonly string[]): Html[] {
  return lines.map((line) => markup`<p>${line}</p>`);
}

/** A total: its name in the JSON of `explain`, its label, its value and its text. */
type Total = readonly [
  key: string,
  label: string,
  value: number | string | null,
  text: string,
];

/** Returns the totals, with the numbers that `explain --json` prints. */
function totalsOf({ explanation }: PageData): Html {
  const { hasAudioFacts, hasChunkFacts, coverage, audio, wall } = explanation;
  const { gapCount, gapTotal, chunks, start, end, times, deleted, isActive } =
    explanation;
  const seconds = (length: number) => round(length, 3);
  const known = hasAudioFacts && coverage !== null ? coverage : null;
  const totals: Total[] = [
    [
      "coverage",
      "Coverage",
      known === null ? null : round(known, 2),
      formatPercent(known),
    ],
    [
      "audio",
      "Audio",
      hasAudioFacts ? seconds(audio) : null,
      hasAudioFacts ? formatDuration(audio) : "unknown",
    ],
    ["wall", "Duration", seconds(wall), formatDuration(wall)],
    ["gaps", "Gaps", gapCount, String(gapCount)],
    ["gap_total", "Missing", seconds(gapTotal), formatDuration(gapTotal)],
    [
      "chunks",
      "Chunks",
      hasChunkFacts ? chunks : null,
      hasChunkFacts ? String(chunks) : "unknown",
    ],
    ["start", "Start", isoMilliseconds(start), times.dateTime(start)],
    [
      "end",
      isActive ? "Until" : "End",
      isoMilliseconds(end),
      times.dateTime(end),
    ],
    ...(deleted === null ? [] : [
      [
        "deleted_audio",
        "Deleted by retention",
        seconds(deleted.audio),
        formatDuration(deleted.audio),
      ] as const,
    ]),
  ];
  return markup`<dl class="facts">${
    totals.map(([key, label, value, text]) =>
      markup`
        <div>
          <dt>${label}</dt>
          <dd><data id="total-${key}" value="${
        value ??
          "null"
      }">${text}</data></dd>
        </div>
      `
    )
  }</dl>`;
}

/** Returns how it was recorded. */
export function settingsOf({ history: { start } }: PageData): Html | null {
  if (start === null) return null;
  const rows: (readonly [string, string])[] = [
    ["Device", start.device],
    [
      "Audio",
      `${start.sample_rate} Hz, ${start.channels} ch, ${start.bit_depth} bits`,
    ],
    [
      "Format",
      `${start.format}, in chunks of ${formatDuration(start.segment_duration)}`,
    ],
    ["Changed settings", start.overrides === "" ? "none" : start.overrides],
    ["Log", `level ${start.log_level}, rotation ${start.log_rotation}`],
    ["Time zone", start.timezone ?? ""],
    [
      "Programs",
      `echolog ${start.echolog}, ffmpeg ${start.ffmpeg}, ${start.os}`,
    ],
  ];
  return markup`
    <section aria-labelledby="settings">
      <h2 id="settings">How it was
    recorded</h2>
      <dl class="details">${
    rows.filter(([, text]) => text !== "")
      .map(([name, text]) =>
        markup`
            <dt>${name}</dt>
            <dd>${text}</dd>
          `
      )
  }</dl>
    </section>
  `;
}
