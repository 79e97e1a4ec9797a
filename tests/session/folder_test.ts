import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { EchologError } from "../../src/errors.ts";
import { createSessionFolder, sessionIdAt } from "../../src/session/folder.ts";
import { tempFolder } from "../support/temp.ts";

const START = Date.UTC(2025, 8, 22, 10, 0, 0, 123);

Deno.test("a session is named after its start in UTC", () => {
  assertEquals(sessionIdAt(START), "20250922T100000Z");
});

Deno.test("a name that is taken gets the next free suffix", async () => {
  using temp = tempFolder();
  const names = [];
  for (let count = 0; count < 3; count++) {
    names.push((await createSessionFolder(temp.path, null, START)).id);
  }
  assertEquals(names, [
    "20250922T100000Z",
    "20250922T100000Z-2",
    "20250922T100000Z-3",
  ]);
});

Deno.test("sessions that begin in the same instant all get folders of their own", async () => {
  using temp = tempFolder();
  const folders = await Promise.all(
    Array.from(
      { length: 20 },
      () => createSessionFolder(join(temp.path, "deep", "down"), null, START),
    ),
  );
  assertEquals(new Set(folders.map(({ path }) => path)).size, 20);
});

Deno.test("a name that was asked for is taken as it is or not at all", async () => {
  using temp = tempFolder();
  assertEquals(
    (await createSessionFolder(temp.path, "mine", START)).id,
    "mine",
  );
  const error = await assertRejects(
    () => createSessionFolder(temp.path, "mine", START),
    EchologError,
    "exists already",
  );
  assertEquals(error.exitCode, 73);
});

Deno.test("a folder that cannot be made is an error of kind folder", async () => {
  using temp = tempFolder();
  const file = join(temp.path, "file");
  Deno.writeTextFileSync(file, "");
  const error = await assertRejects(
    () => createSessionFolder(file, null, START),
    EchologError,
    `Cannot create the folder ${file}`,
  );
  assertEquals(error.kind, "folder");
});
