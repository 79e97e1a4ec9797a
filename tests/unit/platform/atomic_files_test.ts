import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import {
  createTextFile,
  replaceTextFile,
} from "../../../src/platform/atomic_files.ts";
import { tempFolder } from "../../support/temp.ts";

const isWindows = Deno.build.os === "windows";

function modeOf(path: string): number {
  return (Deno.statSync(path).mode ?? 0) & 0o777;
}

Deno.test("createTextFile and replaceTextFile: create a file and its folders for the user only", () => {
  using folder = tempFolder();
  for (const make of [createTextFile, replaceTextFile]) {
    const path = join(folder.path, make.name, "b", "file");
    make(path, "text\n");
    assertEquals(Deno.readTextFileSync(path), "text\n");
    if (isWindows) continue;
    assertEquals(modeOf(path), 0o600);
    assertEquals(modeOf(join(folder.path, make.name)), 0o700);
    assertEquals(modeOf(join(folder.path, make.name, "b")), 0o700);
  }
});

Deno.test("createTextFile: never overwrites a file or a link", () => {
  using folder = tempFolder();
  const path = join(folder.path, "file");
  Deno.writeTextFileSync(path, "old");
  assertThrows(() => createTextFile(path, "new"), Deno.errors.AlreadyExists);
  assertEquals(Deno.readTextFileSync(path), "old");
  if (isWindows) return;
  const link = join(folder.path, "link");
  Deno.symlinkSync(join(folder.path, "nowhere"), link);
  assertThrows(() => createTextFile(link, "new"), Deno.errors.AlreadyExists);
  assertEquals([...Deno.readDirSync(folder.path)].length, 2);
});

Deno.test("replaceTextFile: creates a new file with the mode and owner of the old one", () => {
  if (isWindows) return;
  using folder = tempFolder();
  const path = join(folder.path, "file");
  Deno.writeTextFileSync(path, "old");
  Deno.chmodSync(path, 0o644);
  if (Deno.uid() === 0) Deno.chownSync(path, 12_345, 23_456);
  using reader = Deno.openSync(path);
  const before = Deno.statSync(path);
  replaceTextFile(path, "new");
  const after = Deno.statSync(path);
  assertEquals(
    [after.mode, after.uid, after.gid],
    [before.mode, before.uid, before.gid],
  );
  // An open handle still reads the whole old text.
  const read = new Uint8Array(9);
  assertEquals(reader.readSync(read), 3);
  assertEquals(new TextDecoder().decode(read.subarray(0, 3)), "old");
  assertEquals([...Deno.readDirSync(folder.path)].length, 1);
});

Deno.test("replaceTextFile: replaces the target of symbolic links", () => {
  if (isWindows) return;
  using folder = tempFolder();
  const [target, near, far] = ["dots/file", "near", "far"]
    .map((name) => join(folder.path, name));
  Deno.symlinkSync("dots/file", near ?? "");
  Deno.symlinkSync(near ?? "", far ?? "");
  for (const text of ["made", "replaced"]) {
    replaceTextFile(far ?? "", text);
    assertEquals(Deno.readTextFileSync(target ?? ""), text);
    assertEquals(Deno.readLinkSync(far ?? ""), near);
    assertEquals(Deno.readLinkSync(near ?? ""), "dots/file");
  }
});

Deno.test("replaceTextFile: leaves everything unchanged when it fails", () => {
  using folder = tempFolder();
  const path = join(folder.path, "folder");
  Deno.mkdirSync(path);
  Deno.writeTextFileSync(join(path, "file"), "old");
  assertThrows(() => replaceTextFile(path, "new"));
  assertThrows(() => replaceTextFile(join(path, "file", "below"), "new"));
  assertEquals(Deno.readTextFileSync(join(path, "file")), "old");
  assertEquals([...Deno.readDirSync(folder.path)].length, 1);
});

Deno.test("replaceTextFile: rejects a read-only file", () => {
  using folder = tempFolder();
  const path = join(folder.path, "file");
  Deno.writeTextFileSync(path, "old", { mode: 0o400 });
  if (isWindows || Deno.uid() === 0) {
    console.log("skipped: permissions do not hold for root");
    return;
  }
  assertThrows(
    () => replaceTextFile(path, "new"),
    Deno.errors.PermissionDenied,
  );
  assertEquals(Deno.readTextFileSync(path), "old");
});
