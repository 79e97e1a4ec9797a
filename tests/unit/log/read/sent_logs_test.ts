import { assert, assertEquals } from "@std/assert";
import { encodeEvent } from "../../../../src/log/format/event_fields.ts";
import { jsonFormat, textFormat } from "../../../../src/log/format/line.ts";
import {
  readFileBlocks,
  type ReadLine,
  readLog,
} from "../../../../src/log/read/reader.ts";
import { QuotedLines } from "../../../../src/log/read/quoted_lines.ts";
import { event } from "../../../support/events.ts";
import { gzip, utf16 } from "../../../support/sent_bytes.ts";
import { tempFolder } from "../../../support/temp.ts";

async function readAll(path: string): Promise<ReadLine[]> {
  return await Array.fromAsync(readLog(path));
}

/** A log of three lines, and the same in the forms in which people send it. */
const SENT = [1, 2, 3].map((run) =>
  `2025-09-22T10:00:00Z INFO echolog.ffmpeg: ffmpeg_command run=${run} command="a b é${run}"`
);
const SENT_TEXT = `${SENT.join("\n")}\n`;

/** Wraps ASCII lines as `fold` does. */
function wrapped(text: string, width: number, atBlanks: boolean): string {
  return text.split("\n").map((line) => {
    const pieces: string[] = [];
    let rest = line;
    while (rest.length > width) {
      const blank = atBlanks ? rest.lastIndexOf(" ", width - 1) : -1;
      const end = blank < 0 ? width : blank + 1;
      pieces.push(rest.slice(0, end));
      rest = rest.slice(end);
    }
    return [...pieces, rest].join("\n");
  }).join("\n");
}

const FORMS:
  readonly (readonly [string, () => Promise<Uint8Array> | Uint8Array])[] = [
    ["gzip", () => gzip(SENT_TEXT)],
    [
      "two gzip files joined",
      async () => {
        const [one, ...rest] = SENT;
        const both = [
          await gzip(`${one}\n`),
          await gzip(`${rest.join("\n")}\n`),
        ];
        return new Uint8Array(await new Blob(both).arrayBuffer());
      },
    ],
    ["UTF-8 with a mark", () => new TextEncoder().encode(`\ufeff${SENT_TEXT}`)],
    ["UTF-16 LE with a mark", () => utf16(`\ufeff${SENT_TEXT}`, true)],
    ["UTF-16 BE with a mark", () => utf16(`\ufeff${SENT_TEXT}`, false)],
    ["UTF-16 LE", () => utf16(SENT_TEXT, true)],
    ["UTF-16 BE", () => utf16(SENT_TEXT, false)],
    ["gzip of UTF-16", () => gzip(`\ufeff${SENT_TEXT}`)],
    [
      "CRLF",
      () => new TextEncoder().encode(SENT_TEXT.replaceAll("\n", "\r\n")),
    ],
    [
      "quoted",
      () => new TextEncoder().encode(SENT_TEXT.replaceAll(/^(?=.)/gm, "> ")),
    ],
    [
      "quoted twice and indented",
      () =>
        new TextEncoder().encode(SENT_TEXT.replaceAll(/^(?=.)/gm, "  > > ")),
    ],
    [
      "quoted and wrapped",
      () =>
        new TextEncoder().encode(
          SENT_TEXT.replaceAll(/^(?=.)/gm, "> ")
            .replaceAll(": ffm", ":\n> ffm").replaceAll("run=", "\n> run=")
            .replaceAll(" b", " \n> b"),
        ),
    ],
    [
      "wrapped at blanks",
      () => new TextEncoder().encode(wrapped(SENT_TEXT, 24, true)),
    ],
    [
      "wrapped at blanks, which are gone",
      () =>
        new TextEncoder().encode(
          wrapped(SENT_TEXT, 24, true).replaceAll(" \n", "\n"),
        ),
    ],
    [
      "wrapped anywhere",
      () => new TextEncoder().encode(wrapped(SENT_TEXT, 24, false)),
    ],
  ];

