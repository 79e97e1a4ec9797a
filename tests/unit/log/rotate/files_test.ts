import { assertEquals, assertThrows } from "@std/assert";
import {
  type LogFiles,
  systemLogFiles,
} from "../../../../src/log/rotate/files.ts";
import { FakeLogFiles } from "../../../fakes/log_files.ts";
import { tempFolder } from "../../../support/temp.ts";

/** The real file system and the fake one have to behave alike. */
function both(name: string, check: (files: LogFiles, folder: string) => void) {
  Deno.test(`systemLogFiles: ${name}`, () => {
    using folder = tempFolder();
    check(systemLogFiles, folder.path);
  });
  Deno.test(`FakeLogFiles: ${name}`, () => {
    check(new FakeLogFiles("/s"), "/s");
  });
}

const encoder = new TextEncoder();

function write(files: LogFiles, path: string, text: string): void {
  const file = files.open(path);
  file.write(encoder.encode(text));
  file.close();
}

function read(files: LogFiles, path: string, offset = 0, length = 100): string {
  return new TextDecoder().decode(files.read(path, offset, length));
}

both(
  "creates a file, appends to it and keeps its content when it is opened again",
  (files, folder) => {
    write(files, `${folder}/a`, "one");
    write(files, `${folder}/a`, "two");
    assertEquals(read(files, `${folder}/a`), "onetwo");
    assertEquals(read(files, `${folder}/a`, 2, 2), "et");
    assertEquals(read(files, `${folder}/a`, 5, 9), "o");
    assertEquals(read(files, `${folder}/a`, 6, 9), "");
  },
);

both(
  "describes an existing file and returns null for a missing one",
  (files, folder) => {
    assertEquals(files.stat(`${folder}/a`), null);
    assertEquals(files.stat(`${folder}/none/a`), null);
    write(files, `${folder}/a`, "one");
    const stat = files.stat(`${folder}/a`);
    assertEquals([stat?.isFile, stat?.size, stat?.nlink], [true, 3, 1]);
  },
);

both(
  "replaces a file on rename and keeps writing to a renamed one",
  (files, folder) => {
    write(files, `${folder}/b`, "old");
    const file = files.open(`${folder}/a`);
    file.write(encoder.encode("one"));
    const before = files.stat(`${folder}/a`);
    files.rename(`${folder}/a`, `${folder}/b`);
    file.write(encoder.encode("two"));
    assertEquals(read(files, `${folder}/b`), "onetwo");
    assertEquals(files.stat(`${folder}/b`)?.ino, before?.ino);
    assertEquals(file.stat().ino, before?.ino);
    assertEquals(files.stat(`${folder}/a`), null);
    file.truncate();
    file.write(encoder.encode("x"));
    assertEquals(read(files, `${folder}/b`), "x");
    file.close();
  },
);

both("throws for missing files and closed handles", (files, folder) => {
  assertThrows(() => files.open(`${folder}/none/a`), Deno.errors.NotFound);
  assertThrows(() => files.read(`${folder}/a`, 0, 1), Deno.errors.NotFound);
  assertThrows(
    () => files.rename(`${folder}/a`, `${folder}/b`),
    Deno.errors.NotFound,
  );
  const file = files.open(`${folder}/a`);
  file.close();
  assertThrows(() => file.write(encoder.encode("x")), Deno.errors.BadResource);
});

Deno.test("systemLogFiles: reports zero links for an open file that was deleted", () => {
  using folder = tempFolder();
  const path = `${folder.path}/a`;
  const file = systemLogFiles.open(path);
  Deno.removeSync(path);
  assertEquals(file.stat().nlink, 0);
  file.close();
});
