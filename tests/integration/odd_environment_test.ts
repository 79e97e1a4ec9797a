/**
 * A home folder, a state folder and a current folder that are not what they
 * should be.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { exists } from "../../src/platform/fs.ts";
import { echolog, echologCommand } from "../support/echolog.ts";
import { runProgram } from "../support/program.ts";
import { tempFolder } from "../support/temp.ts";
import { hasUsers, ORDINARY, sharedPlace } from "../support/users.ts";

const RECORD = ["record", "--device", "test", "--duration", "2s"];

/** Names in a folder. */
function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

Deno.test("echolog: ignores a relative HOME, and makes nothing in the current folder", async () => {
  using home = tempFolder();
  const current = join(home.path, "current");
  Deno.mkdirSync(current);
  const state = join(home.path, "state");
  const output = join(home.path, "out");
  for (
    const argv of [
      [...RECORD, "--output-dir", output],
      ["sessions", "--output-dir", output],
    ]
  ) {
    const { code, stderr } = await echolog(argv, {
      home: "relative/home",
      env: { XDG_STATE_HOME: state },
      cwd: current,
    });
    assertEquals({ code, stderr }, { code: 0, stderr: "" }, argv.join(" "));
  }
  assertEquals(namesIn(current), []);
  assertEquals(namesIn(output).length, 1);
  assert(exists(join(state, "echolog")));
});

Deno.test("echolog: ignores a relative XDG_STATE_HOME for the one in HOME", async () => {
  using home = tempFolder();
  const current = join(home.path, "current");
  Deno.mkdirSync(current);
  const { code, stderr } = await echolog(RECORD, {
    home: home.path,
    env: { XDG_STATE_HOME: "relative", XDG_CONFIG_HOME: "relative" },
    cwd: current,
  });
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  assertEquals(namesIn(current), []);
  assertEquals(namesIn(join(home.path, "recordings")).length, 1);
  assert(exists(join(home.path, ".local", "state", "echolog")));
});

Deno.test("echolog: a user without a home gets one line, and may name the output folder", async () => {
  if (!await hasUsers()) return;
  using place = sharedPlace();
  const own = place.homeOf(ORDINARY);
  for (const home of [null, "relative"]) {
    const options = { home, uid: ORDINARY, cwd: own };
    const { code, stdout, stderr } = await echolog(RECORD, options);
    assertEquals([code, stdout], [2, ""], stderr);
    assertMatch(stderr, /^echolog: [^\n]*HOME[^\n]*\n$/);
    const output = join(own, `out-${home}`);
    const named = await echolog(
      [...RECORD, "--output-dir", output],
      options,
    );
    assertEquals(named.code, 0, named.stderr);
    assertEquals(namesIn(output).length, 1);
    assertEquals(namesIn(own).filter((name) => !/^out-/.test(name)), []);
  }
});

/** Runs a command in a folder that was deleted. */
async function inDeletedFolder(home: string, command: readonly string[]) {
  const script =
    'mkdir "$1" && cd "$1" && rmdir "$1" && export HOME="$2" && shift 2 && exec "$@"';
  const gone = join(home, "gone");
  return await runProgram("sh", [
    ...["-c", script, "sh", gone, home, ...command],
  ]);
}

Deno.test("scripts/echolog: in a folder that was deleted, it says so", async () => {
  using home = tempFolder();
  const launcher = new URL("../../scripts/echolog", import.meta.url);
  const command = [fromFileUrl(launcher), ...RECORD];
  const { code, stdout, stderr } = await inDeletedFolder(home.path, command);
  assertEquals([code, stdout], [2, ""], stderr);
  // Some shells say it in their own words first.
  assertMatch(
    stderr,
    /^(?:[^\n]*getcwd[^\n]*\n)*echolog: Cannot find the current folder: it was deleted; change to one that exists\n$/,
  );
  assertEquals(namesIn(home.path), []);
});

Deno.test("echolog: in a folder that was deleted, it ends at once and makes nothing", async () => {
  using home = tempFolder();
  const command = [...echologCommand(), ...RECORD];
  const { code, stdout, stderr } = await inDeletedFolder(home.path, command);
  // Deno itself needs the current folder: this is its message.
  assertEquals([code, stdout], [1, ""], stderr);
  assertMatch(stderr, /cwd|current (?:working )?(?:directory|folder)/);
  assertEquals(namesIn(home.path), []);
});
