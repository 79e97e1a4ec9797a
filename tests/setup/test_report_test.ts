import { assertEquals } from "@std/assert";
import {
  lineCoverages,
  readFailures,
  readSummary,
  removeBrokenProfiles,
} from "../../scripts/setup/test_report.ts";
import { tempFolder } from "../support/temp.ts";

Deno.test("readSummary: reads a summary of passed tests", () => {
  assertEquals(readSummary("running …\n\nok | 12 passed | 0 failed (4s)\n"), {
    passed: 12,
    failed: 0,
    skipped: 0,
  });
});

Deno.test("readSummary: counts failed and skipped tests without steps and filtered tests", () => {
  assertEquals(
    readSummary(
      "\x1b[31mFAILED\x1b[0m | 12 passed (3 steps) | 1 failed (1 step) | 2 ignored (1 step) | 5 filtered out \x1b[90m(4s)\x1b[0m\n",
    ),
    { passed: 12, failed: 1, skipped: 2 },
  );
});

Deno.test("readSummary: reads the last of several summaries", () => {
  const output = "ok | 99 passed | 0 failed\nFAILED | 1 passed | 2 failed (1s)";
  assertEquals(readSummary(output), { passed: 1, failed: 2, skipped: 0 });
});

Deno.test("readSummary: returns undefined for a run that ended early", () => {
  assertEquals(readSummary("running 3 tests from …\na test ... "), undefined);
});

const FAILED_RUN = [
  "running 2 tests from ./tests/a_test.ts",
  " ERRORS ",
  "printed by a program under test",
  "",
  " ERRORS ",
  "",
  "\x1b[1ma: one\x1b[0m => ./tests/a_test.ts:1:6",
  "error: Error: first",
  "",
  "second",
  "",
  "b: two ... inner => ./tests/b_test.ts:12:44",
  ...Array.from({ length: 30 }, (_, index) => `line ${index}`),
  "",
  " FAILURES ",
  "",
  "a: one => ./tests/a_test.ts:1:6",
  "b: two ... inner => ./tests/b_test.ts:12:44",
  "",
  "FAILED | 1 passed | 2 failed (1s)",
].join("\n");

Deno.test("readFailures: reads the errors of failed tests, each cut to its first lines", () => {
  const [one, two = "", ...others] = readFailures(FAILED_RUN);
  assertEquals(
    one,
    "a: one => ./tests/a_test.ts:1:6\nerror: Error: first\n\nsecond",
  );
  assertEquals(two.split("\n").slice(0, 2), [
    "b: two ... inner => ./tests/b_test.ts:12:44",
    "line 0",
  ]);
  assertEquals(two.split("\n").length, 12);
  assertEquals(others, []);
});

Deno.test("readFailures: returns none for a run that passed", () => {
  assertEquals(readFailures("ok | 12 passed | 0 failed (4s)\n"), []);
});

Deno.test("lineCoverages: adds up all files and sorts them, lowest first", () => {
  const lcov = "SF:a\nLF:30\nLH:30\nend_of_record\nSF:b\nLF:10\nLH:5\n";
  assertEquals(lineCoverages(lcov), {
    total: 87.5,
    files: [{ path: "b", percent: 50 }, { path: "a", percent: 100 }],
  });
});

Deno.test("lineCoverages: returns no total for a report without lines", () => {
  assertEquals(lineCoverages("TN:\n"), { total: undefined, files: [] });
});

Deno.test("removeBrokenProfiles: removes the profiles that a killed program left cut or empty", async () => {
  using folder = tempFolder();
  const profile = '{"scriptId":"1","url":"file:///a.ts","functions":[]}';
  const path = (name: string) => `${folder.path}/${name}`;
  Deno.writeTextFileSync(path("whole.json"), profile);
  Deno.writeTextFileSync(path("cut.json"), profile.slice(0, -1));
  Deno.writeTextFileSync(path("empty.json"), "");
  Deno.mkdirSync(path("html"));
  assertEquals(await removeBrokenProfiles(folder.path), 2);
  assertEquals(
    [...Deno.readDirSync(folder.path)].map(({ name }) => name).sort(),
    ["html", "whole.json"],
  );
  assertEquals(Deno.readTextFileSync(path("whole.json")), profile);
});
