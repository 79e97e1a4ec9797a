import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { runProgram } from "../support/program.ts";
import { tempFolder } from "../support/temp.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));
const PACKAGES = Deno.readTextFileSync(join(ROOT, "docs", "packages.md"));

async function run(
  command: string,
  args: string[],
  env: Record<string, string>,
) {
  const { code, stdout, stderr } = await runProgram(command, args, {
    cwd: ROOT,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...env },
  });
  assertEquals(code, 0, stderr);
  return stdout;
}

Deno.test({
  name: "docs: install echolog with the permissions in scripts/permissions",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    using home = tempFolder();
    const line = PACKAGES.split("\n").find((each) =>
      /^ +deno install /.test(each)
    );
    assert(line !== undefined, "docs/packages.md has no such line");
    const bin = join(home.path, "bin");
    Deno.mkdirSync(bin);
    Deno.symlinkSync(Deno.execPath(), join(bin, "deno"));
    const env = { HOME: home.path, PATH: `${bin}:/usr/bin:/bin` };
    await run("sh", ["-c", line], env);
    const echolog = join(home.path, ".deno", "bin", "echolog");
    assertMatch(await run(echolog, ["--version"], env), /^echolog \d/);
    const made = Deno.readTextFileSync(echolog);
    const given = made.match(/--allow-[\w-]+(?:=\S+)?/g) ?? [];
    const wanted = Deno.readTextFileSync(join(ROOT, "scripts", "permissions"));
    assertEquals(given.toSorted(), wanted.trim().split("\n").toSorted());
  },
});
