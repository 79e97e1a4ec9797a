import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { LevelCache } from "../../../../src/report/levels/cache.ts";
import type { ChunkLevels } from "../../../../src/report/levels/meter.ts";
import { LEVELS_FILE } from "../../../../src/sessions/folder.ts";
import { tempFolder } from "../../../support/temp.ts";

const CHUNK = { file: "chunk_00001.flac", size: 5, changed: 7, samples: 3 };
const LEVELS: ChunkLevels = {
  window: 2,
  peaks: Uint16Array.of(1, 65_535),
  means: Uint16Array.of(0, 2),
  lows: Uint16Array.of(3, 4),
  marks: [
    { kind: "click", at: 0.5, length: 0, power: 0.1, score: 30 },
    {
      ...{ kind: "dropout", at: 0, length: 0.02, power: 0.1 },
      score: 120,
      edge: "start",
    },
  ],
};

Deno.test("LevelCache: gives back what was put, for the same chunk alone", () => {
  using home = tempFolder();
  {
    using cache = new LevelCache(home.path);
    assertEquals(cache.get(CHUNK), null);
    cache.put(CHUNK, LEVELS);
  }
  using cache = new LevelCache(home.path);
  assertEquals(cache.get(CHUNK), LEVELS);
  for (
    const change of [
      ...[{ file: "chunk_00002.flac" }, { size: 6 }, { changed: 8 }],
      { samples: 4 },
    ]
  ) assertEquals(cache.get({ ...CHUNK, ...change }), null);
});

Deno.test("LevelCache: ignores what cannot be its own, and keeps the rest", () => {
  using home = tempFolder();
  const path = join(home.path, LEVELS_FILE);
  {
    using cache = new LevelCache(home.path);
    cache.put(CHUNK, LEVELS);
  }
  const text = Deno.readTextFileSync(path);
  for (
    const [changed, expected] of [
      [`${text}{"chunk":["x`, LEVELS],
      [text.replace('"peaks":"', '"peaks":"!'), null],
      [text.replace('"window":2', '"window":0'), null],
      [text.replace('"window":2', '"window":1'), null],
      [text.replace('"kind":"click"', '"kind":"evil"'), null],
      [text.replace('"marks":[', '"marks":{"a":['), null],
      [text.replace("levels", "other"), null],
      ["\0".repeat(1_000), null],
      ["", null],
    ] as const
  ) {
    Deno.writeTextFileSync(path, changed);
    {
      using cache = new LevelCache(home.path);
      assertEquals(cache.get(CHUNK), expected, changed.slice(0, 90));
      cache.put(CHUNK, LEVELS);
    }
    using cache = new LevelCache(home.path);
    assertEquals(cache.get(CHUNK), LEVELS);
  }
});

Deno.test("LevelCache: a folder that is gone keeps nothing, and no error comes of it", () => {
  using home = tempFolder();
  using cache = new LevelCache(join(home.path, "gone"));
  cache.put(CHUNK, LEVELS);
  assertEquals(cache.get(CHUNK), null);
});
