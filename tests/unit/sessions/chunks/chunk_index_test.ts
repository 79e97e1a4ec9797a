import {
  assert,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { writeAllSync } from "@std/io/write-all";
import { join } from "@std/path";
import {
  deletedLine,
  type Deletion,
  INDEX_FILE,
  indexLine,
  intentLine,
  keptLine,
  MAX_BYTES,
  MAX_CHUNKS,
  MAX_ENTRIES,
  readChunkIndex,
  readIndex,
  sumIndex,
  sumOf,
} from "../../../../src/sessions/chunks/chunk_index.ts";
import {
  appendToIndex,
  IndexWriter,
} from "../../../../src/sessions/chunks/index_writer.ts";
import { deletedUntil } from "../../../../src/sessions/chunks/last_deletion.ts";
import { UnsafePathError } from "../../../../src/platform/guarded/guard.ts";
import { event } from "../../../support/events.ts";
import { tempFolder } from "../../../support/temp.ts";

const chunk = (seq: number) =>
  event("chunk_created", {
    file: `chunk_0000${seq}.flac`,
    seq,
    samples: 48_000,
    duration: 1,
    size: 10 * seq,
  });

Deno.test("indexLine: writes one JSON object with the chunk's facts", () => {
  const { file, seq, run, start, end } = chunk(1);
  assertEquals(JSON.parse(indexLine({ ...chunk(1), peak_dbfs: -18.123 })), {
    event: "made",
    ...{ file, seq, run },
    start: new Date(start).toISOString(),
    end: new Date(end).toISOString(),
    ...{ samples: 48_000, duration: 1, size: 10, peak: -18.1 },
  });
  const silent = JSON.parse(indexLine({ ...chunk(1), peak_dbfs: -Infinity }));
  assertEquals(silent.peak, "-inf");
});

Deno.test("readIndex: returns what was appended", () => {
  using folder = tempFolder();
  const peaks = [-Infinity, null, -3.5];
  const chunks = peaks.map((peak_dbfs, at) => ({
    ...chunk(at + 1),
    peak_dbfs,
    ...(at === 2 ? { recovered: true } : {}),
  }));
  appendToIndex(folder.path, chunks);
  const read = [...readIndex(folder.path).values()];
  assertEquals(
    read.map(({ time: _, ...rest }) => rest),
    chunks.map(({ time: _, ...rest }) => rest),
  );
  assertEquals(sumOf(read).bytes, 60);
});

Deno.test("readIndex: leaves out a torn line, and the next line is whole", () => {
  using folder = tempFolder();
  appendToIndex(folder.path, [chunk(1), chunk(2)]);
  const path = join(folder.path, INDEX_FILE);
  Deno.truncateSync(path, Deno.statSync(path).size - 9);
  assertEquals([...readIndex(folder.path).keys()], [1]);
  appendToIndex(folder.path, [chunk(3)]);
  assertEquals([...readIndex(folder.path).keys()], [1, 3]);
});

/** The deletion of a chunk of a second. */
function deletionOf(seq: number): Deletion {
  return {
    ...{ file: `chunk_0000${seq}.wav`, seq, start: seq * 1_000 },
    ...{ end: (seq + 1) * 1_000, duration: 1, size: 9 },
    ...{ rule: "max_age", time: 9_000, isDone: false },
  };
}

Deno.test("deletedUntil: takes the last deletion that is whole", () => {
  using folder = tempFolder();
  const path = join(folder.path, INDEX_FILE);
  const lines = [1, 2, 3].map((seq) => intentLine(deletionOf(seq)));
  Deno.writeTextFileSync(path, lines.join(""));
  assertEquals(deletedUntil(folder.path), 4_000);
  for (const cut of [1, 40, 100]) {
    Deno.writeTextFileSync(path, lines.join("").slice(0, -cut));
    assertEquals(deletedUntil(folder.path), 3_000, `${cut}`);
  }
  Deno.writeTextFileSync(path, lines[0]?.slice(0, -9) ?? "");
  assertEquals(deletedUntil(folder.path), null);
});

Deno.test("a deletion that was taken back is none, until it is announced again", () => {
  using folder = tempFolder();
  const path = join(folder.path, INDEX_FILE);
  const intents = Array.from({ length: 900 }, (_, seq) => deletionOf(seq + 1));
  const lines = [
    ...intents.map(intentLine),
    ...intents.slice(0, 2).map((one) => deletedLine(one, 9_000)),
    ...intents.slice(2).map((one) => keptLine(one, 9_000)),
  ];
  Deno.writeTextFileSync(path, lines.join(""));
  const deleted = () => [...readChunkIndex(folder.path).deletions.keys()];
  assertEquals(deleted(), [1, 2]);
  // Those lines are longer than what is read at a time.
  assertEquals(deletedUntil(folder.path), 3_000);
  Deno.writeTextFileSync(path, intentLine(deletionOf(3)), { append: true });
  assertEquals(deleted(), [1, 2, 3]);
  assertEquals(deletedUntil(folder.path), 4_000);
});

Deno.test("readIndex: leaves out lines that are not of an index", () => {
  using folder = tempFolder();
  const lines = ["", "null", "[]", '{"event":"made","seq":1}', "\0\0\0"];
  Deno.writeTextFileSync(
    join(folder.path, INDEX_FILE),
    lines.join("\n") + "\n" + indexLine(chunk(7)),
  );
  assertEquals([...readIndex(folder.path).keys()], [7]);
  assertEquals(readIndex(join(folder.path, "none")).size, 0);
});

Deno.test("sumIndex: counts each chunk once, by its last line", () => {
  using folder = tempFolder();
  const again = { ...chunk(1), duration: 5 };
  appendToIndex(folder.path, [chunk(1), chunk(2), again]);
  assertEquals(sumIndex(folder.path), { chunks: 2, audio: 6, bytes: 30 });
  assertEquals(sumIndex(join(folder.path, "none")), {
    chunks: 0,
    audio: 0,
    bytes: 0,
  });
});

/** Fills an index with chunks that are numbered from 1. */
function fill(folder: string, chunks: number): void {
  using file = Deno.openSync(join(folder, INDEX_FILE), {
    ...{ write: true, create: true, truncate: true },
  });
  const [before, after] = indexLine(chunk(1)).split('"seq":1,');
  for (let first = 1; first <= chunks; first += 10_000) {
    const last = Math.min(chunks, first + 9_999);
    const lines = Array.from(
      { length: last - first + 1 },
      (_, at) => `${before}"seq":${first + at},${after}`,
    );
    writeAllSync(file, new TextEncoder().encode(lines.join("")));
  }
}

Deno.test("readIndex: reads seventeen months of chunks of five minutes, and refuses more", () => {
  using folder = tempFolder();
  assert(MAX_CHUNKS > 17 * 30 * 24 * 12);
  fill(folder.path, MAX_CHUNKS);
  assert(Deno.statSync(join(folder.path, INDEX_FILE)).size < MAX_BYTES);
  const index = readIndex(folder.path);
  assertEquals(index.size, MAX_CHUNKS);
  assertEquals(index.get(MAX_CHUNKS)?.seq, MAX_CHUNKS);
  fill(folder.path, MAX_CHUNKS + 1);
  assertThrows(
    () => readIndex(folder.path),
    UnsafePathError,
    "it has more than 150000 chunks",
  );
});

Deno.test("readChunkIndex: reads thirteen months of which thirty days are left, and refuses more", () => {
  using folder = tempFolder();
  const month = 30 * 24 * 12;
  const made = 13 * month;
  fill(folder.path, made);
  using file = Deno.openSync(join(folder.path, INDEX_FILE), { append: true });
  const append = (first: number, last: number) => {
    const lines: string[] = [];
    for (let seq = first; seq <= last; seq++) {
      lines.push(intentLine(deletionOf(seq)), deletedLine(deletionOf(seq), 0));
    }
    writeAllSync(file, new TextEncoder().encode(lines.join("")));
  };
  append(1, made - month);
  const { size } = readChunkIndex(folder.path).deletions;
  assertEquals(size, made - month);
  append(made - month + 1, MAX_ENTRIES - made);
  readChunkIndex(folder.path);
  append(MAX_ENTRIES - made + 1, MAX_ENTRIES - made + 1);
  assertThrows(
    () => readChunkIndex(folder.path),
    UnsafePathError,
    "or 225000 with deletions",
  );
});

Deno.test("readIndex: refuses a file above its limit before it reads it", () => {
  using folder = tempFolder();
  const path = join(folder.path, INDEX_FILE);
  Deno.writeFileSync(path, new Uint8Array(MAX_BYTES + 1).fill(0x20));
  const reason = `it is larger than ${MAX_BYTES} bytes`;
  assertThrows(() => readIndex(folder.path), UnsafePathError, reason);
});

Deno.test("IndexWriter: writes later what it could not write at once", async () => {
  using folder = tempFolder();
  const problems: unknown[] = [];
  const writer = new IndexWriter({
    folder: folder.path,
    onError: (error) => problems.push(error),
  });
  const path = join(folder.path, INDEX_FILE);
  Deno.mkdirSync(path);
  writer.emit(chunk(1));
  await writer.written;
  writer.emit(chunk(2));
  await writer.written;
  assertEquals(problems.length, 1, "reported once");
  Deno.removeSync(path);
  writer.emit(event("session_stop"));
  await writer.written;
  assertEquals([...readIndex(folder.path).keys()], [1, 2]);
  assertStringIncludes(Deno.readTextFileSync(path), '"seq":2');
});

Deno.test("IndexWriter: returns before its lines are written, and keeps their order", async () => {
  using folder = tempFolder();
  const problems: unknown[] = [];
  const path = join(folder.path, INDEX_FILE);
  Deno.writeTextFileSync(path, '{"event":"made","se');
  {
    await using writer = new IndexWriter({
      folder: folder.path,
      onError: (error) => problems.push(error),
    });
    for (const seq of [1, 2, 3]) writer.emit(chunk(seq));
    // A disk that hangs would hold it otherwise.
    assertEquals(readIndex(folder.path).size, 0);
  }
  assertEquals([...readIndex(folder.path).keys()], [1, 2, 3]);
  assertEquals(Deno.readTextFileSync(path).split("\n").length, 5);
  assertEquals(problems, []);
});

Deno.test("IndexWriter: does not write through a link", async () => {
  using folder = tempFolder();
  const problems: unknown[] = [];
  const target = join(folder.path, "target");
  Deno.writeTextFileSync(target, "mine");
  Deno.symlinkSync(target, join(folder.path, INDEX_FILE));
  await using writer = new IndexWriter({
    folder: folder.path,
    onError: (error) => problems.push(error),
  });
  writer.emit(chunk(1));
  await writer.written;
  assertEquals(Deno.readTextFileSync(target), "mine");
  assertEquals(problems.length, 1);
});
