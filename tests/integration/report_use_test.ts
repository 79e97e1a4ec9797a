import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { Browser } from "../support/browser/browser.ts";
import { makePage } from "../support/browser/pages.ts";
import { run, session } from "../support/export_session.ts";
import { tempFolder } from "../support/temp.ts";

/** Opens a page of a kind of session, and uses it. */
async function withPage(
  kind: string,
  use: (page: Browser, path: string) => Promise<void>,
): Promise<void> {
  const browser = await Browser.start();
  if (browser === null) return;
  await using page = browser;
  using home = tempFolder();
  const { path } = await makePage(home.path, kind);
  await page.open(path);
  await use(page, path);
}

Deno.test("report: the page is complete without JavaScript", async () => {
  await withPage("full disk", async (page, path) => {
    await page.open(path, { script: false });
    const outline = await page.outline("body");
    for (
      const text of [
        ...["the disk was full", "What to do: make room", "chunk_00006.flac"],
        ...["session_stop reason=interrupted", "Times in Europe/Berlin"],
        "Level of the audio over time",
      ]
    ) assert(outline.includes(text), text);
    // What needs a script is missing, not dead.
    assert(!/button|slider|combobox|searchbox/.test(outline), outline);
    // The gap in the picture leads to its description.
    assertMatch(outline, /\/url: "#gap-1"/);
    assertEquals(await page.seen(), { errors: [], requests: [] });
  });
});

Deno.test("report: the keyboard alone reaches everything on the page", async () => {
  await withPage("full disk", async (page) => {
    const reached = new Set<string>();
    await page.evaluate("document.body.focus(), window.scrollTo(0, 0)");
    for (let count = 0; count < 150; count++) {
      await page.press("Tab");
      reached.add(String(
        await page.evaluate(`(() => {
        const one = document.activeElement;
        one.dataset.reached = '';
        return one.tagName;
      })()`),
      ));
    }
    const left = await page.evaluate(`[...document.querySelectorAll(
      'a,button,select,input,summary,audio,[tabindex="0"]')].filter((one) =>
      one.dataset.reached === undefined && one.checkVisibility() && !one.disabled &&
      one.getAttribute('tabindex') !== '-1').map((one) => one.outerHTML)`);
    assertEquals(left, []);
    assert(reached.has("AUDIO") && reached.has("SELECT"), [...reached].join());
  });
});

Deno.test("report: arrows, Home, End, n, p, +, - and 0 move the cursor and zoom", async () => {
  await withPage("full disk", async (page) => {
    const value = async () =>
      String(
        await page.evaluate(
          "document.querySelector('#slider').getAttribute('aria-valuetext')",
        ),
      );
    const width = () =>
      page.evaluate("document.querySelector('#zoomed').getAttribute('width')");
    await page.evaluate("document.querySelector('#slider').focus()");
    await page.press("Home");
    assertMatch(await value(), /^2025-09-22 12:00:00\.000 · peak −/);
    await page.press("n");
    assertMatch(await value(), /12:00:02\.000.*warning disk_low/);
    await page.press("n");
    assertMatch(await value(), /12:00:05\.000 · gap: the disk was full/);
    await page.press("p", "End");
    assertMatch(await value(), /12:00:12\.000/);
    await page.press("Home", "ArrowRight", "Shift+ArrowRight", "ArrowLeft");
    assertMatch(await value(), /12:00:00\.[3-9]/);
    assertEquals(await width(), "100%");
    await page.press("+", "+");
    assertEquals(await width(), "400%");
    await page.press("-");
    assertEquals(await width(), "200%");
    await page.press("0");
    assertEquals(await width(), "100%");
    // The cause is written into the gap where there is room for it.
    const cause = () =>
      page.evaluate(
        "document.querySelector('.gap text').getAttribute('visibility')",
      );
    assertEquals(await cause(), "visible");
    await page.resize(360);
    assertEquals(await cause(), "hidden");
    assertEquals((await page.seen()).errors, []);
  });
});

