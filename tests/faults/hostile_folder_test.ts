/**
 * Session folders into which somebody else put links and pipes.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { startEcholog } from "../support/echolog.ts";
import { runProgram } from "../support/program.ts";
import { tempFolder } from "../support/temp.ts";
import { crashed } from "./support.ts";

/** What is outside of the folders, and must stay. */
const CANARY = "the canary is private\n";
/** Files of a session at whose place something else may be, together. */
const GROUPS = [
  ["session.json"],
  ["session.log"],
  ["chunks.jsonl", "chunk_00001.flac"],
  ["session.json.tmp", "session.log.1", ".repair", "chunk_00002.flac.part"],
];
/** Commands that look at a session, with what they may end with. */
const COMMANDS: readonly (readonly string[])[] = [
  ["sessions", "--json"],
  ["explain", "SESSION"],
  ["logs", "SESSION"],
  ["verify", "SESSION"],
  ["export", "SESSION", "--force", "-o", "x.flac"],
  ["repair", "SESSION", "--force"],
];
/** A command that takes longer waits for something; a busy machine is slow. */
const LIMIT = 60_000;

/** Runs a command; fails when it waits for something. */
async function within(argv: readonly string[], home: string) {
  await using running = startEcholog(argv, { home, cwd: home });
  const timer = setTimeout(() => running.signal("SIGKILL"), LIMIT);
  try {
    const finished = await running.finished;
    assert(finished.code !== 137, `${argv.join(" ")} waits`);
    return finished;
  } finally {
    clearTimeout(timer);
  }
}

/** Runs all commands; none may wait, show the canary, or fail in other words. */
async function runAll(home: string, id: string): Promise<void> {
  for (const command of COMMANDS) {
    const argv = command.map((word) => word === "SESSION" ? id : word);
    const { code, stdout, stderr } = await within(argv, home);
    const shown = `${argv.join(" ")}: ${code}\n${stdout}${stderr}`;
    assert(code <= 3, shown);
    assert(!shown.includes(CANARY.trim()), shown);
    for (const line of stderr.split("\n").filter((line) => line !== "")) {
      assert(line.startsWith("echolog: "), shown);
    }
  }
}

/** Puts something in place of a file of a crashed session. */
type Trap = (path: string, canary: string) => Promise<void> | void;

const TRAPS: Readonly<Record<string, Trap>> = {
  "a link": (path, canary) => Deno.symlinkSync(canary, path),
  "a link to nothing": (path, canary) =>
    Deno.symlinkSync(`${canary}.missing`, path),
  "a second name of a file": (path, canary) => Deno.linkSync(canary, path),
  "a pipe": async (path) => {
    const { code, stderr } = await runProgram("mkfifo", [path]);
    assertEquals(code, 0, stderr);
  },
  "a folder": (path) => Deno.mkdirSync(path),
};

/** Puts traps in place of files; disposing puts the files back. */
async function replaced(
  folder: string,
  files: readonly string[],
  trap: (path: string) => Promise<void> | void,
): Promise<Disposable> {
  const kept: (readonly [string, Uint8Array | null])[] = [];
  for (const file of files) {
    const path = join(folder, file);
    kept.push([path, await Deno.readFile(path).catch(() => null)]);
    await Deno.remove(path).catch(() => {});
    await trap(path);
  }
  return {
    [Symbol.dispose]() {
      for (const [path, bytes] of kept) {
        try {
          Deno.removeSync(path, { recursive: true });
        } catch {
          // Repair removed it: it may remove temporary files.
        }
        if (bytes !== null) Deno.writeFileSync(path, bytes, { mode: 0o600 });
      }
    },
  };
}

for (const [name, trap] of Object.entries(TRAPS)) {
  Deno.test(`a session folder with ${name} for each file: nothing outside is touched`, async () => {
    using home = tempFolder();
    const canary = join(home.path, "canary");
    const session = await crashed(home.path);
    const { folder } = session;
    for (const files of GROUPS) {
      Deno.writeTextFileSync(canary, CANARY);
      using _undo = await replaced(folder, files, (path) => trap(path, canary));
      await runAll(home.path, folder);
      const about = `${name}: ${files.join()}`;
      assertEquals(Deno.readTextFileSync(canary), CANARY, about);
      const { mode } = Deno.lstatSync(canary);
      assertEquals((mode ?? 0) & 0o777, 0o644, about);
    }
    const outside = [...Deno.readDirSync(home.path)].map(({ name }) => name);
    assert(!outside.includes("canary.missing"), outside.join());
  });
}

