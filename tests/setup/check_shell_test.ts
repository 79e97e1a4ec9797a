import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { shellScripts } from "../../scripts/setup/check_shell.ts";
import { runProgram } from "../support/program.ts";
import { tempFolder } from "../support/temp.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));

Deno.test("shellScripts: finds scripts by their first line, in all folders", () => {
  using home = tempFolder();
  Deno.mkdirSync(join(home.path, "deep"));
  for (
    const [name, text] of [
      ["deep/one", "#!/bin/sh\n"],
      ["two", "#!/usr/bin/env bash\n"],
      ["data", "text\n"],
      ["python", "#!/usr/bin/python3\n"],
      ["empty", ""],
    ] as const
  ) Deno.writeTextFileSync(join(home.path, name), text);
  assertEquals(
    shellScripts([home.path]),
    ["deep/one", "two"].map((name) => `${home.path}/${name}`),
  );
  assert(shellScripts([join(ROOT, "scripts")]).length > 10);
});

Deno.test("check_shell: fails where shellcheck reports something", async () => {
  using home = tempFolder();
  Deno.writeTextFileSync(join(home.path, "bad"), "#!/bin/sh\nrm $1\n");
  const { code, stdout } = await runProgram(Deno.execPath(), [
    ...["run", "--no-config", "--allow-read", "--allow-run"],
    ...[join(ROOT, "scripts", "setup", "check_shell.ts"), home.path],
  ], {});
  if (stdout.startsWith("not run:")) console.log(stdout);
  else assertEquals([code, stdout.includes("SC2086")], [1, true]);
});