Deno.test("report: a click in the picture leads to the second of the chunk, and to the log", async () => {
  await withPage("healthy", async (page) => {
    const wide = Number(
      await page.evaluate(
        "document.querySelector('#slider').getBoundingClientRect().width",
      ),
    );
    // 12 s in chunks of 4 s: the middle of the first.
    await page.click("#slider", Math.round(wide / 6), 100);
    const source = String(await page.evaluate("player.src"));
    assertMatch(
      source,
      /\/recordings\/20250922T100000Z\/chunk_00001\.flac#t=[12]\.\d{3}$/,
    );
    assertMatch(
      String(
        await page.evaluate("document.querySelector('#go-chunk').textContent"),
      ),
      /^chunk_00001\.flac at [12]\.\d s$/,
    );
    // It is loaded, and at that second.
    await page.evaluate(`new Promise((resolve, reject) => {
      player.preload = 'auto';
      player.addEventListener('seeked', resolve);
      player.addEventListener('loadeddata', () => player.currentTime > 0 && resolve());
      player.addEventListener('error', () => reject(player.error.message));
      player.load();
    })`);
    const time = Number(await page.evaluate("player.currentTime"));
    assert(Math.abs(time - 2) < 0.1, `${time}`);
    // The line of the log nearest to it.
    assertMatch(
      String(
        await page.evaluate("document.querySelector('.log .here').textContent"),
      ),
      /chunk_created/,
    );
    const { errors, requests } = await page.seen();
    assertEquals(errors, []);
    assert(
      requests.every((one) =>
        one.startsWith("file:") && one.includes("chunk_00001")
      ),
    );
  });
});

Deno.test("report: the player finds a second of a flac chunk that continues a run", async () => {
  const browser = await Browser.start();
  if (browser === null) return;
  await using page = browser;
  using home = tempFolder();
  await session(home.path, { runs: [{ at: 0, length: 180 }], chunk: 90 });
  const made = await run(home.path, "report", "-o", "long.html");
  assertEquals(made.code, 0, made.stderr);
  await page.open(join(home.path, "work", "long.html"));
  const wide = Number(
    await page.evaluate(
      "document.querySelector('#slider').getBoundingClientRect().width",
    ),
  );
  // The middle of the second chunk, more than the browser reads ahead.
  await page.click("#slider", Math.round(wide * 3 / 4), 100);
  const time = await page.evaluate(`new Promise((resolve) => {
    const until = performance.now() + 20000;
    const look = () => Math.abs(player.currentTime - 135) < 0.4 && !player.seeking || performance.now() > until
      ? resolve(player.currentTime) : setTimeout(look, 20);
    look();
  })`);
  // Its player counts from the start of the run.
  assert(Math.abs(Number(time) - 135) < 0.5, String(time));
  assertMatch(
    String(await page.evaluate("player.src")),
    /chunk_00002\.flac#t=4[45]\.\d+$/,
  );
  assertEquals((await page.seen()).errors, []);
});

Deno.test("report: the log is filtered by level, event and text, and gaps lead to their lines", async () => {
  await withPage("unplugged", async (page) => {
    const shown = () =>
      page.evaluate(`[...document.querySelectorAll('.log li')]
        .filter((one) => !one.hidden).map((one) => one.dataset.e)`);
    await page.select("#event", "recovery");
    assertEquals(await shown(), ["recovery"]);
    assertEquals(
      await page.evaluate("document.querySelector('#count').textContent"),
      "1 line",
    );
    await page.select("#event", "");
    await page.select("#level", "E");
    assertEquals(await shown(), ["ffmpeg_stderr"]);
    await page.select("#level", "");
    await page.fill("#text", "RUN=2 command");
    assertEquals(await shown(), ["ffmpeg_command"]);
    // A jump to a line that the filter hides shows all lines again.
    await page.click("#gap-1 p:last-child a");
    await page.evaluate("new Promise((resolve) => setTimeout(resolve))");
    assertMatch(
      String(
        await page.evaluate("document.querySelector(':target').textContent"),
      ),
      /ffmpeg_stderr.*Generic error/,
    );
    assertEquals(
      await page.evaluate("document.querySelector(':target').hidden"),
      false,
    );
    // And the gap is shown in the picture.
    await page.click("#gap-1 p:first-child a");
    const zoomed = String(
      await page.evaluate(
        "document.querySelector('#zoomed').getAttribute('width')",
      ),
    );
    assert(parseFloat(zoomed) > 100, zoomed);
  });
});
