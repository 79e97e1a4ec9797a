/**
 * The chunks, with a player each.
 *
 * @module
 */

import type { EpochMs } from "../../events.ts";
import {
  formatBytes,
  formatDuration,
  pluralize,
} from "../../terminal/units.ts";
import type { ChunkState, PageChunk, PageData } from "../data/page.ts";
import { type Html, markup } from "../markup/html.ts";
import type { ChunkLinks } from "./links.ts";

/**
 * Chunks that have a player each; of more, a click on a name opens the browser's
 * player, or with a script the one below the picture: a page with thousands of
 * players would take seconds to open.
 */
const MAX_PLAYERS = 120;

/** Returns the chunks, by day when there are many. */
export function chunkTables(data: PageData, links: ChunkLinks): Html | null {
  const { chunks, hiddenChunks, explanation: { times } } = data;
  if (chunks.length === 0) return null;
  const hasPlayers = chunks.length <= MAX_PLAYERS;
  const days = new Map<string, PageChunk[]>();
  for (const chunk of chunks) {
    const day = times.dateTime(chunk.logged).slice(0, 10);
    const own = days.get(day) ?? [];
    own.push(chunk);
    days.set(day, own);
  }
  const tables = hasPlayers
    ? tableOf(chunks, links, {
      ...{ day: null, hasPlayers },
      timeOf: (time) => times.dateTime(time),
    })
    : markup`${
      [...days].map(([day, own]) =>
        markup`<details><summary>${day}: ${
          pluralize(own.length, "chunk")
        }</summary>${
          tableOf(own, links, {
            ...{ day, hasPlayers },
            timeOf: (time) => times.time(time),
          })
        }</details>`
      )
    }`;
  return markup`
    <section
      aria-labelledby="chunks"><h2 id="chunks">Chunks</h2>${
    hiddenChunks === 0
      ? null
      : markup`<p>The last ${chunks.length} of ${
        chunks.length + hiddenChunks
      } chunks are listed.</p>`
  }${tables}</section>
  `;
}

/** What a table has. */
interface TableOptions {
  /** The day of its chunks, or `null` when it has all. */
  readonly day: string | null;
  /** Whether its rows have sizes and players: those of many chunks do not. */
  readonly hasPlayers: boolean;
  timeOf(time: EpochMs): string;
}

function tableOf(
  chunks: readonly PageChunk[],
  links: ChunkLinks,
  options: TableOptions,
): Html {
  const { day, hasPlayers } = options;
  const canPlay = hasPlayers &&
    chunks.some((chunk) => links.address(chunk) !== null);
  const names = [
    ...["File", "Start", "Length", "Peak, dBFS"],
    ...(hasPlayers ? ["Size"] : []),
  ];
  const name = `Table of chunks${day === null ? "" : ` of ${day}`}`;
  const heads = [
    ...names.map((name) => markup`<th scope="col">${name}</th>`),
    ...(canPlay ? [markup`<th scope="col" class="listen">Listen</th>`] : []),
  ];
  const rows = chunks.map((chunk) =>
    rowOf(chunk, links, { ...options, canPlay })
  );
  return markup`<div class="scroll" tabindex="0" role="region"
    aria-label="${name}"><table class="chunks"><thead><tr>${heads}</tr></thead>
    <tbody>${rows}</tbody></table></div>`;
}

/** What is said about chunks that cannot be played. */
const STATES: Readonly<Record<ChunkState, string>> = {
  there: "",
  unknown: "",
  open: "being written",
  deleted: "deleted by retention",
  lost: "missing",
};

/** What a row has. */
interface RowOptions extends TableOptions {
  /** Whether its table has a column of players. */
  readonly canPlay: boolean;
}

/** End tags that HTML allows to leave out are left out: there may be thousands. */
function rowOf(
  chunk: PageChunk,
  links: ChunkLinks,
  { timeOf, hasPlayers, canPlay }: RowOptions,
): Html {
  const { file, logged, duration, size, peak, state } = chunk;
  const address = links.address(chunk);
  const remarks = [
    ...(STATES[state] === "" ? [] : [STATES[state]]),
    ...(chunk.isRecovered ? ["recovered by a repair"] : []),
  ].join(", ");
  const cells: Html[] = [
    address === null
      ? markup`${file}`
      : markup`<a href="${address}">${file}</a>`,
    ...(remarks === "" ? [] : [markup` <small>(${remarks})</small>`]),
    markup`<td>${timeOf(logged)}`,
    markup`<td>${formatDuration(duration)}`,
    markup`<td>${peak === null ? "" : String(peak).replace("-", "−")}`,
  ];
  if (hasPlayers) {
    cells.push(markup`<td>${size === null ? "" : formatBytes(size)}`);
  }
  if (canPlay) cells.push(playerOf(file, address));
  return markup`<tr><td>${cells}`;
}

function playerOf(file: string, address: string | null): Html {
  return address === null
    ? markup`<td class="listen">`
    : markup`<td class="listen"><audio controls preload="none" aria-label="${file}" src="${address}"></audio>`;
}
