import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { Browser } from "../support/browser/browser.ts";
import { BEGIN, run, session } from "../support/export_session.ts";
import { RATE } from "../support/page_sessions.ts";
import { tempFolder } from "../support/temp.ts";

/** Length of the recording, and where something is put into it, in seconds. */
const HOUR = 3_600;
const CLICK = 1_234.567;
const DROPOUT = 2_899.99;
const DROPOUT_LENGTH = 0.02;

/** An hour of noise and a hum, as a room has it, with a click and a dropout. */
function pcm(first: number, samples: number): Uint8Array<ArrayBuffer> {
  const values = new Int16Array(2 * samples);
  const click = Math.round(CLICK * RATE);
  const from = Math.round(DROPOUT * RATE);
  const to = from + Math.round(DROPOUT_LENGTH * RATE);
  for (let at = 0; at < samples; at++) {
    const number = first + at;
    for (let channel = 0; channel < 2; channel++) {
      let random = Math.imul(number ^ channel << 30, 0x9e3779b1);
      random = Math.imul(random ^ random >>> 15, 0x85ebca6b);
      const noise = (random >> 16) / 60;
      const hum = 1_500 * Math.sin(number * 2 * Math.PI * 120 / RATE);
      values[2 * at + channel] = Math.round(noise + hum);
    }
    // In the left channel alone, below the peaks of many recordings.
    if (number === click) values[2 * at] = 9_000;
    if (number >= from && number < to) values.fill(0, 2 * at, 2 * at + 2);
  }
  return new Uint8Array(values.buffer);
}

Deno.test("report: a click of one sample and a dropout of 20 ms in an hour are found on the page", async () => {
  using home = tempFolder();
  // The dropout is cut by the border of two chunks.
  await session(home.path, {
    ...{ pcm, first: 0, chunk: 290 },
    runs: [{ at: 0, length: HOUR }],
  });
  const made = await run(home.path, "report", "-o", "hour.html");
  assertEquals(made.code, 0, made.stderr);
  const browser = await Browser.start();
  if (browser === null) return;
  await using page = browser;
  await page.open(join(home.path, "work", "hour.html"));
  const found = String(
    await page.evaluate("document.querySelector('#marks-list').innerText"),
  ).split("\n").filter((line) => /click|dropout of/.test(line));
  // Nothing else is listed.
  assertEquals(found.length, 2, found.join("\n"));
  assertMatch(
    found[0] ?? "",
    /10:20:34\.5 click, peak −11\.2 dBFS in chunk_00005\.flac at 74\.6 s/,
  );
  assertMatch(
    found[1] ?? "",
    /10:48:19\.9 dropout of 2\d ms.* in chunk_00010\.flac at 290\.0 s|10:48:19\.9 dropout of 2\d ms.* in chunk_00010\.flac at 289\.9 s/,
  );

  // With the keyboard alone: to the first event, and to the second.
  await page.evaluate("document.querySelector('#slider').focus()");
  await page.press("Home", "n");
  const value = () =>
    page.evaluate(
      "document.querySelector('#slider').getAttribute('aria-valuetext')",
    );
  assertMatch(
    String(await value()),
    /^2025-09-22 10:20:34\.5.*click, peak −11\.2 dBFS/,
  );
  await page.press("+", "+", "+", "+", "+", "+", "+", "+", "+");
  assertMatch(String(await value()), /peak −11\.2 dBFS · RMS −2\d\.\d dBFS/);
  await page.press("0", "n");
  assertMatch(
    String(await value()),
    /lowest 10 ms digital silence.*dropout of 2\d ms/,
  );

  // In the picture, the column of the click is higher than those around it.
  const heights = await page.evaluate(`(() => {
    const canvas = document.querySelector('#canvas');
    const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    return Array.from({ length: canvas.width }, (_, x) => {
      let y = 0;
      while (y < canvas.height && pixels[4 * (y * canvas.width + x) + 3] === 0) y++;
      return y;
    });
  })()`);
  assert(Array.isArray(heights));
  const column = Math.floor(CLICK / HOUR * heights.length);
  const highest = heights.indexOf(Math.min(...heights));
  assert(Math.abs(highest - column) <= 1, `${highest} instead of ${column}`);
  assertEquals(BEGIN % 1000, 0);
});
