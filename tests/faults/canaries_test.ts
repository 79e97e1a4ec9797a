/**
 * Files outside of a session's folder, while somebody puts links in place of
 * what every command opens: none is shown, written or changed.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { exists } from "../../src/platform/fs.ts";
import { SessionOnDisk, startEcholog } from "../support/echolog.ts";
import { reachesOf } from "../support/strace.ts";
import { traced } from "../support/traced.ts";
import { tempFolder } from "../support/temp.ts";
import {
  ATTACKER,
  hasUsers,
  ORDINARY,
  ROOT,
  type SharedPlace,
  sharedPlace,
} from "../support/users.ts";
import { waitFor } from "../support/wait.ts";
import { configured, ffmpegPid } from "./support.ts";

/** What the canaries say. */
const CANARY = "the canary is private\n";
/** A command that takes longer waits for something. */
const LIMIT = 60_000;
/** Files of a session at whose place something else may be. */
const FILES = [
  ...["session.log", "session.log.1", "session.json", "session.json.tmp"],
  ...["session.json.new", "chunks.jsonl", ".reserve", ".trial", ".repair"],
  ...["chunk_00001.flac", "chunk_00002.flac", "chunk_00002.flac.part"],
  "chunk_00003.flac.part",
];
/** Every command, with a session by its folder. */
const COMMANDS: readonly (readonly string[])[] = [
  ...[["sessions"], ["sessions", "--json"], ["sessions", "--ids"]],
  ...[["status"], ["status", "--json"], ["explain", "SESSION"]],
  ...[["explain", "SESSION", "--json"], ["logs", "SESSION"]],
  ...[["logs", "SESSION", "--json"], ["verify", "SESSION"]],
  ...[["doctor", "--device", "test"], ["devices"], ["config"]],
  ...[["completions", "bash"], ["repair", "SESSION", "--force"], ["repair"]],
  ["export", "SESSION", "-o", "x.flac", "--force"],
  ["stop"],
  ["record", "--device", "test", "--duration", "2s"],
];
/** Commands that run side by side: the attacker takes more than they do. */
const AT_ONCE = 3;

/** Returns the commands for a session's folder, in groups that run side by side. */
function groupsOf(folder: string): string[][][] {
  const commands = COMMANDS.map((command) =>
    command.map((word) => word === "SESSION" ? folder : word)
  );
  const groups: string[][][] = [];
  while (commands.length > 0) groups.push(commands.splice(0, AT_ONCE));
  return groups;
}

/** Exit codes of commands that found something wrong. */
const CODES = new Set([0, 1, 2, 3, 69, 73]);

/** Who runs the commands, and where. */
interface Victim {
  readonly uid: number;
  readonly place: SharedPlace;
}

