import { Browser } from "../support/browser/browser.ts";
import {
  assertLooks,
  assertNumbers,
  assertPrints,
} from "../support/browser/assertions.ts";
import { type MadePage, nameOfKind, pageOf } from "../support/browser/pages.ts";
import { REAL } from "../support/real_sessions.ts";
import { tempFolder } from "../support/temp.ts";

const WINDOWS = [360, 800, 1600].flatMap((width) =>
  [false, true].map((dark) => ({ width, dark }))
);

for (const [kind, make] of Object.entries(REAL)) {
  Deno.test(`report: the page of a real ${kind} session, at every width, light and dark, and on paper`, async () => {
    const browser = await Browser.start();
    if (browser === null) return;
    await using page = browser;
    using home = tempFolder();
    const isLong = kind === "month";
    const look = async (made: MadePage) => {
      const name = nameOfKind(kind);
      // On a page with thousands of rows, axe takes seconds.
      const windows = WINDOWS.map((window) => ({
        ...window,
        axe: !isLong || window.width === 800,
      }));
      await assertLooks(page, made.path, windows, { name, full: !isLong });
      await assertNumbers(page, made);
      await assertPrints(page, name, home.path);
    };
    await make(home.path, async (session) => {
      await look(await pageOf(home.path, kind, session));
    });
  });
}
