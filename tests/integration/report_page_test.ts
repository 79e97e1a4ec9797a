import { assertMatch } from "@std/assert";
import {
  assertGolden,
  assertLooks,
  assertNumbers,
  assertPrints,
  headingsOf,
} from "../support/browser/assertions.ts";
import { Browser } from "../support/browser/browser.ts";
import { KINDS, makePage, nameOfKind } from "../support/browser/pages.ts";
import { tempFolder } from "../support/temp.ts";

// tests/long/report_pages_test.ts has all of them.
const WINDOWS = [
  { width: 800, dark: false, axe: true },
  { width: 360, dark: true, axe: true },
  { width: 1600, dark: false, axe: false },
];
const MONTH = WINDOWS.map((window) => ({
  ...window,
  // With thousands of rows, that takes seconds.
  axe: window.width === 800,
}));

Deno.test("report: the page of each kind of session, narrow, wide, light, dark, and on paper", async (test) => {
  const browser = await Browser.start();
  if (browser === null) return;
  await using page = browser;
  for (const kind of KINDS) {
    await test.step(kind, async () => {
      using home = tempFolder();
      const name = nameOfKind(kind);
      const isMonth = kind === "month";
      const made = await makePage(home.path, kind);
      await assertLooks(page, made.path, isMonth ? MONTH : WINDOWS, {
        ...{ name, full: !isMonth },
      });
      await assertNumbers(page, made);
      const outline = isMonth
        ? await headingsOf(page)
        : (await page.outline("body")).replace(
          /on \d{4}-.*? Eur/,
          "on TIME Eur",
        );
      assertGolden(name, kind === "live" ? masked(outline) : outline);
      await assertPrints(page, name, home.path);
    });
  }
});

/**
 * Returns a structure without what differs from one recording to the next:
 * numbers, the fields of log lines and how often a line is there.
 */
function masked(outline: string): string {
  assertMatch(outline, /Still recording/);
  const lines = outline.split("\n").map((line) =>
    line.replace(/(echolog\.\w+: \w+) .*/, "$1 …")
      .replace(/(definition: echolog) .*/, "$1 …")
      .replace(/\d+/g, "0")
  );
  return lines.filter((line, index) => !lines.slice(0, index).includes(line))
    .join("\n");
}
