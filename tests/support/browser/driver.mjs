/**
 * Drives Chromium for tests: takes one command a line as JSON on stdin, and
 * prints one answer a line.
 *
 * Run by node with the folder of the packages and the path of Chromium.
 */

import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const [packages, executablePath] = process.argv.slice(2);
const require = createRequire(`${packages}/`);
const { chromium } = require("playwright-core");
const axeSource = require("axe-core").source;

const browser = await chromium.launch({
  executablePath,
  // Tests in containers run as root.
  args: ["--no-sandbox", "--mute-audio"],
});
let page = null;
let seen = null;

async function open({ url, width, height, dark, script, scale }) {
  await page?.context().close();
  const context = await browser.newContext({
    viewport: { width, height },
    deviceScaleFactor: scale,
    colorScheme: dark ? "dark" : "light",
    javaScriptEnabled: script,
    reducedMotion: "reduce",
  });
  page = await context.newPage();
  seen = { errors: [], requests: [] };
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) {
      seen.errors.push(message.text());
    }
  });
  page.on("pageerror", (error) => seen.errors.push(String(error)));
  page.on("request", (request) => {
    const address = request.url();
    if (address !== url && !address.startsWith("data:")) {
      seen.requests.push(address);
    }
  });
  await page.goto(url, { waitUntil: "load" });
  return {};
}

const commands = {
  open,
  // The page stays as it is, in another window.
  resize: async ({ width, height, dark }) => {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: dark ? "dark" : "light" });
    // It is drawn again in the next frame.
    await page.evaluate(() =>
      new Promise((resolve) =>
        requestAnimationFrame(() => requestAnimationFrame(resolve))
      )
    );
    return {};
  },
  seen: () => seen,
  evaluate: async ({ code }) => ({ value: await page.evaluate(code) ?? null }),
  press: async ({ keys }) => {
    for (const key of keys) await page.keyboard.press(key);
    return {};
  },
  click: async ({ selector, x, y }) => {
    await page.click(selector, x === null ? {} : { position: { x, y } });
    return {};
  },
  hover: async ({ selector, x, y }) => {
    await page.hover(selector, { position: { x, y } });
    return {};
  },
  fill: async ({ selector, text }) => {
    await page.fill(selector, text);
    return {};
  },
  select: async ({ selector, value }) => {
    await page.selectOption(selector, value);
    return {};
  },
  screenshot: async ({ path, full }) => {
    await page.screenshot({ path, fullPage: full });
    return {};
  },
  pdf: async ({ path }) => {
    await page.pdf({ path, format: "A4", printBackground: true });
    return {};
  },
  outline: async ({ selector }) => ({
    value: await page.locator(selector).ariaSnapshot(),
  }),
  axe: async () => {
    await page.evaluate(axeSource);
    const { violations } = await page.evaluate(() => axe.run(document));
    return {
      value: violations.map(({ id, impact, nodes }) => ({
        id,
        impact,
        places: nodes.slice(0, 3).map(({ target, failureSummary }) =>
          `${target.join(" ")}: ${failureSummary}`
        ),
      })),
    };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { name, ...options } = JSON.parse(line);
  let answer;
  try {
    answer = await commands[name](options);
  } catch (error) {
    answer = { failure: String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await browser.close();
