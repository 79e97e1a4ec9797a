import type { Sink } from "../../src/events.ts";
import { SessionTotals } from "../../src/sessions/totals.ts";

/** Feeds a sink as a session does: its sums are up to date before it gets an event. */
export function withTotals<S extends Sink>(
  make: (totals: SessionTotals) => S,
): { readonly sink: S; readonly emit: Sink["emit"] } {
  const totals = new SessionTotals();
  const sink = make(totals);
  return {
    sink,
    emit(event) {
      totals.record(event);
      sink.emit(event);
    },
  };
}
