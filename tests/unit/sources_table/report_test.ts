import { assertEquals, assertThrows } from "@std/assert";
import { readOptions } from "../../../scripts/sources_table/options.ts";
import {
  cellsOf,
  merged,
  type Result,
  withTable,
} from "../../../scripts/sources_table/report.ts";

const RESULT: Result = {
  name: "pulse-killed",
  ffmpeg: "5.1.9",
  source: "PulseAudio",
  fault: "ffmpeg killed",
  format: "flac, 48 kHz, 2 ch",
  outcome: {
    kind: "recorded",
    findings: {
      ...{ timeError: 0.0113, gapError: 0.0102, gaps: 1, overlap: -3 },
      ...{ coverageError: 0.0038, problems: [] },
    },
    ...{ audio: 9.94, chunks: 4 },
  },
};

Deno.test("sources: a result is a line of the table", () => {
  assertEquals(cellsOf(RESULT), [
    ...["pulse-killed", "PulseAudio", "ffmpeg killed", "flac, 48 kHz, 2 ch"],
    ...["5.1.9", "9.9 s, 4 chunks, 1 gap", "11 ms", "10 ms", "0 ms", "0.00"],
    "ok",
  ]);
});

Deno.test("sources: a row that did not run is never ok", () => {
  const outcome = { kind: "not run", why: "jackd is not installed" } as const;
  assertEquals(
    cellsOf({ ...RESULT, outcome }).at(-1),
    "not run: jackd is not installed",
  );
});

const DOCUMENT =
  "# Sources\n\n<!-- table: scripts/sources --write -->\n\nold\n\n" +
  "<!-- end of table -->\n\nmore\n";
const NAMES = ["pulse-plain", "pulse-killed"];

Deno.test("sources: the table replaces the one in the document", () => {
  const text = withTable(DOCUMENT, [RESULT], NAMES);
  assertEquals(text.includes("old"), false);
  assertEquals(text.startsWith("# Sources\n\n<!--"), true);
  assertEquals(text.endsWith("<!-- end of table -->\n\nmore\n"), true);
  assertEquals(withTable(text, [RESULT], NAMES), text);
  assertThrows(() => withTable("# Sources\n", [], NAMES), Error, "no place");
});

Deno.test("sources: rows that were not run again stay in the document", () => {
  const other = { ...RESULT, ffmpeg: "7.1.5" };
  const gone = { ...RESULT, name: "gone" };
  const before = withTable(DOCUMENT, [RESULT, other, gone], [...NAMES, "gone"]);
  const again = { ...RESULT, fault: "again" };
  const first = { ...RESULT, name: "pulse-plain" };
  assertEquals(
    withTable(before, [again, first], NAMES),
    withTable(DOCUMENT, [first, again, other], NAMES),
  );
});

Deno.test("sources: a new result replaces that of the same row and ffmpeg", () => {
  const other = { ...RESULT, ffmpeg: "7.1.5" };
  const first = { ...RESULT, name: "pulse-plain" };
  const again = { ...RESULT, fault: "again" };
  const names = ["pulse-plain", "pulse-killed"];
  assertEquals(
    merged([other, RESULT, { ...RESULT, name: "gone" }], [again, first], names),
    [first, again, other],
  );
});

Deno.test("sources: options choose rows, also by the beginning of their names", () => {
  const names = ["http-plain", "http-lost", "httpd", "rtp-plain"];
  const read = (...words: string[]) => readOptions(words, names);
  assertEquals(read("--only", "http,rtp-plain", "--write"), {
    ...{ list: false, write: true, echolog: null, ffmpegs: [], keep: null },
    only: ["http-plain", "http-lost", "rtp-plain"],
  });
  assertEquals(read("--only", "x"), "Unknown row x; see --list");
  assertEquals(read("--wirte"), "Unknown argument --wirte; see --help");
});
