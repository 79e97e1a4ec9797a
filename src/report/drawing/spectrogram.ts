/**
 * Draws a spectrogram: pictures of spans of audio over the same time as the
 * level, and white where there is no audio.
 *
 * @module
 */

import type { PageData } from "../data/page.ts";
import { type Html, markup } from "../markup/html.ts";
import { percentOf } from "./picture.ts";

/** Height of the spectrogram. */
export const SPECTROGRAM_HEIGHT = 256;

/** Returns the spectrogram, or `null` when there is none. */
export function drawSpectrogram(
  { measured: { spectrogram }, explanation: { whole } }: PageData,
): Html | null {
  if (spectrogram === null) return null;
  const percent = percentOf(whole);
  return markup`
    <div class="picture spectrogram">
      <svg role="img"
        aria-label="Spectrogram: frequencies up to ${spectrogram.top} Hz over the same time"
        width="100%" height="${SPECTROGRAM_HEIGHT}">
        <rect class="ground" width="100%"
          height="100%" />
        <svg id="zoomed-spectrogram" class="zoomed" x="0" width="100%"
          height="100%">${
    spectrogram.tiles.map(({ span, png }) => {
      const x = percent(span.start);
      const width = Math.round((percent(span.end) - x) * 1e6) / 1e6;
      return markup`
              <image x="${x}%" width="${width}%" height="${SPECTROGRAM_HEIGHT}"
                preserveAspectRatio="none" href="data:image/png;base64,${png}" />
            `;
    })
  }</svg>
      </svg>
      <svg class="scale" aria-hidden="true" width="80"
        height="${SPECTROGRAM_HEIGHT}">${
    frequenciesBelow(spectrogram.top).map(
      (frequency) => {
        const y = (1 - frequency / spectrogram.top) * SPECTROGRAM_HEIGHT;
        return markup`
              <line class="tick" x1="0" x2="6" y1="${y}" y2="${y}" />
              <text x="9"
                y="${
          Math.min(
            SPECTROGRAM_HEIGHT - 4,
            Math.max(11, Math.round(y) + 4),
          )
        }">${
          labelOf(
            frequency,
          )
        }</text>
            `;
      },
    )
  }</svg>
    </div>
  `;
}

/** Returns round frequencies of an axis. */
function frequenciesBelow(top: number): number[] {
  const step = [500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000]
    .find((step) => top / step <= 6) ?? 100_000;
  return Array.from(
    { length: Math.floor((top - 1) / step) + 1 },
    (_, index) => index * step,
  );
}

function labelOf(frequency: number): string {
  return frequency < 1_000 ? `${frequency} Hz` : `${frequency / 1_000} kHz`;
}
