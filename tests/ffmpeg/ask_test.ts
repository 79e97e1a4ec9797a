import { assert, assertEquals, assertRejects } from "@std/assert";
import { askFfmpeg } from "../../src/ffmpeg/ask.ts";
import { processStart } from "../../src/platform/processes.ts";
import { tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";

function script(folder: string, text: string): string {
  const path = `${folder}/ffmpeg`;
  Deno.writeTextFileSync(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return path;
}

Deno.test("an answer has both outputs, line by line, and how ffmpeg ended", async () => {
  using folder = tempFolder();
  const path = script(
    folder.path,
    `echo "$1"; echo two; printf 'no end' >&2; exit 3`,
  );
  assertEquals(await askFfmpeg(path, ["one; $2"], { limit: 10_000 }), {
    exit: { code: 3, signal: null, stoppedBy: null },
    isLate: false,
    stdout: ["one; $2", "two"],
    stderr: ["no end"],
  });
});

Deno.test("what takes too long is killed with all it started, and what it said is kept", async () => {
  using folder = tempFolder();
  const path = script(
    folder.path,
    `sleep 1000 & echo $!; wait`,
  );
  const answer = await askFfmpeg(path, [], { limit: 3_000 });
  assertEquals(answer.isLate, true);
  assertEquals(answer.exit.signal, "SIGKILL");
  const child = Number(answer.stdout[0]);
  assert(child > 0);
  await waitFor("its child to end", () => processStart(child) === null || null);
});

Deno.test("what ended is answered for, though a process it left behind holds its pipes", async () => {
  using folder = tempFolder();
  const path = script(folder.path, `sleep 1000 & echo done`);
  const answer = await askFfmpeg(path, [], { limit: 3_000 });
  assertEquals([answer.exit.code, answer.stdout], [0, ["done"]]);
});

Deno.test("an environment that is given is the whole environment", async () => {
  using folder = tempFolder();
  const path = script(folder.path, `/usr/bin/env`);
  const environment = { LOGNAME: "ann" };
  const { stdout } = await askFfmpeg(path, [], { limit: 10_000, environment });
  const names = stdout.map((line) => line.replace(/=.*/, ""))
    // What the shell itself sets.
    .filter((name) => !["PWD", "SHLVL", "_", "OLDPWD"].includes(name));
  assertEquals(names.sort(), ["AV_LOG_FORCE_NOCOLOR", "LOGNAME"]);
});

Deno.test("a flood is drained and not kept", async () => {
  using folder = tempFolder();
  const path = script(folder.path, `yes | head -n 100000`);
  const { stdout, exit } = await askFfmpeg(path, [], { limit: 30_000 });
  assertEquals(exit.code, 0);
  assertEquals(stdout.length, 20_000);
});

Deno.test("a program that cannot be started is told", async () => {
  await assertRejects(() => askFfmpeg("/no/ffmpeg", [], { limit: 1_000 }));
});