for (const [form, bytes] of FORMS) {
  Deno.test(`readFileBlocks: reads a log that is ${form}`, async () => {
    using folder = tempFolder();
    const path = `${folder.path}/sent`;
    Deno.writeFileSync(path, await bytes());
    const lines = (await Array.fromAsync(readFileBlocks(path))).flat();
    assertEquals(lines.map(({ text }) => text), SENT);
    assertEquals(lines.every(({ entry }) => entry !== null), true);
    Deno.renameSync(path, `${folder.path}/session.log`);
    const inFolder = await readAll(`${folder.path}/session.log`);
    assertEquals(inFolder.map(({ text }) => text), SENT);
  });
}

Deno.test("readFileBlocks: reads the lines before the place where a gzip file is cut", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/sent.gz`;
  const whole = await gzip(
    Array.from({ length: 20_000 }, (_, n) => `${n} ${n * n}\n`).join(""),
  );
  Deno.writeFileSync(path, whole.subarray(0, whole.length / 2));
  const lines = (await Array.fromAsync(readFileBlocks(path))).flat();
  assert(lines.length > 5_000, String(lines.length));
  assertEquals(lines[4_999]?.text, "4999 24990001");
});

Deno.test("readFileBlocks: keeps a text after a quoted log apart from its last line", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/mail`;
  const [line = ""] = SENT;
  Deno.writeTextFileSync(path, `Hello\n> ${line}\n> Regards\n> Me\n`);
  const lines = (await Array.fromAsync(readFileBlocks(path))).flat();
  assertEquals(lines.map(({ text }) => text), ["Hello", line, "Regards", "Me"]);
});

Deno.test("readFileBlocks: reads JSON that was wrapped anywhere", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/mail`;
  const json = [1, 2].map((run) =>
    encodeEvent(event("ffmpeg_command", { run, command: "ffmpeg -i a  b" }), {
      format: jsonFormat,
      utc: true,
      redact: (text) => text,
    })
  );
  for (const width of [20, 33, 76]) {
    Deno.writeTextFileSync(path, wrapped(`${json.join("\n")}\n`, width, true));
    const lines = (await Array.fromAsync(readFileBlocks(path))).flat();
    assertEquals(lines.map(({ text }) => text), json);
  }
});

Deno.test("readFileBlocks: leaves damaged lines of a log apart", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/session.log`;
  const texts = [
    ...[SENT[0] ?? "", "amaged line=1 of", "", SENT[1] ?? "", "end"],
    // The last word of a whole line could have been longer.
    "2025-09-22T10:00:01Z INFO echolog.recorder: gap cause=stall",
    "ed",
  ];
  Deno.writeTextFileSync(path, `${texts.join("\n")}\n`);
  const lines = (await Array.fromAsync(readFileBlocks(path))).flat();
  assertEquals(lines.map(({ text }) => text), texts);
});

Deno.test("readFileBlocks: reads a last line that lacks only its newline", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/session.log`;
  const stop = encodeEvent(event("session_stop"), {
    format: textFormat,
    utc: true,
    redact: (text) => text,
  });
  const read = async (text: string) => {
    Deno.writeTextFileSync(path, text);
    const [line] = await readAll(path);
    return line?.entry !== null;
  };
  assertEquals(await read(stop), true);
  assertEquals(await read(stop.slice(0, -"log_lines_dropped=0".length)), false);
});

Deno.test("QuotedLines: joins no more lines than a mail program makes of one", () => {
  const quoted = new QuotedLines();
  const [first = ""] = SENT;
  const passed = quoted.push([
    `> ${first} duration=`,
    ...Array.from({ length: 200 }, () => '> "x'),
  ]);
  // What is held back, and looked through at the end, is bounded.
  assertEquals(passed.length, 201 - quoted.end().length);
  assert(passed.length > 100);
});
