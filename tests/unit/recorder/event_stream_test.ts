import { assertEquals } from "@std/assert";
import type { SessionEvent } from "../../../src/events.ts";
import { EventStream } from "../../../src/recorder/event_stream.ts";
import { SessionTotals } from "../../../src/sessions/totals.ts";
import { event } from "../../support/events.ts";

/** A stream whose log keeps the names of what it gets. */
function open() {
  const logged: string[] = [];
  const stream = new EventStream({
    emit(event) {
      logged.push(event.event);
      return event.event === "session_stop" ? { ...event, warnings: 7 } : event;
    },
    observe: () => {},
  }, new SessionTotals());
  return { logged, stream };
}

Deno.test("EventStream: logs session_start first, whatever was emitted before", () => {
  const { logged, stream } = open();
  stream.emit(event("warning"));
  assertEquals(logged, []);
  stream.emit(event("session_start"));
  assertEquals(logged, ["session_start", "warning"]);
});

Deno.test("EventStream: drops what is emitted after session_stop", () => {
  const { logged, stream } = open();
  stream.emit(event("session_start"));
  stream.add({
    // As a state file does that cannot be replaced for the last time.
    emit: ({ event: name }) => {
      if (name === "session_stop") stream.emit(event("warning"));
    },
  });
  stream.emit(event("session_stop"));
  stream.emit(event("error"));
  assertEquals(logged, ["session_start", "session_stop"]);
  assertEquals(stream.isClosed, true);
});

Deno.test("EventStream: passes an event that a sink emits to all sinks after the one before", () => {
  const { logged, stream } = open();
  const seen: string[] = [];
  stream.add({
    emit: ({ event: name }) => {
      if (name === "session_start") stream.emit(event("warning"));
    },
  });
  stream.add({ emit: ({ event: name }) => void seen.push(name) });
  stream.emit(event("session_start"));
  assertEquals(seen, ["session_start", "warning"]);
  assertEquals(logged, seen);
});

Deno.test("EventStream: hands sinks the event as it was logged, with the sums up to date", () => {
  const { stream } = open();
  const seen: [SessionEvent, number][] = [];
  stream.add({
    emit: (event) => void seen.push([event, stream.totals.chunks]),
  });
  stream.emit(event("session_start"));
  stream.emit(event("chunk_created"));
  stream.emit(event("session_stop"));
  assertEquals(seen.map(([, chunks]) => chunks), [0, 1, 1]);
  assertEquals(seen.at(-1)?.[0], event("session_stop", { warnings: 7 }));
});
