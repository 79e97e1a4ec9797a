import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { encodeEvent } from "../../src/log/format/event_fields.ts";
import { textFormat } from "../../src/log/format/line.ts";
import { Browser } from "../support/browser/browser.ts";
import { makePage } from "../support/browser/pages.ts";
import { echolog } from "../support/echolog.ts";
import { event, START, unknownWord } from "../support/events.ts";
import { tempFolder } from "../support/temp.ts";

/** What a script that was let in does. */
const ATTACK = "window.attacked=1;document.title='attacked'";

/** Texts that a log can have wherever it has text. */
const TEXTS = [
  `<script>${ATTACK}</script>`,
  `"><img src=x onerror="${ATTACK}">`,
  `'><svg onload=${ATTACK}>`,
  `</script></style></title></code><script>${ATTACK}</script>`,
  `]]>--><iframe srcdoc="<script>parent.attacked=1</script>"></iframe>`,
  `<a href="javascript:${ATTACK}">x</a><base href="https://evil.example/">`,
  `<meta http-equiv="refresh" content="0;url=https://evil.example/">`,
  "\u202Egnp.exe\u2066\u200F \u001B[31m \u0000 \uD800 &lt;b&gt; &#60;b&#62;",
  "${1+1} `x` {{x}} \\u003cscript\\u003e",
];

/** A log whose every text is hostile. */
function hostileLog(): string {
  const all = TEXTS.join(" ");
  const events = [
    event("session_start", {
      ...{ session_id: all, device: all, overrides: all, os: all, codec: all },
      ...{ timezone: all, echolog: all, ffmpeg: all, output_dir: all },
    }),
    event("ffmpeg_command", { command: all }),
    ...TEXTS.map((line) =>
      event("ffmpeg_stderr", { severity: "error", level: "ERROR", line })
    ),
    event("gap", { cause: unknownWord("<b>bold</b>") }),
    ...TEXTS.map((text, index) =>
      event("warning", {
        ...{ time: START + 6_000, code: unknownWord(`evil_${index}`) },
        message: text,
      })
    ),
    event("warning", { code: unknownWord(all), message: all }),
    ...TEXTS.map((file, index) =>
      event("chunk_created", { file, seq: index + 2, time: START + 9_000 })
    ),
    event("chunk_created", { file: "../../../etc/passwd", seq: 20 }),
    event("session_stop", {
      ...{ time: START + 10_000, wall: 10, reason: unknownWord(all) },
    }),
  ];
  const options = { format: textFormat, utc: true, redact: String };
  const whole = events.map((one) => `${encodeEvent(one, options)}\n`).join("");
  // And lines that no echolog writes.
  return `${whole}${TEXTS.join("\n")}\n${"<b>".repeat(300_000)}\n`;
}

/** Elements that only an attack puts into a page. */
const STRANGE =
  `[...document.querySelectorAll('script,style,img,iframe,base,object,embed,form,b,meta,link')]
  .map((one) => one.outerHTML.slice(0, 60))`;

Deno.test("report: hostile logs stay text", async () => {
  using home = tempFolder();
  const log = join(home.path, "evil.log");
  Deno.writeTextFileSync(log, hostileLog());
  const path = join(home.path, "evil.html");
  const made = await echolog(["report", log, "-o", path], { home: home.path });
  assertEquals(made.code, 0, made.stderr);
  // deno-lint-ignore no-control-regex -- control characters are the subject
  assertMatch(made.stdout, /^[^\u0000-\u001f\u202e\u2066]*\n$/);
  const browser = await Browser.start();
  if (browser === null) return;
  await using page = browser;
  for (const script of [true, false]) {
    await page.open(path, { script });
    const { errors, requests } = await page.seen();
    assertEquals([errors, requests], [[], []]);
    const strange = await page.evaluate(STRANGE);
    assert(Array.isArray(strange));
    // The page's own: four of meta, a style, data and a script.
    assertEquals(strange.length, 7, strange.join("\n"));
    assertEquals(await page.evaluate("window.attacked ?? null"), null);
    const text = String(await page.evaluate("document.body.textContent"));
    assert(text.includes(`<script>${ATTACK}</script>`));
    // deno-lint-ignore no-control-regex -- control characters are the subject
    assert(!/[\u202a-\u202e\u2066-\u2069\u001b\u0000]/.test(text));
    assertMatch(text, /\\u202egnp\.exe/);
    // No link leaves the page.
    assertEquals(
      await page.evaluate(
        `[...document.links].map((one) => one.getAttribute('href')).filter((one) => one[0] !== '#')`,
      ),
      [],
    );
  }
});

