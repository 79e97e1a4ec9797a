import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  assertGolden,
  assertLooks,
  assertNumbers,
  assertPrints,
  headingsOf,
} from "../support/browser/assertions.ts";
import { Browser } from "../support/browser/browser.ts";
import { KINDS, makePage, nameOfKind } from "../support/browser/pages.ts";
import { wasBusy } from "../support/load.ts";
import { tempFolder } from "../support/temp.ts";

/**
 * tests/long/report_pages_test.ts has every width in light and dark, and axe in
 * each.
 */
const WINDOWS = [
  { width: 800, dark: false, axe: true },
  { width: 360, dark: true, axe: false },
  { width: 1600, dark: false, axe: false },
];
/** Has gaps, warnings and errors: all colours. */
const COLOURFUL = "full disk";

Deno.test("report: the page of each kind of session, narrow, wide, light, dark, and on paper", async (test) => {
  const browser = await Browser.start();
  if (browser === null) return;
  await using page = browser;
  for (const kind of KINDS) {
    await test.step(kind, async () => {
      using home = tempFolder();
      const name = nameOfKind(kind);
      const made = await makePage(home.path, kind);
      const looks = { name, full: true };
      const windows = WINDOWS.map((window) => ({
        ...window,
        axe: window.axe || window.dark && kind === COLOURFUL,
      }));
      await assertLooks(page, made.path, windows, looks);
      await assertNumbers(page, made);
      const outline = (await page.outline("body"))
        .replace(/on \d{4}-.*? Eur/, "on TIME Eur")
        // Each version of ffmpeg names itself in the file.
        .replaceAll(/\bsize=\d+/g, "size=N");
      assertGolden(name, kind === "live" ? masked(outline) : outline);
      await assertPrints(page, name, home.path);
    });
  }
});

/**
 * Returns a structure without what differs from one recording to the next:
 * numbers, the fields of log lines, and how often a line is there.
 */
function masked(outline: string): string {
  assertMatch(outline, /Still recording/);
  const lines = outline.split("\n").map((line) =>
    line.replace(/; the first audio was received .* after the start/, "")
      .replace(/(echolog\.\w+: \w+) .*/, "$1 …")
      .replace(/(definition: echolog) .*/, "$1 …")
      .replace(/\d+(\.\d+)?( (ms|s|B|kB)\b)?/g, "0")
  );
  return lines.filter((line, index) => !lines.slice(0, index).includes(line))
    .join("\n");
}

Deno.test("report: the page of 30 days is small, and can be used within a second", async () => {
  const browser = await Browser.start();
  if (browser === null) return;
  await using page = browser;
  using home = tempFolder();
  const made = await makePage(home.path, "month");
  const { size } = Deno.statSync(made.path);
  assert(size < 2e6, `${size} bytes`);
  const times: number[] = [];
  for (let count = 0; count < 3; count++) {
    await page.open(made.path, { width: 1600 });
    times.push(await page.ready());
  }
  console.log(`${size} bytes, ready after ${times.join(", ")} ms`);
  assert(Math.min(...times) < 1000 || wasBusy(), times.join());
  await assertNumbers(page, made);
  assertGolden("month", await headingsOf(page));
  await assertPrints(page, "month", home.path);
  // The keyboard finds each gap, and zooms in to it.
  await page.evaluate("document.querySelector('#slider').focus()");
  await page.press("Home", "n", "n", ..."+".repeat(14));
  assertMatch(
    String(
      await page.evaluate(
        "document.querySelector('#slider').getAttribute('aria-valuetext')",
      ),
    ),
    /2025-09-22 19:05:10.*gap: the sound server stopped/,
  );
  for (const { width, dark } of WINDOWS) {
    await page.resize(width, { dark });
    const wide = await page.evaluate("document.documentElement.scrollWidth");
    assertEquals(wide, width);
  }
  // axe takes a minute for thousands of rows: some of each list are enough.
  await page.evaluate(`document.querySelectorAll('tbody,ol').forEach((list) =>
    [...list.children].slice(5).forEach((one) => one.remove()))`);
  assertEquals(await page.axe(), []);
  assertEquals(await page.seen(), { errors: [], requests: [] });
});
