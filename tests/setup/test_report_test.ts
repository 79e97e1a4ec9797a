import { assertAlmostEquals, assertEquals } from "@std/assert";
import { lineCoverage, readSummary } from "../../scripts/setup/test_report.ts";

Deno.test("a summary of passed tests is read", () => {
  assertEquals(readSummary("running …\n\nok | 12 passed | 0 failed (4s)\n"), {
    passed: 12,
    failed: 0,
    skipped: 0,
  });
});

Deno.test("failed, skipped and filtered tests and steps are told apart", () => {
  assertEquals(
    readSummary(
      "\x1b[31mFAILED\x1b[0m | 12 passed (3 steps) | 1 failed (1 step) | 2 ignored (1 step) | 5 filtered out \x1b[90m(4s)\x1b[0m\n",
    ),
    { passed: 12, failed: 1, skipped: 2 },
  );
});

Deno.test("of several summaries the last one is Deno's own", () => {
  const output = "ok | 99 passed | 0 failed\nFAILED | 1 passed | 2 failed (1s)";
  assertEquals(readSummary(output), { passed: 1, failed: 2, skipped: 0 });
});

Deno.test("a runner that ended early has no summary", () => {
  assertEquals(readSummary("running 3 tests from …\na test ... "), undefined);
});

Deno.test("line coverage is taken over all files", () => {
  const lcov = "SF:a\nLF:30\nLH:30\nend_of_record\nSF:b\nLF:10\nLH:5\n";
  assertAlmostEquals(lineCoverage(lcov) ?? 0, 87.5);
});

Deno.test("a report without lines has no coverage", () => {
  assertEquals(lineCoverage("TN:\n"), undefined);
});
