import { assertEquals } from "@std/assert";
import {
  outageAtEnd,
  reportAsJson,
} from "../../../../../src/review/explain/render/json.ts";
import {
  chunk,
  explainEvents,
  recovery,
  sessionStart,
  sessionStop,
  silence,
} from "../../../../support/account.ts";
import { event } from "../../../../support/events.ts";
import { faultsIn } from "../../../../support/json_schema.ts";

const OPTIONS = {
  state: "ended",
  outage: null,
  timeline: "",
  log: "/x/session.log",
  before: null,
} as const;

const OUTAGE = [sessionStart(), chunk(1, 0, 60), recovery(60)];

Deno.test("reportAsJson: matches its schema with gaps, notes and an end", () => {
  const explained = explainEvents([
    sessionStart(),
    chunk(1, 0, 60.1),
    event("warning", { code: "clipping" }),
    recovery(60.1),
    silence(60.1, 62.3),
    chunk(2, 62_300, 57.7),
    sessionStop(120, { gaps: 1, gap_total: 2.2, coverage: 100 / 3 }),
  ]);
  const json = JSON.parse(reportAsJson(explained, OPTIONS));
  assertEquals(faultsIn(json, "explain"), []);
  assertEquals([json.gaps, json.gap_list.length], [1, 1]);
  assertEquals(json.note_list.length, 1);
});

Deno.test("reportAsJson: matches its schema without an end, and has no reason", () => {
  const explained = explainEvents([
    sessionStart(),
    chunk(1, 0, 0.1),
    chunk(2, 1_000, 0.2),
    recovery(1.2),
  ]);
  const json = JSON.parse(reportAsJson(explained, OPTIONS));
  assertEquals(faultsIn(json, "explain"), []);
  assertEquals(json.ending.reason, null);
});

Deno.test("outageAtEnd: returns the outage of a log that was copied during it", () => {
  const outage = outageAtEnd(explainEvents(OUTAGE));
  assertEquals(outage?.since, "2025-09-22T10:01:00.000Z");
  const over = explainEvents([...OUTAGE, silence(60, 62), chunk(2, 62_000, 8)]);
  assertEquals(outageAtEnd(over), null);
  const ended = [...OUTAGE, silence(60, 70), sessionStop(70)];
  assertEquals(outageAtEnd(explainEvents(ended)), null);
});
