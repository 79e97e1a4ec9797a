/**
 * `echolog sessions --state`: limits the list to sessions of one state.
 *
 * @module
 */

import { LISTED_STATES, type ListedState } from "../args/command.ts";
import { EchologError } from "../../errors.ts";
import { conditionOf, type KnownSession } from "../../sessions/catalog.ts";

/** The states as predicates, for a list without a session. */
export const STATES: Readonly<Record<ListedState, string>> = {
  active: "is active",
  crashed: "has crashed",
  ended: "has ended",
};

/**
 * Reads the value of `--state`, or `null` without one.
 *
 * @throws {EchologError} `usage`, when it is no state.
 */
export function readListedState(text: string | undefined): ListedState | null {
  if (text === undefined) return null;
  const state = LISTED_STATES.find((one) => one === text);
  if (state !== undefined) return state;
  throw new EchologError("usage", `Cannot use --state ${text}`, {
    hint: `expected one of ${LISTED_STATES.join(", ")}`,
  });
}

/** Returns the state by which a session is listed, or `null` when it is not known. */
export function listedStateOf(session: KnownSession): ListedState | null {
  const condition = conditionOf(session);
  if (condition === "unknown") return null;
  const isEnd = condition === "crashed" || condition === "ended";
  return isEnd ? condition : "active";
}
