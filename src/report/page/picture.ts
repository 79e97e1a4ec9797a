/**
 * The picture of a page with what belongs to it: scale, legend, cursor, player.
 *
 * @module
 */

import type { PageData } from "../data/page.ts";
import { drawPicture, PICTURE_HEIGHT, ROWS } from "../drawing/picture.ts";
import { drawSpectrogram } from "../drawing/spectrogram.ts";
import { LOWEST_DB } from "../drawing/level_paths.ts";
import { type Html, markup } from "../markup/html.ts";

/** Returns the picture. */
export function pictureSection(data: PageData): Html {
  const { explanation, measured } = data;
  const seconds = Math.round(
    (explanation.whole.end - explanation.whole.start) / 1000,
  );
  return markup`<section aria-labelledby="picture-name"><h2
 id="picture-name">Timeline</h2><figure><div class="picture" id="picture">${
    // Below the picture, so that gaps are on top of the level.
    measured.levels === null
      ? null
      : markup`<canvas id="canvas" hidden width="1" height="1"></canvas>`}${
    drawPicture(data)
  }${
    measured.levels === null ? null : scale()
  }<div id="slider" data-script hidden tabindex="0" role="slider"
 aria-label="Moment of the recording" aria-valuemin="0" aria-valuemax="${seconds}"
 aria-valuenow="0" aria-describedby="keys"></div></div>${
    drawSpectrogram(data)
  }<figcaption>Times in ${explanation.times.zoneName}.${
    measured.levels === null
      ? " The level is not shown: there is no audio to measure."
      : " The level is in dBFS: the highest sample, the mean (RMS), and the lowest 10 ms."
  }${clockSteps(data)}</figcaption></figure>${legend(data)}${
    measured.faults.map((fault) => markup`<p>${fault}.</p>`)
  }<div
 class="tools" data-script hidden><button id="zoom-in">Zoom in</button><button
 id="zoom-out">Zoom out</button><button id="whole">Whole</button><button
 id="previous">Previous event</button><button id="next">Next
 event</button><button id="play">Play</button></div><div id="readout"
 class="panel screen" data-script hidden><p id="where"></p><p><a id="go-chunk"
 href="#chunks">Chunk</a> <a id="go-line" hidden href="#log">Lines of the
 log</a></p><audio id="player" hidden controls preload="none"></audio><p
 id="player-error" hidden>The chunk cannot be played: keep this page in its place
 beside the session's folder, and open it in a browser that plays this
 format.</p><p id="player-start" hidden>Looking for that second in the chunk.</p></div><p id="keys" class="muted screen" data-script hidden>Click a
 moment to listen to it and to see its lines of the log; drag to zoom. Keys: arrows move
 the cursor (with Shift, further), + and − zoom, 0 shows all, n and p go to the next and
 the previous event, Enter chooses the moment, Space plays it.</p></section>`;
}

function clockSteps({ history }: PageData): string {
  return history.clockShift === 0
    ? ""
    : " The clock was set during the recording; the picture shows the clock of its start.";
}

/** Returns the levels at the lines of the picture. */
function scale(): Html {
  return markup`
    <svg class="scale" aria-hidden="true" width="60"
      height="${PICTURE_HEIGHT}">${
    [0, -20, -40, -60, -80].map((level) => {
      const y = ROWS.marks + level / LOWEST_DB * ROWS.level;
      return markup`<text x="4" y="${Math.round(y) + 12}">${
        level === 0 ? "0 dBFS" : String(level).replace("-", "−")
      }</text>`;
    })
  }</svg>
  `;
}

/** Returns what the colours are. */
function legend(
  { measured, warnings, marks, gaps, chunks }: PageData,
): Html {
  const square = (kind: string, text: string) =>
    markup`<li><svg aria-hidden="true" viewBox="0 0 16 16"><rect class="${kind}" width="16"
 height="16"/></svg>${text}</li>`;
  const sign = (kind: string, path: string, text: string) =>
    markup`<li><svg aria-hidden="true" viewBox="0 0 16 16" class="mark ${kind}"><path
 d="${path}"/></svg>${text}</li>`;
  return markup`
    <ul
      class="legend">${
    measured.levels === null
      ? null
      : markup`${square("peak", "peak")}${square("mean", "RMS")}${
        square("low", "lowest 10 ms")
      }`
  }${square("audio", "chunks")}${
    chunks.some(({ state }) => state === "deleted" || state === "lost")
      ? square("deleted", "deleted by retention, or missing")
      : null
  }${gaps.length === 0 ? null : square("gap-area", "gap, no audio")}${
    warnings.length === 0 ? null : sign(
      "warning",
      "M8 2l6 12h-12z",
      "warning or error",
    )
  }${
    marks.some(({ mark }) => mark.kind === "click")
      ? sign("click", "M8 2l5 6-5 6-5-6z", "click")
      : null
  }${
    marks.some(({ mark }) => mark.kind === "dropout")
      ? sign("dropout", "M3 3h10v10h-10z", "dropout")
      : null
  }</ul>
  `;
}
