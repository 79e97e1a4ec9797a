import { assertEquals, assertThrows } from "@std/assert";
import { EchologError } from "../../../src/errors.ts";
import {
  type Selectable,
  selectSessions,
} from "../../../src/sessions/select.ts";

const DAYS = Array.from({ length: 9 }, (_, day): Selectable => ({
  session_id: `2025090${day + 1}T220000Z`,
  folder: `/r/2025090${day + 1}T220000Z`,
  start: Date.UTC(2025, 8, day + 1, 22),
}));

const NOW = { now: Date.UTC(2025, 8, 10) };

Deno.test("selectSessions: accepts an id, a prefix, a folder or latest", () => {
  for (
    const [wanted, index] of [
      ["20250903T220000Z", 2],
      ["20250904", 3],
      ["/r/20250905T220000Z", 4],
      ["latest", 8],
    ] as const
  ) {
    assertEquals(selectSessions(DAYS, wanted, NOW), [DAYS[index]], wanted);
  }
  assertEquals(selectSessions([], "latest", NOW), []);
});

Deno.test("selectSessions: latest is not another user's, nor one of the future, while there are others", () => {
  const [own, late] = DAYS;
  if (own === undefined || late === undefined) throw new Error("no sessions");
  const start = Date.UTC(2099, 0);
  const future = { ...late, session_id: "future", start };
  const foreign = { ...late, session_id: "foreign", isForeign: true };
  const both = { ...foreign, session_id: "both", start };
  const now = NOW.now;
  const latestOf = (...sessions: Selectable[]) =>
    selectSessions(sessions, "latest", { now })[0]?.session_id;
  assertEquals(latestOf(both, foreign, future, own), own.session_id);
  assertEquals(latestOf(both, foreign, future), "future");
  assertEquals(latestOf(both, foreign), "foreign");
  assertEquals(latestOf(both), "both");
  // A clock that was set back by hours; and a session that is recorded now.
  const early = { ...own, session_id: "early", start: now + 3_600_000 };
  assertEquals(latestOf(own, early), "early");
  assertEquals(latestOf(own, { ...future, liveness: "alive" }), "future");
  assertEquals(latestOf({ ...both, liveness: "alive" }, own), own.session_id);
});

Deno.test("selectSessions: suggests the newest sessions regardless of their order", () => {
  const error = assertThrows(
    () =>
      selectSessions([...DAYS].reverse(), "2026", { ...NOW, where: "in /r" }),
    EchologError,
    "Unknown session 2026",
  );
  assertEquals(
    error.hint,
    "the newest in /r: 20250905T220000Z, 20250906T220000Z, 20250907T220000Z, 20250908T220000Z, 20250909T220000Z",
  );
});

Deno.test("selectSessions: rejects an ambiguous prefix", () => {
  assertThrows(
    () => selectSessions(DAYS, "202509", NOW),
    EchologError,
    "202509 names 9 sessions",
  );
});
