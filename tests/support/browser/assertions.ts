/**
 * What holds for the page of every kind of session.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import type { Browser } from "./browser.ts";
import type { Explained, MadePage } from "./pages.ts";

/** Where pictures of pages are kept, for people who want to look at them. */
const PICTURES = Deno.env.get("ECHOLOG_PAGE_PICTURES") ?? null;

/** A window in which a page is looked at. */
export interface Window {
  readonly width: number;
  readonly dark: boolean;
  /** Whether axe looks at it, too: that takes seconds. */
  readonly axe: boolean;
}

/** Options of {@linkcode assertLooks}. */
export interface LooksOptions {
  /** Name of its pictures, without extension. */
  readonly name: string;
  /** Whether pictures show the whole page, or what is in the window. */
  readonly full: boolean;
}

/** Opens a page, and looks at it in every window. */
export async function assertLooks(
  page: Browser,
  path: string,
  windows: readonly Window[],
  { name, full }: LooksOptions,
): Promise<void> {
  const [first] = windows;
  await page.open(path, first);
  await page.ready();
  for (const { width, dark, axe } of windows) {
    await page.resize(width, { dark });
    const where = `${name}, ${width} px, ${dark ? "dark" : "light"}`;
    const wide = Number(
      await page.evaluate("document.documentElement.scrollWidth"),
    );
    assert(wide <= width, `${where}: it is ${wide} wide`);
    if (axe) assertEquals(await page.axe(), [], where);
    assertEquals(await page.seen(), { errors: [], requests: [] }, where);
    if (PICTURES === null) continue;
    const file = `${name}-${width}${dark ? "-dark" : ""}.png`;
    await page.screenshot(join(PICTURES, file), full);
  }
}

/** Prints the open page into a folder, or where pictures are kept. */
export async function assertPrints(
  page: Browser,
  name: string,
  folder: string,
): Promise<void> {
  const path = join(PICTURES ?? folder, `${name}.pdf`);
  await page.pdf(path);
  const head = Deno.readFileSync(path).subarray(0, 5);
  assertMatch(new TextDecoder("latin1").decode(head), /^%PDF-/);
  assertEquals((await page.seen()).errors, []);
}

/** Keys of `explain --json` that a page shows, too. */
const TOTALS = [
  ...["coverage", "audio", "wall", "gaps", "gap_total", "chunks"],
  ...["start", "end"],
];

/**
 * Compares the numbers of the open page with those that `explain --json` printed
 * before the page was made, and after it.
 */
export async function assertNumbers(
  page: Browser,
  { before, after }: MadePage,
): Promise<void> {
  const shown = await page.evaluate(`Object.fromEntries(
    [...document.querySelectorAll('data')].map((one) => [one.id.slice(6), one.value]))`);
  assert(typeof shown === "object" && shown !== null);
  for (const key of TOTALS) {
    assertBetween(key, new Map(Object.entries(shown)).get(key), before, after);
  }
  assertEquals(
    new Map(Object.entries(shown)).get("deleted_audio") ?? "0",
    String(before.deleted_audio),
  );
  const gaps = await page.evaluate(
    `[...document.querySelectorAll('[data-duration]')]
    .map((one) => [one.dataset.start, Number(one.dataset.duration)])`,
  );
  const { gap_list } = before;
  assert(Array.isArray(gap_list));
  assertEquals(after.gap_list, gap_list);
  assertEquals(gaps, gap_list.map(({ start, duration }) => [start, duration]));
}

/** A session that is being recorded grows; all others are the same. */
function assertBetween(
  key: string,
  shown: unknown,
  before: Explained,
  after: Explained,
): void {
  const [one, other] = [before[key], after[key]];
  const text = `${key}: ${shown}, not from ${one} to ${other}`;
  if (typeof one !== "number" || typeof other !== "number") {
    assert(String(one) <= String(shown), text);
    assert(String(shown) <= String(other), text);
    return;
  }
  assert(Math.min(one, other) <= Number(shown), text);
  assert(Number(shown) <= Math.max(one, other), text);
}

/** Returns the headings of a page that is too long for all of its structure. */
export async function headingsOf(page: Browser): Promise<string> {
  return String(
    await page.evaluate(
      `[...document.querySelectorAll('h1,h2,summary')]
  .map((one) => one.tagName + ' ' + one.textContent.replace(/\\s+/g, ' ')).join('\\n')
  + '\\ngaps ' + document.querySelectorAll('#gaps + ol > li').length
  + '\\nchunks ' + document.querySelectorAll('#chunks-list tbody tr').length + '\\n'`,
    ),
  );
}

const GOLDENS = new URL("../../fixtures/pages/", import.meta.url);

/**
 * Compares the structure of a page with that of the file in
 * `tests/fixtures/pages`. With `ECHOLOG_WRITE_GOLDENS` in the environment, the
 * file is written instead.
 */
export function assertGolden(name: string, outline: string): void {
  const path = fromFileUrl(new URL(`${name}.txt`, GOLDENS));
  if (Deno.env.get("ECHOLOG_WRITE_GOLDENS") !== undefined) {
    Deno.mkdirSync(fromFileUrl(GOLDENS), { recursive: true });
    Deno.writeTextFileSync(path, outline);
  }
  assertEquals(outline, Deno.readTextFileSync(path));
}