/** Swaps a file for a link to the canary and back, until it is stopped. */
function swapping(path: string, canary: string): AsyncDisposable {
  const child = new Deno.Command("sh", {
    args: [
      "-c",
      `cp "$1" "$1.kept"
trap 'exit 0' TERM
while :; do
  ln -s "$2" "$1.link"; mv -f "$1.link" "$1"
  cp "$1.kept" "$1.file"; mv -f "$1.file" "$1"
done`,
      "sh",
      ...[path, canary],
    ],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  return {
    async [Symbol.asyncDispose]() {
      // The shell ends after the program that it runs.
      child.kill("SIGTERM");
      await child.status;
    },
  };
}

Deno.test("links that are put in place while commands run: nothing outside is touched", async () => {
  using home = tempFolder();
  const canary = join(home.path, "canary");
  const { folder } = await crashed(home.path);
  for (const file of ["session.log", "session.json", "chunks.jsonl"]) {
    Deno.writeTextFileSync(canary, CANARY);
    {
      await using _swaps = swapping(join(folder, file), canary);
      await runAll(home.path, folder);
    }
    assertEquals(Deno.readTextFileSync(canary), CANARY, file);
    const { isFile, nlink, mode } = Deno.lstatSync(canary);
    assert(isFile && nlink === 1);
    assertEquals((mode ?? 0) & 0o777, 0o644);
  }
});

/** A user that has no name here. */
const SOMEBODY = 61_234;

/** Whether this test may give files to another user; says so if not. */
function isRoot(): boolean {
  if (Deno.uid() === 0) return true;
  console.log("not run: only root can give files to another user");
  return false;
}

Deno.test("repair by root: another user's session stays that user's", async () => {
  if (!isRoot()) return;
  using home = tempFolder();
  const { folder } = await crashed(home.path);
  for (const { name } of Deno.readDirSync(folder)) {
    Deno.chownSync(join(folder, name), SOMEBODY, SOMEBODY);
  }
  Deno.chownSync(folder, SOMEBODY, SOMEBODY);
  Deno.chmodSync(join(folder, "session.json"), 0o640);
  // It is made again.
  await Deno.remove(join(folder, "chunks.jsonl")).catch(() => {});
  const { code, stdout, stderr } = await within(
    ["repair", folder, "--force"],
    home.path,
  );
  assertEquals(code, 0, stdout + stderr);
  for (const { name } of Deno.readDirSync(folder)) {
    const { uid, mode } = Deno.lstatSync(join(folder, name));
    assertEquals(uid, SOMEBODY, name);
    const expected = name === "session.json" ? 0o640 : 0o600;
    assertEquals((mode ?? 0) & 0o777, expected, name);
  }
});

Deno.test("repair by root: a file of root's in another user's folder is left alone", async () => {
  if (!isRoot()) return;
  using home = tempFolder();
  const { folder } = await crashed(home.path);
  // Root's own log, in a folder that now is somebody's.
  Deno.chownSync(folder, SOMEBODY, SOMEBODY);
  const before = Deno.readTextFileSync(join(folder, "session.log"));
  const { code, stderr } = await within(
    ["repair", folder, "--force"],
    home.path,
  );
  assertEquals(code, 1, stderr);
  assertStringIncludes(stderr, "it is another user's file");
  assertEquals(Deno.readTextFileSync(join(folder, "session.log")), before);
});

Deno.test("repair: a session folder that is a link is left alone", async () => {
  using home = tempFolder();
  const { folder } = await crashed(home.path);
  const moved = join(home.path, "moved");
  Deno.renameSync(folder, moved);
  Deno.symlinkSync(moved, folder);
  const before = [...Deno.readDirSync(moved)].map(({ name }) => name).sort();
  const { code, stderr } = await within(
    ["repair", folder, "--force"],
    home.path,
  );
  assertEquals(code, 1, stderr);
  assertStringIncludes(stderr, "it is a link");
  const after = [...Deno.readDirSync(moved)].map(({ name }) => name).sort();
  assertEquals(after, before);
});
