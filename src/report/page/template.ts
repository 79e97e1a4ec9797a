/**
 * The page: one file that needs nothing else, and lets nothing else in.
 *
 * @module
 */

import { hidesGaps } from "../../review/explain/render/report.ts";
import { version } from "../../version.ts";
import type { PageData } from "../data/page.ts";
import { base64 } from "../levels/decibels.ts";
import { escapeHtml, jsonInHtml, markup } from "../markup/html.ts";
import type { GivenAdvice } from "./advice.ts";
import { chunkTables } from "./chunks.ts";
import { gapList, markList, noteList } from "./gaps.ts";
import { ChunkLinks } from "./links.ts";
import { logSection } from "./log.ts";
import { pictureSection } from "./picture.ts";
import { scriptData } from "./script_data.ts";
import { CONTROLS_SCRIPT } from "./script/controls.ts";
import { PICTURE_SCRIPT } from "./script/picture.ts";
import { VIEW_SCRIPT } from "./script/view.ts";
import { STYLE } from "./style.ts";
import { settingsOf, summaryOf } from "./summary.ts";

/** How a page is made. */
export interface PageOptions {
  /**
   * Address of the session's folder, as seen from the page, or `null` for a log
   * alone.
   */
  readonly base: string | null;
  /** When it is made, as it is shown. */
  readonly made: string;
}

const SCRIPT =
  `(function () {${VIEW_SCRIPT}${PICTURE_SCRIPT}${CONTROLS_SCRIPT}})();`;

/** Returns the page as the text of a file. */
export async function renderPage(
  data: PageData,
  { base, made }: PageOptions,
): Promise<string> {
  const { explanation } = data;
  const isMixed = explanation.faults.isMixed;
  const links = new ChunkLinks(data.chunks, base);
  const given: GivenAdvice = new Set();
  const summary = summaryOf(data, given);
  // Without levels and gaps, a picture would show one whole recording.
  const isUnknown = hidesGaps(explanation) && data.measured.levels === null;
  const hasPicture = !isMixed && explanation.wall > 0 && !isUnknown;
  const content = isMixed ? logSection(data) : [
    ...(hasPicture ? [pictureSection(data)] : []),
    markup`${gapList(data, given)}${noteList(data, given)}`,
    markup`<div id="marks-list">${markList(data, links)}</div>`,
    markup`${settingsOf(data)}`,
    markup`<div id="chunks-list">${chunkTables(data, links)}</div>`,
    logSection(data),
  ];
  const policy = [
    "default-src 'none'",
    `style-src '${await hashOf(STYLE)}'`,
    hasPicture ? `script-src '${await hashOf(SCRIPT)}'` : "script-src 'none'",
    // A spectrogram is inside the page, and chunks are beside it.
    "img-src data:",
    "media-src 'self' file:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(`${explanation.sessionId}: recording report`)}</title>
<style>${STYLE}</style></head><body>
<a class="skip" href="#main">Skip to the report</a>
${markup`${summary}<main id="main" tabindex="-1">${content}</main>`}
${markup`<footer>Made by echolog ${version()} on ${made}. JSON and the log are in UTC.</footer>`}
${
    hasPicture
      ? `<script type="application/json" id="data">${
        jsonInHtml(await scriptData(data))
      }</script>\n<script>${SCRIPT}</script>`
      : ""
  }
</body></html>
`;
}

/** Returns the hash of an inline script or style for the policy. */
async function hashOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest(
    "SHA-256",
    new TextEncoder().encode(text),
  );
  return `sha256-${base64(new Uint8Array(digest))}`;
}
