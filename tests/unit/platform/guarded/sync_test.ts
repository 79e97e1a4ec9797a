import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { UnsafePathError } from "../../../../src/platform/guarded/guard.ts";
import { DiskSync, syncFile } from "../../../../src/platform/guarded/sync.ts";
import { tempFolder } from "../../../support/temp.ts";

Deno.test("DiskSync: syncs files and folders, and leaves out what is missing", async () => {
  using folder = tempFolder();
  const path = join(folder.path, "session.log");
  Deno.writeTextFileSync(path, "text");
  const sync = new DiskSync((error) => {
    throw error;
  });
  await sync.file(path);
  await sync.folder(folder.path);
  await sync.file(join(folder.path, "chunk_00001.flac.part"));
  await sync.folder(join(folder.path, "gone"));
  using file = Deno.openSync(path);
  await sync.opened(path, file);
});

Deno.test("DiskSync: reports the first failure alone and never rejects", async () => {
  using folder = tempFolder();
  const link = join(folder.path, "session.log");
  Deno.symlinkSync("/nowhere", link);
  const errors: string[] = [];
  const sync = new DiskSync((error) => errors.push(String(error)));
  await sync.file(link);
  await sync.file(folder.path);
  assertEquals(errors.length, 1);
  assertStringIncludes(errors[0] ?? "", `Cannot sync ${link} to the disk: `);
});

Deno.test("syncFile: opens no link", async () => {
  using folder = tempFolder();
  const path = join(folder.path, "session.log");
  Deno.writeTextFileSync(`${path}.other`, "");
  Deno.symlinkSync(`${path}.other`, path);
  await assertRejects(() => syncFile(path), UnsafePathError, "regular file");
});
