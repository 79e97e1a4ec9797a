/**
 * Sessions of one recorder as one recording: at a rollover two of them record at
 * once, and those who follow the recording get one after the other.
 *
 * @module
 */

import type { SessionEvent, Sink, Telemetry } from "../../events.ts";

/** Events and telemetry that wait for the end of the session before. */
const MAX_HELD = 1_000;

/** Passes the events of one session after the other to sinks. */
export class Handover {
  readonly #sinks: readonly Sink[];
  #lanes: Lane[] = [];

  /** No session so far. */
  constructor(sinks: readonly Sink[]) {
    this.#sinks = sinks;
  }

  /** Returns the sink of the next session. */
  next(): Sink {
    const lane = new Lane();
    this.#lanes.push(lane);
    return {
      emit: (event) => this.#take(lane, { event }),
      observe: (telemetry) => this.#take(lane, { telemetry }),
    };
  }

  #take(lane: Lane, held: Held): void {
    const isOver = "event" in held && held.event.event === "session_stop";
    const isCurrent = this.#lanes[0] === lane;
    if (isCurrent) this.#pass(held);
    else if (!isOver) return lane.hold(held);
    if (!isOver) return;
    // One that never was the current one has not taken over.
    this.#lanes = this.#lanes.filter((one) => one !== lane);
    if (!isCurrent) return;
    for (const waiting of this.#lanes[0]?.release() ?? []) this.#pass(waiting);
  }

  #pass(held: Held): void {
    for (const sink of this.#sinks) {
      if ("event" in held) sink.emit(held.event);
      else sink.observe?.(held.telemetry);
    }
  }
}

type Held =
  | { readonly event: SessionEvent }
  | { readonly telemetry: Telemetry };

/** What a session has reported that is not the current one. */
class Lane {
  #held: Held[] = [];

  hold(held: Held): void {
    // Only the newest of these counts.
    const kind = "telemetry" in held ? held.telemetry.kind : null;
    if (kind === "audio" || kind === "peak" || kind === "disk") {
      this.#held = this.#held.filter((one) =>
        !("telemetry" in one) || one.telemetry.kind !== kind
      );
    }
    if (this.#held.length < MAX_HELD) this.#held.push(held);
  }

  release(): readonly Held[] {
    return this.#held.splice(0);
  }
}
