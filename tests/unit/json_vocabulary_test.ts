import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import {
  DOCUMENT_NAMES,
  fieldsIn,
  JSON_DOCUMENTS,
} from "../../scripts/json/documents.ts";
import { FAILURE_CODES, WARNING_CODES } from "../../src/events.ts";
import {
  deletedLine,
  indexLine,
  intentLine,
  keptLine,
} from "../../src/sessions/chunks/chunk_index.ts";
import { event } from "../support/events.ts";
import { checkPrinted, faultsIn } from "../support/json_schema.ts";

const FIELDS = DOCUMENT_NAMES.flatMap((name) =>
  fieldsIn(JSON_DOCUMENTS[name].kind).map((field) => ({ name, ...field }))
);

Deno.test("JSON_DOCUMENTS: has all of its documents in DOCUMENT_NAMES", () => {
  assertEquals([...DOCUMENT_NAMES], Object.keys(JSON_DOCUMENTS));
});

Deno.test("JSON_DOCUMENTS: keys are in snake_case, and those of lists end in _list", () => {
  for (const { name, path, key, field } of FIELDS) {
    assertMatch(key, /^[a-z]+(_[a-z]+)*$/, `${name}: ${path}`);
    const isList = field.kind.form === "list";
    assertEquals(key.endsWith("_list"), isList, `${name}: ${path}`);
  }
});

Deno.test("JSON_DOCUMENTS: a key has the same kind of value everywhere", () => {
  const forms = new Map<string, string>();
  for (const { name, path, key, field: { kind } } of FIELDS) {
    const form = kind.form === "list" ? `list of ${kind.item.form}` : kind.form;
    const known = forms.get(key) ?? form;
    forms.set(key, known);
    assertEquals(form, known, `${name}: ${path}`);
  }
});

Deno.test("docs/log.md: describes every code", () => {
  const docs = Deno.readTextFileSync(
    new URL("../../docs/log.md", import.meta.url),
  );
  const rows = new Set(
    [...docs.matchAll(/^\| `(\w+)`/gm)].map(([, word]) => word),
  );
  const codes = [...WARNING_CODES, ...FAILURE_CODES];
  assertEquals(codes.filter((code) => !rows.has(code)), []);
});

Deno.test("intentLine, deletedLine, keptLine: match the schemas of chunks.jsonl", () => {
  const deletion = {
    ...{ file: "chunk_00001.flac", seq: 1, time: 0, start: 0, end: 10 },
    ...{ duration: 1 / 3, size: 1, rule: "max_age", isDone: false } as const,
  };
  assertEquals(faultsIn(JSON.parse(intentLine(deletion)), "deleting"), []);
  assertEquals(faultsIn(JSON.parse(deletedLine(deletion, 7)), "deleted"), []);
  assertEquals(faultsIn(JSON.parse(keptLine(deletion, 7)), "kept"), []);
});

Deno.test("indexLine: matches the schema of chunks.jsonl", () => {
  for (
    const change of [
      { samples: 1, recovered: true },
      { peak_dbfs: -Infinity },
      { peak_dbfs: null },
      { peak_dbfs: -3.14159, duration: 1 / 3 },
    ] as const
  ) {
    const line = indexLine(event("chunk_created", change));
    assertEquals(faultsIn(JSON.parse(line), "chunks"), []);
  }
});

const CHUNK = {
  event: "made",
  file: "chunk_00001.flac",
  seq: 1,
  run: 1,
  start: "2025-09-22T10:00:00.000Z",
  end: "2025-09-22T10:05:00.000Z",
  samples: 48_000,
  duration: 300.000_001,
  size: 1,
  peak: -3.1,
};

Deno.test("checkPrinted: refuses JSON that has no schema, or does not match it", () => {
  checkPrinted(["status", "--json"], "[]\n");
  checkPrinted(["status", "--watch", "--json"], "[]\n[]\n");
  checkPrinted(["logs", "--json"], '{"event":"gap"}\n');
  checkPrinted(["mystery", "--json"], "");
  assertThrows(
    () => checkPrinted(["mystery", "--json"], "{}\n"),
    Error,
    "schema",
  );
  assertThrows(
    () => checkPrinted(["status", "--json"], "[1]\n"),
    Error,
    "not object",
  );
  assertThrows(() =>
    checkPrinted(["status", "--watch", "--json"], "[]\n\n[]\n")
  );
});

Deno.test("schema: refuses what does not match", () => {
  assertEquals(faultsIn(CHUNK, "chunks"), []);
  const cases: readonly (readonly [Record<string, unknown>, RegExp])[] = [
    [{ color: 1 }, /^chunks has the unknown key color$/],
    [{ duration: 0.123_456_7 }, /^chunks\.duration is .*, finer than/],
    [{ duration: "1" }, /^chunks\.duration is "1", not number$/],
    [{ size: -1 }, /^chunks\.size is -1, below 0$/],
    [{ size: 1.5 }, /^chunks\.size is 1\.5, not integer$/],
    [{ size: null }, /^chunks\.size is null, not integer$/],
    [{ start: "2025-09-22T10:00:00Z" }, /^chunks\.start is .*, not like/],
    [{ event: "lost" }, /^chunks\.event is "lost", none of made$/],
    [{ peak: "loud" }, /^chunks\.peak is "loud"/],
    [{ peak: -3.14 }, /^chunks\.peak is -3\.14, finer than 0\.1$/],
  ];
  for (const [change, fault] of cases) {
    const faults = faultsIn({ ...CHUNK, ...change }, "chunks");
    assertEquals(faults.length, 1, faults.join("\n"));
    assertMatch(faults[0] ?? "", fault);
  }
  const { size: _, ...rest } = CHUNK;
  assertEquals(faultsIn(rest, "chunks"), ["chunks lacks size"]);
  assertEquals(faultsIn([1], "sessions"), ["sessions[0] is 1, not object"]);
});
