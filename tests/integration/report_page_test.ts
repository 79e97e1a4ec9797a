import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { Browser } from "../support/browser/browser.ts";
import { assertGolden, KINDS, makePage } from "../support/browser/pages.ts";
import { tempFolder } from "../support/temp.ts";

/** Where pictures of pages are kept, for people who want to look at them. */
const PICTURES = Deno.env.get("ECHOLOG_PAGE_PICTURES");

/** Keys of `explain --json` that a page shows, too. */
const TOTALS = [
  ...["coverage", "audio", "wall", "gaps", "gap_total", "chunks"],
  ...["start", "end"],
];

for (const kind of KINDS) {
  Deno.test(`report: the page of a ${kind} session, at every width, light and dark, and on paper`, async () => {
    const browser = await Browser.start();
    if (browser === null) return;
    await using page = browser;
    using home = tempFolder();
    const { path, explained } = await makePage(home.path, kind);
    for (const width of [360, 800, 1600]) {
      for (const dark of [false, true]) {
        const where = `${width} px, ${dark ? "dark" : "light"}`;
        await page.open(path, { width, dark });
        // That takes seconds on a page with thousands of rows.
        if (kind !== "month" || width === 800) {
          assertEquals(await page.axe(), [], where);
        }
        assertEquals(await page.seen(), { errors: [], requests: [] }, where);
        const wide = await page.evaluate(
          "document.documentElement.scrollWidth",
        );
        assert(Number(wide) <= width, `${where}: it is ${wide} wide`);
        if (PICTURES !== undefined) {
          const name = `${kind.replaceAll(" ", "_")}-${width}${
            dark ? "-dark" : ""
          }.png`;
          await page.screenshot(join(PICTURES, name), kind !== "month");
        }
      }
    }
    if (kind !== "live") await assertNumbers(page, explained);
    const outline = kind === "month"
      ? String(await page.evaluate(HEADINGS))
      : (await page.outline("body")).replace(/on \d{4}-.*? Eur/, "on TIME Eur");
    // A session that is being recorded is never the same twice.
    if (kind === "live") assertMatch(outline, /Still recording/);
    else assertGolden(kind, outline);
    const pdf = join(PICTURES ?? home.path, `${kind.replaceAll(" ", "_")}.pdf`);
    await page.pdf(pdf);
    assertMatch(
      new TextDecoder("latin1").decode(Deno.readFileSync(pdf).subarray(0, 5)),
      /^%PDF-/,
    );
    assertEquals((await page.seen()).errors, []);
  });
}

/** The headings of a page that is too long for all of its structure. */
const HEADINGS = `[...document.querySelectorAll('h1,h2,summary')]
  .map((one) => one.tagName + ' ' + one.textContent.replace(/\\s+/g, ' ')).join('\\n')
  + '\\ngaps ' + document.querySelectorAll('#gaps + ol > li').length
  + '\\nchunks ' + document.querySelectorAll('#chunks-list tbody tr').length + '\\n'`;

/** Compares the numbers of a page with those of `explain --json`. */
async function assertNumbers(
  page: Browser,
  explained: Readonly<Record<string, unknown>>,
): Promise<void> {
  const shown = await page.evaluate(`Object.fromEntries(
    [...document.querySelectorAll('data')].map((one) => [one.id.slice(6), one.value]))`);
  assert(typeof shown === "object" && shown !== null);
  for (const key of TOTALS) {
    assertEquals(
      new Map(Object.entries(shown)).get(key),
      String(explained[key]),
      key,
    );
  }
  const gaps = await page.evaluate(
    `[...document.querySelectorAll('[data-duration]')]
    .map((one) => [one.dataset.start, Number(one.dataset.duration)])`,
  );
  const { gap_list } = explained;
  assert(Array.isArray(gap_list));
  assertEquals(gaps, gap_list.map(({ start, duration }) => [start, duration]));
}
