import { assert, assertEquals } from "@std/assert";
import { runFfmpeg } from "../../../src/ffmpeg/query.ts";
import { processStart } from "../../../src/platform/processes.ts";
import { tempFolder } from "../../support/temp.ts";
import { waitFor } from "../../support/wait.ts";

function script(folder: string, text: string): string {
  const path = `${folder}/ffmpeg`;
  Deno.writeTextFileSync(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return path;
}

Deno.test("runFfmpeg: returns both outputs line by line and the exit", async () => {
  using folder = tempFolder();
  const path = script(
    folder.path,
    `echo "$1"; echo two; printf 'no end' >&2; exit 3`,
  );
  assertEquals(await runFfmpeg(path, ["one; $2"], { limit: 10_000 }), {
    exit: { code: 3, signal: null, stoppedBy: null },
    timedOut: false,
    stdout: ["one; $2", "two"],
    stderr: ["no end"],
  });
});

Deno.test("runFfmpeg: kills a slow program with its children and keeps its output", async () => {
  using folder = tempFolder();
  const path = script(
    folder.path,
    `sleep 1000 & echo $!; wait`,
  );
  const answer = await runFfmpeg(path, [], { limit: 3_000 });
  assertEquals(answer.timedOut, true);
  assertEquals(answer.exit.signal, "SIGKILL");
  const child = Number(answer.stdout[0]);
  assert(child > 0);
  await waitFor("its child to end", () => processStart(child) === null || null);
});

Deno.test("runFfmpeg: returns after ffmpeg ended although a child holds its pipes", async () => {
  using folder = tempFolder();
  const path = script(folder.path, `sleep 1000 & echo done`);
  const answer = await runFfmpeg(path, [], { limit: 3_000 });
  assertEquals([answer.exit.code, answer.stdout], [0, ["done"]]);
});

Deno.test("runFfmpeg: passes only the given environment", async () => {
  using folder = tempFolder();
  const path = script(folder.path, `/usr/bin/env`);
  const environment = { LOGNAME: "ann" };
  const { stdout } = await runFfmpeg(path, [], { limit: 10_000, environment });
  const names = stdout.map((line) => line.replace(/=.*/, ""))
    // What the shell itself sets.
    .filter((name) => !["PWD", "SHLVL", "_", "OLDPWD"].includes(name));
  assertEquals(names.sort(), ["AV_LOG_FORCE_NOCOLOR", "LOGNAME"]);
});

Deno.test("runFfmpeg: drains a flood of output and keeps only part of it", async () => {
  using folder = tempFolder();
  const path = script(folder.path, `yes | head -n 100000`);
  const { stdout, exit } = await runFfmpeg(path, [], { limit: 30_000 });
  assertEquals(exit.code, 0);
  assertEquals(stdout.length, 20_000);
});
