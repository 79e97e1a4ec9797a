/**
 * The table of what was seen, and the verdict on each row: less is better in
 * all of them.
 *
 * @module
 */

import { LOW } from "./peer_programs.ts";

/** The contenders that are echolog. */
const OWN: readonly string[] = ["echolog", LOW];

/** A row of the table: what was measured of each program, by its name. */
export interface Row {
  /** What it is. */
  readonly name: string;
  /** A value of each program that took part. */
  readonly values: ReadonlyMap<string, number>;
  /** How far apart echolog's values of several rounds were. */
  readonly spread: number;
}

/** A reason for which echolog may be behind in a row, and how far. */
export interface KnownReason {
  /** The row. */
  readonly row: string;
  /** The programs that it may be behind. */
  readonly peers: readonly string[];
  /** In words. */
  readonly why: string;
  /** The value of echolog's up to which the reason holds. */
  readonly upTo: number;
}

/** How echolog did in a row. */
export interface Verdict {
  /** In words. */
  readonly text: string;
  /** Whether it is behind for no known reason. */
  readonly isMissed: boolean;
}

const WIDTH = 9;

/** Up to this much the spread of rounds makes values equal. */
const LARGEST_SPREAD = 0.1;

/**
 * Judges one of echolog's values in a row: a tenth is equal, and what is within
 * the spread of the rounds.
 *
 * @param contender the one whose value it is.
 * @param tolerance how much worse a value may be in any case.
 */
export function judge(
  { name, values, spread }: Row,
  contender: string,
  reasons: readonly KnownReason[],
  tolerance: number,
): Verdict {
  const own = values.get(contender) ?? NaN;
  const margin = Math.max(tolerance, Math.min(spread, LARGEST_SPREAD));
  const ahead = [...values]
    .filter(([peer, value]) =>
      !OWN.includes(peer) && !(own <= value * 1.1 + margin)
    )
    .map(([peer]) => peer);
  if (ahead.length === 0) return { text: "first or equal", isMissed: false };
  const text = `behind ${ahead.join(", ")}`;
  const reason = reasons.find(({ row }) => row === name);
  if (
    reason === undefined || !ahead.every((peer) => reason.peers.includes(peer))
  ) return { text: `${text}: NO REASON IS KNOWN`, isMissed: true };
  if (!(own <= reason.upTo)) {
    return { text: `${text}: MORE THAN ${reason.upTo}`, isMissed: true };
  }
  return { text: `${text}: ${reason.why}`, isMissed: false };
}

/** The first line of the table. */
export function head(peers: readonly string[]): string {
  return `${"less is better".padEnd(42)}${
    peers.map((peer) => peer.padStart(WIDTH)).join("")
  }  echolog ÷ each`;
}

/** A row as text: its values, and echolog's value over that of each other. */
export function renderRow(
  { name, values }: Row,
  peers: readonly string[],
): string {
  const own = values.get("echolog") ?? NaN;
  const ratios = peers.slice(1).map((peer) => {
    const value = values.get(peer);
    if (value === undefined) return "–";
    if (value === 0) return own === 0 ? "1.00" : "∞";
    return (own / value).toFixed(2);
  });
  return `${name.padEnd(42)}${
    peers.map((peer) => number(values.get(peer)).padStart(WIDTH)).join("")
  }  ${ratios.map((ratio) => ratio.padStart(5)).join(" ")}`;
}

function number(value: number | undefined): string {
  if (value === undefined) return "–";
  return Number.isInteger(value) ? String(value) : value.toFixed(3);
}
