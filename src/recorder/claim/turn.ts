/**
 * Waits until the session that records a device has ended.
 *
 * @module
 */

import { formatDuration } from "../../times/duration.ts";
import type { EpochMs, Seconds } from "../../events.ts";
import { type Clock, pause } from "../../platform/clock.ts";
import { readState, type SessionState } from "../../sessions/state_file.ts";
import { type Claim, type ClaimOptions, claimSession } from "./claim.ts";
import { DeviceBusy } from "./device.ts";

/** Time that a session gets that is about to end: a job every day meets the one of the day before. */
const DUE: Seconds = 10;
/** Milliseconds between two attempts. */
const RETRY_MS = 250;
/** Milliseconds after which waiting is reported. */
const NOTICE_MS = 1_000;

/** Options of {@linkcode claimInTurn}. */
export interface TurnOptions extends ClaimOptions {
  /** The clock. */
  readonly clock: Clock;
  /**
   * How long to wait for another session; `null` waits only for one that is
   * about to end.
   */
  readonly wait: Seconds | null;
  /** Whether the time to record has passed, so that there is nothing to wait for. */
  isOver(): boolean;
}

/** A claim, and whether another session had the device first. */
export interface Turn {
  /** The claim; `null` when a signal ended the wait. */
  readonly claim: Claim | null;
  /** Whether it had to wait. */
  readonly hasWaited: boolean;
}

/**
 * Claims a device like {@linkcode claimSession}, and waits for a session that
 * has it.
 *
 * @throws {EchologError} when it is still taken then, or the folder cannot be made.
 */
export async function claimInTurn(options: TurnOptions): Promise<Turn> {
  const { clock, wait, onError, signal } = options;
  const begun = clock.monotonic();
  let isReported = false;
  for (let attempt = 1;; attempt++) {
    try {
      const claim = await claimSession(options);
      return { claim, hasWaited: attempt > 1 };
    } catch (error) {
      if (!(error instanceof DeviceBusy)) throw error;
      const { holder } = error;
      const state = holder === null ? null : readState(holder.folder);
      const limit = wait ?? (isDue(state, clock.now()) ? DUE : 0);
      const passed = clock.monotonic() - begun;
      if (passed >= limit * 1000 || options.isOver()) throw error;
      if (!isReported && passed >= NOTICE_MS) {
        isReported = true;
        const who = holder === null
          ? "another session"
          : `session ${holder.session_id}`;
        onError(
          `Waiting up to ${
            formatDuration(limit)
          } for ${who}, which records the device`,
        );
      }
      await pause(clock, RETRY_MS, ...(signal === undefined ? [] : [signal]));
      if (signal?.aborted) return { claim: null, hasWaited: true };
    }
  }
}

/** Whether a session will end soon. */
function isDue(state: SessionState | null, now: EpochMs): boolean {
  if (state === null) return false;
  if (state.state === "stopping" || state.state === "ended") return true;
  return state.ends_at !== null &&
    Date.parse(state.ends_at) - now <= DUE * 1000;
}
