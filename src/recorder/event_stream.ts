/**
 * The one way of an event from where it happens to the log and all others.
 *
 * @module
 */

import type { SessionEvent, Sink, Telemetry } from "../events.ts";
import type { SessionTotals } from "../sessions/totals.ts";

/** The log of a session: the first to take an event. */
export interface EventLog {
  /** Logs an event, and returns it as it was logged. */
  emit(event: SessionEvent): SessionEvent;
  /** Takes what is not logged. */
  observe(telemetry: Telemetry): void;
}

/**
 * Passes events on: to the sums, the log and then, as they were logged, to all
 * sinks. `session_start` is the first of them and `session_stop` the last: what
 * comes before waits, and what comes after is dropped.
 */
export class EventStream implements Sink {
  /** Sums of the session; up to date before any sink gets an event. */
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

  /** Whether `session_stop` is logged: nothing comes after it. */
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
