import { assert, assertEquals } from "@std/assert";
import { exists, isExecutable } from "../../../src/platform/fs.ts";
import { stateFolder } from "../../../src/platform/host.ts";
import { tempFolder } from "../../support/temp.ts";

Deno.test("isExecutable: accepts only an executable file", () => {
  using folder = tempFolder();
  const path = `${folder.path}/program`;
  assertEquals([exists(path), isExecutable(path)], [false, false]);
  Deno.writeTextFileSync(path, "", { mode: 0o644 });
  assertEquals([exists(path), isExecutable(path)], [true, false]);
  Deno.chmodSync(path, 0o755);
  assertEquals(isExecutable(path), true);
  assertEquals(isExecutable(folder.path), false);
});

Deno.test("stateFolder: returns a folder named echolog", () => {
  assert(stateFolder()?.endsWith("echolog"));
});

Deno.test("stateFolder: ignores relative folders in the environment", () => {
  const old = Deno.env.get("XDG_STATE_HOME");
  try {
    Deno.env.set("XDG_STATE_HOME", "/state");
    assertEquals(stateFolder(), "/state/echolog");
    Deno.env.set("XDG_STATE_HOME", "relative");
    assert(stateFolder()?.startsWith("relative") !== true);
  } finally {
    if (old === undefined) Deno.env.delete("XDG_STATE_HOME");
    else Deno.env.set("XDG_STATE_HOME", old);
  }
});