/** Runs a command; it may not wait, show a canary, or fail in other words. */
async function run(
  argv: readonly string[],
  { uid, place }: Victim,
): Promise<void> {
  const home = place.homeOf(uid);
  await using running = startEcholog(argv, {
    home,
    uid,
    cwd: home,
    env: { ECHOLOG_CONFIG: join(home, "echolog.conf") },
  });
  let waiting = "";
  const timer = setTimeout(() => {
    waiting = whatWaits(place.shared);
    running.signal("SIGKILL");
  }, LIMIT);
  try {
    const { code, stdout, stderr } = await running.finished;
    const shown = `${argv.join(" ")}: ${code}\n${stdout}${stderr}${waiting}`;
    assert(CODES.has(code), shown);
    assert(!shown.includes(CANARY.trim()), shown);
    for (const line of stderr.split("\n").filter((line) => line !== "")) {
      assert(line.startsWith("echolog: "), shown);
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Returns what a command that does not end left: its processes, its logs. */
function whatWaits(shared: string): string {
  const { stdout } = new Deno.Command("sh", {
    args: [
      "-c",
      `ps -eo pid,ppid,stat,wchan:20,etimes,args | grep -F "$1" | grep -v grep
ls -lR "$1"
tail -n 30 "$1"/2*/session.log`,
      "sh",
      shared,
    ],
    stderr: "null",
  }).outputSync();
  return `It waits:\n${new TextDecoder().decode(stdout)}`;
}

/** Makes a session of the victim whose recorder was killed. */
async function crashedBy({ uid, place }: Victim): Promise<string> {
  const home = place.homeOf(uid);
  const env = configured(
    home,
    `[recording]
output_dir = "${place.shared}"
segment_duration = "1s"
[recovery]
start_timeout = "5s"
`,
  );
  Deno.chownSync(join(home, "echolog.conf"), uid, uid);
  await using running = startEcholog(
    ["record", "--device", "test", "--session-id", "dead"],
    { home, env, uid },
  );
  const folder = join(place.shared, "dead");
  await waitFor(
    "the log",
    () => exists(join(folder, "session.log")) || null,
  );
  const session = new SessionOnDisk(folder);
  await session.waitForEvent("chunk_created", 2);
  running.signal("SIGKILL");
  await running.finished;
  Deno.kill(ffmpegPid(session), "SIGKILL");
  return folder;
}

/** Runs a shell script again and again, until it is disposed of. */
function repeating(
  script: string,
  uid: number,
  ...args: string[]
): AsyncDisposable {
  const child = new Deno.Command("sh", {
    args: ["-c", `trap 'exit 0' TERM\nwhile :; do\n${script}\ndone`, "sh"]
      .concat(args),
    uid,
    gid: uid,
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

/** A folder with canaries of the names of a session's files. */
interface Canaries {
  readonly path: string;
  /** Fails unless every canary is whole, under whatever name. */
  check(about: string): void;
}

function canaries(
  parent: string,
  uid: number,
  files: readonly string[] = FILES,
): Canaries {
  const path = join(parent, "canaries");
  Deno.mkdirSync(path, { mode: 0o700 });
  Deno.chownSync(path, uid, uid);
  for (const file of files) {
    const canary = join(path, file);
    Deno.writeTextFileSync(canary, `${CANARY}${file}\n`, { mode: 0o640 });
    Deno.chmodSync(canary, 0o640);
    Deno.chownSync(canary, uid, uid);
  }
  return {
    path,
    check(about) {
      const texts = [...Deno.readDirSync(path)].flatMap(({ name }) => {
        const canary = join(path, name);
        const info = Deno.lstatSync(canary);
        // What was made in the moment of a swap is empty.
        if (info.size === 0) return [];
        assert(info.isFile, `${about}: ${name}`);
        assertEquals([info.uid, (info.mode ?? 0) & 0o777], [uid, 0o640], about);
        return [Deno.readTextFileSync(canary)];
      });
      const expected = files.map((file) => `${CANARY}${file}\n`);
      assertEquals(texts.sort(), expected.sort(), about);
    },
  };
}

/**
 * Files of a moment, which echolog removes. Deno has no call that removes a file
 * in an open folder, so one in another folder may go in the moment of a swap.
 */
const REMOVED = /^(?:\.reserve|\.trial|\.repair|session\.json\.(?:tmp|new))$/;

/** Puts a link and a pipe in the place of every file in turn, and the file itself back. */
const SWAP_FILES = `for file in $3; do
  mv "$1/$file" "$1/$file.kept" 2>/dev/null || continue
  ln -s "$2/$file" "$1/$file"; rm -f "$1/$file"
  mkfifo "$1/$file"; rm -f "$1/$file"
  mv -f "$1/$file.kept" "$1/$file"
done`;

/** Puts a link in the place of a folder and back. */
const SWAP_FOLDER = `for folder in "$1"/dead "$1"/.echolog-doctor.* "$1"/2*Z; do
  [ -d "$folder" ] && [ ! -L "$folder" ] && [ "$folder" != "$1/canaries" ] || continue
  mv "$folder" "$folder.away" 2>/dev/null || continue
  ln -s "$2" "$folder"
  rm -f "$folder"; mv "$folder.away" "$folder"
done`;

const VICTIMS: readonly (readonly [string, number])[] = [
  ["an ordinary user", ORDINARY],
  ["root", ROOT],
];

for (const [who, uid] of VICTIMS) {
  Deno.test(`links and pipes put in place of files while ${who} runs every command: no canary is touched`, async () => {
    if (!await hasUsers()) return;
    using place = sharedPlace();
    const victim = { uid, place };
    const folder = await crashedBy(victim);
    const outside = canaries(place.homeOf(uid), uid);
    // Everybody may rename what is in it: the worst case.
    Deno.chmodSync(folder, 0o777);
    for (const file of FILES) {
      const path = join(folder, file);
      if (exists(path)) continue;
      Deno.writeTextFileSync(path, "", { mode: 0o600 });
      Deno.chownSync(path, uid, uid);
    }
    for (const group of groupsOf(folder)) {
      {
        await using _swaps = repeating(
          SWAP_FILES,
          ATTACKER,
          ...[folder, outside.path, FILES.join(" ")],
        );
        await Promise.all(group.map((argv) => run(argv, victim)));
      }
      outside.check(`${who}: ${group.join("; ")}`);
    }
  });

  Deno.test(`a link put in place of the folder while ${who} runs every command: no canary is written`, async () => {
    if (!await hasUsers()) return;
    using place = sharedPlace();
    // Everybody may rename what is in it: the worst case.
    Deno.chmodSync(place.shared, 0o777);
    const victim = { uid, place };
    const folder = await crashedBy(victim);
    const outside = canaries(
      place.homeOf(uid),
      uid,
      FILES.filter((file) => !REMOVED.test(file)),
    );
    await using _swaps = repeating(
      SWAP_FOLDER,
      ATTACKER,
      ...[place.shared, outside.path],
    );
    for (const group of groupsOf(folder)) {
      await Promise.all(group.map((argv) => run(argv, victim)));
      outside.check(`${who}: ${group.join("; ")}`);
    }
  });
}

Deno.test("no command opens a socket; of a recording, only ffmpeg may", async () => {
  using home = tempFolder();
  const strace = await traced(home.path, ["true"]);
  if (strace === null) return;
  const conf = configured(home.path).ECHOLOG_CONFIG ?? "";
  Deno.writeTextFileSync(
    conf,
    `[recording]\noutput_dir = "${home.path}/recordings"\n`,
  );
  const seen: string[] = [];
  for (
    const argv of [
      ["record", "--device", "test", "--duration", "2s", "--session-id", "a"],
      ...COMMANDS.map((command) =>
        command.map((word) => word === "SESSION" ? "a" : word)
      ),
    ]
  ) {
    const calls = await traced(home.path, argv) ?? [];
    assert(calls.some(({ name }) => name === "execve"), argv.join(" "));
    seen.push(
      ...reachesOf(calls)
        .filter(({ program }) => !program.endsWith("/ffmpeg"))
        .map(({ program, name, args }) =>
          `${argv[0]}: ${program} ${name} ${args}`
        ),
    );
  }
  assertEquals(seen, []);
});
