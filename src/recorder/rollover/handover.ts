/**
 * Sessions of one recorder as one recording: at a rollover two of them record at
 * once, and those who follow the recording get one after the other.
 *
 * @module
 */

import type {
  SessionEvent,
  SessionStop,
  Sink,
  Telemetry,
} from "../../events.ts";

/** Events and telemetry that wait for the end of the session before. */
const MAX_HELD = 1_000;

/** Takes what one session of a recorder reports; disposing of it ends that. */
export interface Lane extends Sink, Disposable {
  /**
   * Takes the end of the session before it is logged.
   *
   * @returns whether the recording is over with it.
   */
  finish(stop: SessionStop): boolean;
}

/** Passes the events of one session after the other to sinks. */
export class Handover {
  readonly #sinks: readonly Sink[];
  /** The current session, and those that began after it. */
  #sessions: Held[] = [];

  /** No session so far. */
  constructor(sinks: readonly Sink[]) {
    this.#sinks = sinks;
  }

  /** Returns what takes the reports of the next session. */
  next(): Lane {
    const [current, ...later] = this.#sessions;
    const session = new Held();
    this.#sessions = [
      ...(current === undefined ? [] : [current]),
      // The others have not taken over, or are over already.
      ...later.filter(({ stop }) => stop === null),
      session,
    ];
    return {
      emit: (event) => {
        if (event.event === "session_stop") this.#end(session, event);
        else this.#take(session, { event });
      },
      observe: (telemetry) => this.#take(session, { telemetry }),
      finish: (stop) => {
        this.#end(session, stop);
        return this.#sessions.length === 0;
      },
      [Symbol.dispose]: () => this.#remove(session),
    };
  }

  #take(session: Held, report: Report): void {
    if (session.stop !== null) return;
    if (this.#sessions[0] === session) this.#pass(report);
    else session.hold(report);
  }

  /** A session that was not current waits: one beside it may still record. */
  #end(session: Held, stop: SessionStop): void {
    if (session.stop !== null) return;
    session.stop = stop;
    if (this.#sessions[0] === session) this.#switch(stop);
  }

  /** The current session is over: another one continues, or none. */
  #switch(stop: SessionStop): void {
    const [, ...later] = this.#sessions;
    const isFollowed = stop.reason === "rollover";
    const next = later.find((one) => one.stop === null) ??
      (isFollowed ? later.at(-1) : undefined);
    if (next === undefined) {
      this.#sessions = [];
      return this.#pass({ event: stop });
    }
    this.#sessions = later.slice(later.indexOf(next));
    // Whatever ended it, the recording is not over.
    this.#pass({ event: { ...stop, reason: "rollover" } });
    for (const report of next.release()) this.#pass(report);
    if (next.stop !== null) this.#switch(next.stop);
  }

  /** Takes away a session that may have failed without an end. */
  #remove(session: Held): void {
    if (session.stop !== null) return;
    const [current] = this.#sessions;
    this.#sessions = this.#sessions.filter((one) => one !== session);
    if (current !== session) return;
    for (const report of this.#sessions[0]?.release() ?? []) this.#pass(report);
  }

  #pass(report: Report): void {
    for (const sink of this.#sinks) {
      if ("event" in report) sink.emit(report.event);
      else sink.observe?.(report.telemetry);
    }
  }
}

type Report =
  | { readonly event: SessionEvent }
  | { readonly telemetry: Telemetry };

/** What a session has reported while it was not the current one. */
class Held {
  #reports: Report[] = [];
  /** How it ended, or `null` while it records. */
  stop: SessionStop | null = null;

  hold(report: Report): void {
    // Only the newest of these counts.
    const kind = "telemetry" in report ? report.telemetry.kind : null;
    if (kind === "audio" || kind === "peak" || kind === "disk") {
      this.#reports = this.#reports.filter((one) =>
        !("telemetry" in one) || one.telemetry.kind !== kind
      );
    }
    if (this.#reports.length < MAX_HELD) this.#reports.push(report);
  }

  release(): readonly Report[] {
    return this.#reports.splice(0);
  }
}
