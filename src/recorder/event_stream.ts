/**
 * The only path of an event from its source to the log and the other sinks.
 *
 * @module
 */

import type { SessionEvent, Sink, Telemetry } from "../events.ts";
import type { SessionTotals } from "../sessions/totals.ts";

/** The log of a session: the first to take an event. */
export interface EventLog {
  /** Logs an event and returns the logged form. */
  emit(event: SessionEvent): SessionEvent;
  /** Takes telemetry, which is not logged. */
  observe(telemetry: Telemetry): void;
}

/**
 * Passes events to the totals, the log and then, in logged form, to all sinks.
 * `session_start` is the first event and `session_stop` the last: earlier
 * events wait, and later ones are dropped.
 */
export class EventStream implements Sink {
  /** Totals of the session; up to date before any sink gets an event. */
  readonly totals: SessionTotals;
  readonly #log: EventLog;
  readonly #sinks: Sink[] = [];
  readonly #queue: SessionEvent[] = [];
  #phase: "new" | "open" | "closed" = "new";
  #isEmitting = false;

  /** A stream that has not begun. */
  constructor(log: EventLog, totals: SessionTotals) {
    this.#log = log;
    this.totals = totals;
  }

  /** Whether `session_stop` is logged, the last event. */
  get isClosed(): boolean {
    return this.#phase === "closed";
  }

  /** Adds a sink. */
  add(sink: Sink): void {
    this.#sinks.push(sink);
  }

  emit(event: SessionEvent): void {
    if (event.event === "session_start") {
      this.#queue.unshift(event);
      this.#phase = "open";
    } else if (this.#phase !== "closed") this.#queue.push(event);
    if (this.#phase === "open") this.#drain();
  }

  observe(telemetry: Telemetry): void {
    this.#log.observe(telemetry);
    for (const sink of this.#sinks) sink.observe?.(telemetry);
  }

  /** An event that a sink emits reaches all of them after the one that caused it. */
  #drain(): void {
    if (this.#isEmitting) return;
    this.#isEmitting = true;
    for (let event = this.#queue.shift(); event; event = this.#queue.shift()) {
      this.totals.record(event);
      const logged = this.#log.emit(event);
      for (const sink of this.#sinks) sink.emit(logged);
      if (event.event === "session_stop") {
        this.#phase = "closed";
        this.#queue.length = 0;
      }
    }
    this.#isEmitting = false;
  }
}
