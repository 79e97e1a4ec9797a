/**
 * What the rounds have shown, and what follows from it. Pure.
 *
 * @module
 */

import { median } from "../statistics.ts";
import { type Contender, type Durability, ON_DENO } from "./contenders.ts";

/** What a contender has done in all rounds. */
export interface Result {
  /** Who. */
  readonly contender: Contender;
  /** What ran it, with its version. */
  readonly runtime: string;
  /** Microseconds per line, one figure a round. */
  readonly costs: readonly number[];
  /** What was wrong with its lines in some round, or `null`. */
  readonly fault: string | null;
  /** Bytes of its largest file. */
  readonly largest: number;
}

/** What its durability class is measured by. */
export const REFERENCES: Readonly<
  Record<Durability, { rotating: Contender | null; floor: Contender }>
> = {
  batched: { rotating: ON_DENO.rotating, floor: ON_DENO.floor },
  each: { rotating: ON_DENO.eachRotating, floor: ON_DENO.eachFloor },
  synced: { rotating: null, floor: ON_DENO.syncedFloor },
};

/** Median microseconds per line of one contender; `NaN` when its lines are not all there. */
export function costOf(
  results: readonly Result[],
  contender: Contender | null,
): number {
  const result = results.find((result) => result.contender === contender);
  return result === undefined || result.fault !== null
    ? NaN
    : median(result.costs);
}

/** A target and whether it is met. */
export interface Statement {
  /** What is wanted. */
  readonly target: string;
  /** What was measured. */
  readonly measured: string;
  /** Whether it is so; a figure that could not be had makes it false. */
  readonly isMet: boolean;
}

/** Judges the results by what the log is meant to reach. */
export function judge(results: readonly Result[]): Statement[] {
  const ready = costOf(results, ON_DENO.ready);
  const event = costOf(results, ON_DENO.event);
  const rotating = costOf(results, ON_DENO.rotating);
  const rotatingLogger = costOf(results, ON_DENO.rotatingLogger);
  const readyLogger = costOf(results, ON_DENO.readyLogger);
  const faster = rotating / ready;
  const aboveFloor = ready / costOf(results, ON_DENO.floor);
  return [
    {
      target: "Ready-made lines: at least 5 times as fast as " +
        "@std/log's RotatingFileHandler",
      measured: `${times(faster)}; both by a Logger ${
        times(rotatingLogger / readyLogger)
      }`,
      isMet: faster >= 5,
    },
    {
      target: "Ready-made lines: at most 4 times the batch floor",
      measured: times(aboveFloor),
      isMet: aboveFloor <= 4,
    },
    ahead(results, "batched", ON_DENO.ready),
    ahead(results, "each", ON_DENO.eachReady),
    {
      // An event goes by a Logger; so does the string that it is held against.
      target: "A whole event costs no more than a ready-made string by a " +
        "Logger of @std/log to its RotatingFileHandler",
      measured: `${times(event / rotatingLogger)}; of one that is handed to ` +
        `the handler itself ${times(event / rotating)}`,
      isMet: event <= rotatingLogger,
    },
  ];
}

function ahead(
  results: readonly Result[],
  durability: Durability,
  ours: Contender,
): Statement {
  const target = durability === "each"
    ? "Ahead of every peer that writes each line at once"
    : "Ahead of every peer that writes in batches";
  const peers = results
    .filter(({ contender, fault }) =>
      contender.durability === durability && contender.side === "peer" &&
      fault === null
    )
    .map(({ contender, runtime, costs }) => ({
      name: `${contender.title} on ${runtime}`,
      cost: median(costs),
    }))
    .sort((one, other) => one.cost - other.cost);
  const [fastest] = peers;
  if (fastest === undefined) {
    return { target, measured: "no peer ran", isMet: false };
  }
  const ratio = fastest.cost / costOf(results, ours);
  return {
    target,
    measured: `the fastest, ${fastest.name}, takes ${times(ratio)} as long`,
    isMet: ratio > 1,
  };
}

function times(ratio: number): string {
  return Number.isNaN(ratio) ? "not measured" : `${ratio.toFixed(2)} times`;
}
