import { assertEquals } from "@std/assert";
import {
  hasRules,
  planDeletions,
  type Rules,
} from "../../../src/retention/rules.ts";

const DAY = 86_400;
const NONE: Rules = {
  ...{ maxAge: null, maxBytes: null, minFreeBytes: null },
  ...{ minAge: DAY, keepLogs: 365 * DAY },
};

/** A chunk of 10 bytes and of an age in days. */
interface Chunk {
  readonly days: number;
  readonly size: number;
}

/** Ages of the chunks, the oldest first. */
function chunks(...days: readonly number[]): Chunk[] {
  return days.map((days) => ({ days, size: 10 }));
}

/** What the rules delete: the age in days and the rule of each. */
function planned(
  rules: Partial<Rules>,
  candidates: readonly Chunk[],
  change: { count?: number; bytes?: number; free?: number | null } = {},
): [number, string][] {
  const { deletions } = planDeletions({ ...NONE, ...rules }, {
    candidates,
    ageOf: ({ days }) => days * DAY,
    count: candidates.length,
    bytes: candidates.length * 10,
    free: null,
    ...change,
  });
  return deletions.map(({ chunk, rule }) => [chunk.days, rule]);
}

Deno.test("planDeletions: applies each rule alone", () => {
  const found = chunks(40, 31, 30, 2, 0.5);
  for (
    const [what, rules, change, wanted] of [
      ["no rule", {}, {}, []],
      ["older than max_age", { maxAge: 30 * DAY }, {}, [
        [40, "max_age"],
        [31, "max_age"],
      ]],
      ["as much as max_bytes", { maxBytes: 50 }, {}, []],
      ["a byte more", { maxBytes: 49 }, {}, [[40, "max_bytes"]]],
      ["two chunks more", { maxBytes: 30 }, {}, [
        [40, "max_bytes"],
        [31, "max_bytes"],
      ]],
      // Those of kept sessions count, and are no candidates.
      ["with kept chunks", { maxBytes: 50 }, { bytes: 65 }, [
        [40, "max_bytes"],
        [31, "max_bytes"],
      ]],
      ["enough free space", { minFreeBytes: 100 }, { free: 100 }, []],
      ["too little", { minFreeBytes: 100 }, { free: 85 }, [
        [40, "min_free_bytes"],
        [31, "min_free_bytes"],
      ]],
      ["unknown free space", { minFreeBytes: 100 }, { free: null }, []],
      // Nothing younger than min_age, whatever fills the disk.
      ["all for space", { minFreeBytes: 1_000 }, { free: 0 }, [
        [40, "min_free_bytes"],
        [31, "min_free_bytes"],
        [30, "min_free_bytes"],
        [2, "min_free_bytes"],
      ]],
      ["min_age 0", { maxBytes: 10, minAge: 0 }, {}, [
        [40, "max_bytes"],
        [31, "max_bytes"],
        [30, "max_bytes"],
        [2, "max_bytes"],
      ]],
      // By its age, audio goes however low min_age is.
      ["max_age below min_age", { maxAge: 0.1 * DAY }, {}, [
        [40, "max_age"],
        [31, "max_age"],
        [30, "max_age"],
        [2, "max_age"],
        [0.5, "max_age"],
      ]],
    ] as const
  ) {
    assertEquals(
      planned(rules, found, change),
      wanted.map(([days, rule]): [number, string] => [days, rule]),
      what,
    );
  }
});

Deno.test("planDeletions: applies all rules together, the oldest chunk first", () => {
  const rules = { maxAge: 35 * DAY, maxBytes: 35, minFreeBytes: 100 };
  assertEquals(planned(rules, chunks(40, 31, 30, 2, 0.5), { free: 75 }), [
    [40, "max_age"],
    [31, "max_bytes"],
    [30, "min_free_bytes"],
  ]);
});

Deno.test("planDeletions: stops at the first chunk that no rule deletes", () => {
  // An older one is never kept for a younger one.
  const rules = { maxBytes: 1 };
  assertEquals(planned(rules, chunks(0.5, 40)), []);
});

Deno.test("planDeletions: more than half of all chunks takes a request", () => {
  const isBlocked = (days: readonly number[], count: number) =>
    planDeletions({ ...NONE, maxAge: DAY }, {
      candidates: chunks(...days),
      ageOf: ({ days }) => days * DAY,
      ...{ count, bytes: 0, free: null },
    }).isBlocked;
  assertEquals(isBlocked([3, 2, 0.5, 0.4], 4), false);
  assertEquals(isBlocked([3, 2, 1.5, 0.4], 4), true);
  // Those of kept sessions count.
  assertEquals(isBlocked([3, 2, 1.5, 0.4], 6), false);
  assertEquals(isBlocked([], 0), false);
});

Deno.test("hasRules: min_age and keep_logs alone delete nothing", () => {
  assertEquals(hasRules(NONE), false);
  for (const name of ["maxAge", "maxBytes", "minFreeBytes"] as const) {
    assertEquals(hasRules({ ...NONE, [name]: 1 }), true, name);
  }
});
