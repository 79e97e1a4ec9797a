import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { ChunkFolder } from "../../../../src/sessions/chunks/chunk_folder.ts";
import { tempFolder } from "../../../support/temp.ts";

Deno.test("ChunkFolder: finds open chunks after numbers that are missing, as many as asked for", async () => {
  using home = tempFolder();
  const names = [3, 5, 9].map((seq) => `chunk_0000${seq}.flac.part`);
  for (const name of names) {
    Deno.writeTextFileSync(join(home.path, name), "audio");
  }
  const chunks = new ChunkFolder({ folder: home.path, format: "flac" });
  const open = async (...args: Parameters<ChunkFolder["open"]>) =>
    (await chunks.open(...args)).map(({ file }) => file);
  assertEquals(await open(1), names);
  assertEquals(await open(4), names.slice(1));
  assertEquals(await open(1, 2), names.slice(0, 2));
  assertEquals(await open(10), []);
});
