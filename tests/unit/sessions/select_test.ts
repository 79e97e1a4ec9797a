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

Deno.test("selectSessions: accepts an id, a prefix, a folder or latest", () => {
  for (
    const [wanted, index] of [
      ["20250903T220000Z", 2],
      ["20250904", 3],
      ["/r/20250905T220000Z", 4],
      ["latest", 8],
    ] as const
  ) {
    assertEquals(selectSessions(DAYS, wanted), [DAYS[index]], wanted);
  }
  assertEquals(selectSessions([], "latest"), []);
});

Deno.test("selectSessions: suggests the newest sessions regardless of their order", () => {
  const error = assertThrows(
    () => selectSessions([...DAYS].reverse(), "2026", "in /r"),
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
    () => selectSessions(DAYS, "202509"),
    EchologError,
    "202509 names 9 sessions",
  );
});
