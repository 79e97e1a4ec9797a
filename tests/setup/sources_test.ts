import { assertEquals, assertMatch } from "@std/assert";
import { copy } from "@std/fs";
import { fromFileUrl, join } from "@std/path";
import { runProgram } from "../support/program.ts";
import { tempFolder } from "../support/temp.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));

Deno.test("scripts/sources: prints help before it sets anything up", async () => {
  using temp = tempFolder();
  await copy(join(ROOT, "scripts"), join(temp.path, "scripts"));
  const { code, stdout, stderr } = await runProgram(
    join(temp.path, "scripts/sources"),
    ["--only", "pulse", "--help"],
    { clearEnv: true, env: { PATH: "/usr/bin:/bin", HOME: temp.path } },
  );
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  assertMatch(stdout, /^Records from every kind of source/);
  for (const option of ["--list", "--only", "--ffmpeg", "--write"]) {
    assertMatch(stdout, new RegExp(`^ +${option} `, "m"));
  }
});
