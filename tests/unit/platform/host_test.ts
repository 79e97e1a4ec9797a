import { assert, assertEquals } from "@std/assert";
import { exists, isProgram } from "../../../src/platform/fs.ts";
import { stateFolder } from "../../../src/platform/host.ts";
import { tempFolder } from "../../support/temp.ts";

Deno.test("isProgram: accepts only an executable file", () => {
  using folder = tempFolder();
  const path = `${folder.path}/program`;
  assertEquals([exists(path), isProgram(path)], [false, false]);
  Deno.writeTextFileSync(path, "", { mode: 0o644 });
  assertEquals([exists(path), isProgram(path)], [true, false]);
  Deno.chmodSync(path, 0o755);
  assertEquals(isProgram(path), true);
  assertEquals(isProgram(folder.path), false);
});

Deno.test("stateFolder: returns a folder named echolog", () => {
  assert(stateFolder()?.endsWith("echolog"));
});
