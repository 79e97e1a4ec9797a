import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { ChunkFolder } from "../../../../src/sessions/chunks/chunk_folder.ts";
import { type TempFolder, tempFolder } from "../../../support/temp.ts";

function put(folder: TempFolder, ...names: readonly string[]): ChunkFolder {
  for (const name of names) {
    Deno.writeTextFileSync(join(folder.path, name), "123");
  }
  return new ChunkFolder({ folder: folder.path, format: "flac" });
}

Deno.test("ChunkFolder: finds the open chunks from a number on, also after skipped ones", async () => {
  using folder = tempFolder();
  const chunks = put(
    folder,
    ...["chunk_00001.flac", "chunk_00002.flac.part", "chunk_00004.flac.part"],
    ...["chunk_00030.flac.part", "chunk_00003.wav.part"],
  );
  const names = async (first: number) =>
    (await chunks.open(first)).map(({ file }) => file);
  assertEquals(await names(1), [
    "chunk_00002.flac.part",
    "chunk_00004.flac.part",
  ]);
  assertEquals(await names(3), ["chunk_00004.flac.part"]);
  assertEquals((await chunks.open(1))[0]?.size, 3);
});

Deno.test("ChunkFolder: the first free number is after all chunks, open or finished", async () => {
  using folder = tempFolder();
  const chunks = put(folder);
  assertEquals(await chunks.firstFree(1), 1);
  put(folder, "chunk_00001.flac", "chunk_00003.flac.part");
  assertEquals(await chunks.firstFree(1), 4);
  assertEquals(await chunks.firstFree(2), 4);
  assertEquals(await chunks.firstFree(7), 7);
});

Deno.test("ChunkFolder: what cannot be looked at may be taken, and is not gone", async () => {
  using folder = tempFolder();
  // A file in the place of the folder gives another error than a missing one.
  const path = join(folder.path, "x".repeat(300));
  const chunks = new ChunkFolder({ folder: path, format: "flac" });
  await assertRejects(() => chunks.open(1));
  assertEquals(await chunks.firstFree(5), 25);
  assertEquals(await chunks.isGone("chunk_00001.flac"), false);
  const missing = new ChunkFolder({
    folder: join(folder.path, "missing"),
    format: "flac",
  });
  assertEquals(await missing.isGone("chunk_00001.flac"), true);
  assertEquals(await missing.isGone(""), true);
});
