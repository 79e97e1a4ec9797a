import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import {
  createFile,
  openToAppend,
  openToChange,
  openToRead,
  readLines,
  readText,
  removeIfThere,
  replaceFile,
} from "../../../src/platform/guarded/files.ts";
import {
  isSame,
  isShared,
  lookAtFolder,
  UnsafePathError,
  whyUnsafe,
} from "../../../src/platform/guarded/guard.ts";
import { renameInto } from "../../../src/audio/chunk_file.ts";
import { removeFile } from "../../../src/platform/guarded/async_files.ts";
import { keepOwner } from "../../../src/platform/guarded/owner.ts";
import { tempFolder } from "../../support/temp.ts";

/** Facts about a file, as the kernel gives them. */
function facts(changes: Partial<Deno.FileInfo>): Deno.FileInfo {
  using folder = tempFolder();
  const path = join(folder.path, "x");
  Deno.writeTextFileSync(path, "");
  return { ...Deno.lstatSync(path), ...changes };
}

/** Every way to use a file. */
const USES: readonly (readonly [string, (path: string) => void])[] = [
  ["read", (path) => openToRead(path).close()],
  ["text", (path) => void readText(path, 100)],
  ["change", (path) => openToChange(path).close()],
  ["append", (path) => openToAppend(path).close()],
  ["replace", (path) => replaceFile(path, "mine")],
];

Deno.test("guarded files: are made, read, appended to and replaced", () => {
  using folder = tempFolder();
  const path = join(folder.path, "x");
  replaceFile(path, "one");
  assertEquals(readText(path, 100), "one");
  {
    using file = openToAppend(path);
    file.writeSync(new TextEncoder().encode(" two"));
  }
  replaceFile(path, `${readText(path, 100)} three`);
  assertEquals(Deno.readTextFileSync(path), "one two three");
  assertEquals([...Deno.readDirSync(folder.path)].length, 1);
});

Deno.test("guarded files: never use a link, and leave its target alone", () => {
  using folder = tempFolder();
  const target = join(folder.path, "target");
  const path = join(folder.path, "link");
  Deno.writeTextFileSync(target, "theirs");
  for (const to of [target, join(folder.path, "missing")]) {
    for (const [name, use] of USES) {
      Deno.symlinkSync(to, path);
      assertThrows(() => use(path), UnsafePathError, "it is a link", name);
      Deno.removeSync(path);
    }
  }
  assertEquals(Deno.readTextFileSync(target), "theirs");
  assertEquals([...Deno.readDirSync(folder.path)].length, 1);
});

Deno.test("guarded files: a link for the temporary file is removed, not followed", () => {
  using folder = tempFolder();
  const target = join(folder.path, "target");
  Deno.writeTextFileSync(target, "theirs");
  Deno.symlinkSync(target, join(folder.path, "x.tmp"));
  replaceFile(join(folder.path, "x"), "mine");
  assertEquals(Deno.readTextFileSync(target), "theirs");
  assertEquals(Deno.readTextFileSync(join(folder.path, "x")), "mine");
});

Deno.test("guarded files: a pipe is refused without a wait", async () => {
  using folder = tempFolder();
  const path = join(folder.path, "pipe");
  const { success } = await new Deno.Command("mkfifo", { args: [path] })
    .output();
  assert(success);
  for (const [name, use] of USES) {
    const reason = "it is not a regular file";
    assertThrows(() => use(path), UnsafePathError, reason, name);
  }
});

Deno.test("guarded files: a file with a second name is not used", () => {
  using folder = tempFolder();
  const path = join(folder.path, "x");
  Deno.writeTextFileSync(path, "theirs");
  Deno.linkSync(path, join(folder.path, "y"));
  for (const [name, use] of USES) {
    const reason = "it has more than one name";
    assertThrows(() => use(path), UnsafePathError, reason, name);
  }
  assertEquals(Deno.readTextFileSync(path), "theirs");
});

Deno.test("guarded files: nothing is written through a folder that is a link", () => {
  using folder = tempFolder();
  const real = join(folder.path, "real");
  const linked = join(folder.path, "linked");
  Deno.mkdirSync(real);
  Deno.writeTextFileSync(join(real, "x"), "theirs");
  Deno.symlinkSync(real, linked);
  const path = join(linked, "x");
  for (const [name, use] of USES.slice(2)) {
    assertThrows(() => use(path), UnsafePathError, "it is a link", name);
  }
  assertThrows(() => createFile(join(linked, "y")), UnsafePathError);
  // A reader may have a link to a folder.
  assertEquals(readText(path, 100), "theirs");
});

Deno.test("guarded files: nothing is removed or renamed through a folder that is a link", async () => {
  using folder = tempFolder();
  const real = join(folder.path, "real");
  const linked = join(folder.path, "linked");
  Deno.mkdirSync(real);
  Deno.writeTextFileSync(join(real, "x"), "theirs");
  Deno.symlinkSync(real, linked);
  const path = join(linked, "x");
  assertThrows(() => removeIfThere(path), UnsafePathError, "it is a link");
  await assertRejects(() => removeFile(path), UnsafePathError, "it is a link");
  await assertRejects(
    () => renameInto(path, join(linked, "y")),
    UnsafePathError,
    "it is a link",
  );
  assertEquals([...Deno.readDirSync(real)].map(({ name }) => name), ["x"]);
});