/** What slips through, if escaping fails somewhere. */
const slipped = (server: string) =>
  `<script>${ATTACK}</script>
<img src="x" onerror="${ATTACK}"><img src="${server}/x.png">
<iframe src="${server}/"></iframe><iframe srcdoc="<script>parent.attacked=1</script>"></iframe>
<svg onload="${ATTACK}"></svg><body onload="${ATTACK}">
<link rel="stylesheet" href="${server}/x.css"><style>body{background:url(${server}/y)}</style>
<script src="${server}/x.js"></script><script src="data:text/javascript,${ATTACK}"></script>
<base href="${server}/"><object data="${server}/z"></object>
<audio autoplay src="${server}/a.mp3"></audio>
<form id="sent" action="${server}/"><input name="a"></form>
<a id="link" href="javascript:${ATTACK}">x</a>`;

Deno.test("report: the content security policy refuses what slips through", async () => {
  const browser = await Browser.start();
  if (browser === null) return;
  await using page = browser;
  using home = tempFolder();
  const hits: string[] = [];
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request) => {
      hits.push(new URL(request.url).pathname);
      return new Response("");
    },
  );
  const address = `http://127.0.0.1:${server.addr.port}`;
  const { path } = await makePage(home.path, "healthy");
  const text = Deno.readTextFileSync(path);
  const attacked = join(home.path, "attacked.html");
  Deno.writeTextFileSync(
    attacked,
    text.replace('<main id="main"', `${slipped(address)}<main id="main"`),
  );
  await page.open(attacked);
  await page.evaluate(
    "document.querySelector('#link').click(), document.querySelector('#sent').submit()",
  );
  assertEquals(await page.evaluate("window.attacked ?? null"), null);
  const { errors } = await page.seen();
  assertEquals(hits, []);
  const refused = errors.filter((one) => /Content Security Policy/.test(one));
  assert(refused.length >= 10, errors.join("\n"));
  // The page's own script still runs.
  assertMatch(
    String(await page.evaluate("document.documentElement.dataset.ready ?? ''")),
    /^\d+$/,
  );

  // Without the policy, the same attack succeeds: the test shows something.
  const open = join(home.path, "open.html");
  Deno.writeTextFileSync(
    open,
    Deno.readTextFileSync(attacked).replace(
      /<meta http-equiv="Content-Security-Policy"[^>]*>/,
      "",
    ),
  );
  await page.open(open);
  assertEquals(await page.evaluate("window.attacked ?? null"), 1);
  assert(hits.includes("/x.js"), hits.join());
});

Deno.test("report: a log of 100 MB gives a small page", async () => {
  using home = tempFolder();
  const log = join(home.path, "large.log");
  const options = { format: textFormat, utc: true, redact: String };
  const lines = (count: number, line: string) =>
    Array.from({ length: count }, (_, at) =>
      `${
        encodeEvent(
          event("ffmpeg_stderr", {
            ...{ time: START + at, line: `${line} ${at}` },
            ...{ severity: "error", level: "ERROR" },
          }),
          options,
        )
      }\n`).join("");
  const block = lines(10_000, "<b>x</b> ".repeat(20));
  using file = Deno.openSync(log, { write: true, createNew: true });
  const encoder = new TextEncoder();
  file.writeSync(
    encoder.encode(`${encodeEvent(event("session_start"), options)}\n`),
  );
  const bytes = encoder.encode(block);
  for (let size = 0; size < 100_000_000; size += bytes.length) {
    file.writeSync(bytes);
  }
  // One line of 5 MB, without an end.
  file.writeSync(encoder.encode("<i>".repeat(1_700_000)));
  const path = join(home.path, "large.html");
  const made = await echolog(["report", log, "-o", path], { home: home.path });
  assertEquals(made.code, 0, made.stderr);
  const { size } = Deno.statSync(path);
  assert(size < 2e6, `${size} bytes`);
  const browser = await Browser.start();
  if (browser === null) return;
  await using page = browser;
  await page.open(path);
  assertEquals(await page.seen(), { errors: [], requests: [] });
  assertEquals(
    await page.evaluate("document.querySelectorAll('b,i').length"),
    0,
  );
});
