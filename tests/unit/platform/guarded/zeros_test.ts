import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { openToAppend } from "../../../../src/platform/guarded/files.ts";
import {
  cutZeros,
  linesWithoutZeros,
} from "../../../../src/platform/guarded/zeros.ts";
import { tempFolder } from "../../../support/temp.ts";

Deno.test("cutZeros: takes away the zeros at the end of a file, however many, and no others", () => {
  using folder = tempFolder();
  const path = join(folder.path, "session.log");
  for (const text of ["", "a", "a\n", "\0a\n", "a\0b\n"]) {
    for (const zeros of [0, 1, 195, 65_536, 65_537, 200_000]) {
      Deno.writeTextFileSync(path, text + "\0".repeat(zeros));
      {
        using file = openToAppend(path);
        cutZeros(file);
      }
      assertEquals(Deno.readTextFileSync(path), text, `${zeros} zeros`);
    }
  }
});

Deno.test("linesWithoutZeros: takes zeros off lines, and leaves lines of zeros out", () => {
  const lines = ["a", "\0\0", "", "\0b", "c\0\0", "d\0e"];
  assertEquals(linesWithoutZeros(lines), ["a", "", "b", "c", "d\0e"]);
});
