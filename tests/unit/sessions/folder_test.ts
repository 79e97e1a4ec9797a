import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { EchologError } from "../../../src/errors.ts";
import {
  createSessionFolder,
  sessionIdAt,
} from "../../../src/sessions/folder.ts";
import { tempFolder } from "../../support/temp.ts";

const START = Date.UTC(2025, 8, 22, 10, 0, 0, 123);

Deno.test("sessionIdAt: formats the start in UTC", () => {
  assertEquals(sessionIdAt(START), "20250922T100000Z");
});

Deno.test("createSessionFolder: appends the next free suffix to a taken name", async () => {
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

Deno.test("createSessionFolder: creates separate folders for simultaneous sessions", async () => {
  using temp = tempFolder();
  const folders = await Promise.all(
    Array.from(
      { length: 20 },
      () => createSessionFolder(join(temp.path, "deep", "down"), null, START),
    ),
  );
  assertEquals(new Set(folders.map(({ path }) => path)).size, 20);
});

Deno.test("createSessionFolder: rejects a requested name that exists", async () => {
  using temp = tempFolder();
  assertEquals(
    (await createSessionFolder(temp.path, "mine", START)).id,
    "mine",
  );
  const error = await assertRejects(
    () => createSessionFolder(temp.path, "mine", START),
    EchologError,
    "already exists",
  );
  assertEquals(error.exitCode, 73);
});

Deno.test("createSessionFolder: numbers a requested name when it may", async () => {
  using temp = tempFolder();
  const ids = [];
  for (let count = 0; count < 2; count++) {
    const announce = () => Promise.resolve();
    ids.push(
      (await createSessionFolder(temp.path, "mine", START, announce, true)).id,
    );
  }
  assertEquals(ids, ["mine", "mine-2"]);
});

Deno.test("createSessionFolder: fails with kind folder when the folder cannot be created", async () => {
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