Deno.test("lookAtFolder: follows a link for readers, unless it is another user's", () => {
  if (Deno.uid() !== 0) {
    console.log("not run: only root can give files to another user");
    return;
  }
  using folder = tempFolder();
  const real = join(folder.path, "real");
  const linked = join(folder.path, "linked");
  Deno.mkdirSync(real);
  Deno.symlinkSync(real, linked);
  const [ann, bob] = [61_234, 61_235];
  const owners = (link: number, target: number) => {
    const { success } = new Deno.Command("chown", {
      args: ["-h", String(link), linked],
    }).outputSync();
    assert(success);
    Deno.chownSync(real, target, target);
  };
  // Root's own link, and a link of the folder's owner.
  for (const [link, target] of [[0, bob], [bob, bob]] as const) {
    owners(link, target);
    assert(lookAtFolder(linked, "read")?.isDirectory);
  }
  for (const [link, target] of [[ann, bob], [ann, 0]] as const) {
    owners(link, target);
    assertThrows(
      () => lookAtFolder(linked, "read"),
      UnsafePathError,
      "it is another user's link",
    );
  }
});

Deno.test("isShared: others may write in the folder, or it is theirs", () => {
  const uid = Deno.uid() ?? 0;
  const folder = (mode: number, of = uid) => facts({ mode, uid: of });
  assert(!isShared(folder(0o40700)) && !isShared(folder(0o40755)));
  assert(isShared(folder(0o40770)) && isShared(folder(0o41777)));
  assert(isShared(folder(0o40700, uid + 1)));
});

Deno.test("readText: refuses a file above its limit before it reads it", () => {
  using folder = tempFolder();
  const path = join(folder.path, "x");
  {
    using file = createFile(path);
    file.truncateSync(2_000);
  }
  assertThrows(
    () => readText(path, 1_000),
    UnsafePathError,
    "it is larger than 1000 bytes",
  );
});

Deno.test("readLines: gives the lines of a file that is read in blocks", () => {
  using folder = tempFolder();
  const path = join(folder.path, "x");
  const lines = Array.from({ length: 9_000 }, (_, at) => `é ${at}`.repeat(5));
  for (const end of ["", "\n", "\nno break"]) {
    Deno.writeTextFileSync(path, lines.join("\n") + end);
    const read = [...readLines(path, 1_000_000)];
    assertEquals(read.slice(0, 9_000), lines);
    assertEquals(read.slice(9_000), end.length > 1 ? ["no break"] : []);
  }
  const reason = "it is larger than 1000 bytes";
  assertThrows(() => [...readLines(path, 1_000)], UnsafePathError, reason);
});

Deno.test("whyUnsafe: the owner is this user, or for root the folder's", () => {
  const [own, other, root] = [1_000, 2_000, 0];
  const why = (file: number, folder: number, uid: number) =>
    whyUnsafe("x", facts({ uid: file }), facts({ uid: folder }), uid);
  assertEquals(why(own, own, own), null);
  assertEquals(why(own, other, own), null);
  assertEquals(why(other, own, own), "it is another user's file");
  assertEquals(why(root, own, own), "it is another user's file");
  // Root changes another user's files in that user's folder alone.
  assertEquals(why(own, own, root), null);
  assertEquals(why(root, own, root), "it is another user's file");
  assertEquals(why(other, own, root), "it is another user's file");
});

Deno.test("isSame: compares device and number", () => {
  const one = facts({ dev: 1, ino: 2 });
  assert(isSame(one, facts({ dev: 1, ino: 2 })));
  assert(!isSame(one, facts({ dev: 2, ino: 2 })));
  assert(!isSame(one, facts({ dev: 1, ino: 3 })));
});

Deno.test("guarded files: a file of holes is refused, whatever it is used for", () => {
  using folder = tempFolder();
  for (const name of ["session.log", "chunks.jsonl", "chunk_00001.flac.part"]) {
    const path = join(folder.path, name);
    {
      using file = createFile(path);
      file.truncateSync(20_000_000_000);
    }
    for (const [use, run] of USES) {
      const reason = "most of it was never written";
      assertThrows(() => run(path), UnsafePathError, reason, `${name} ${use}`);
    }
  }
});

Deno.test("keepOwner: gives away the file that was made, and nothing in its place", () => {
  if (Deno.uid() !== 0) {
    console.log("not run: only root can give files to another user");
    return;
  }
  using folder = tempFolder();
  const path = join(folder.path, "x");
  const owner = facts({ uid: 61_234, gid: 61_234 });
  using file = createFile(path);
  Deno.renameSync(path, `${path}.made`);
  Deno.writeTextFileSync(path, "root's");
  keepOwner(path, file, owner);
  assertEquals(Deno.lstatSync(path).uid, 0);
  Deno.renameSync(`${path}.made`, path);
  keepOwner(path, file, owner);
  assertEquals(Deno.lstatSync(path).uid, 61_234);
});
