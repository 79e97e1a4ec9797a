import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { walk } from "@std/fs";
import { dirname, fromFileUrl, join, relative } from "@std/path";
import { tempFolder } from "../support/temp.ts";
import { ORDINARY } from "../support/users.ts";
import { BINARY, binaryTest, findProgram, runBinary } from "./support.ts";

/** More than a base may not be in it: the program and what it imports. */
const MAX_BYTES_OVER_BASE = 5_000_000;

const VERSION =
  /^echolog \d+\.\d+\.\d+ \(commit ([0-9a-f]{7,40}(?:\+changes)?|unknown), Deno (\d+\.\d+\.\d+), ([\w-]+)\)\n$/;

/** Every file and folder under a folder, sorted. */
async function allIn(folder: string): Promise<string[]> {
  const found = await Array.fromAsync(walk(folder));
  return found.map(({ path }) => relative(folder, path)).sort();
}

/** The folder that ffmpeg is in, and no other. */
function pathOfFfmpeg(): string {
  return dirname(findProgram("ffmpeg") ?? "");
}

binaryTest("binary: prints its version and target", async () => {
  using folder = tempFolder();
  const { code, stdout, stderr } = await runBinary(["--version"], {
    cwd: folder.path,
    env: {},
  });
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  const [, , , target] = VERSION.exec(stdout) ?? [];
  assertEquals(target, Deno.build.target, stdout);
  assertEquals(await allIn(folder.path), [""]);
});

binaryTest(
  "binary: contains the V8 flag --expose-gc",
  async () => {
    // What the flags were, the file says at its end; elsewhere in it they are words.
    const { size } = await Deno.stat(BINARY);
    using file = await Deno.open(BINARY);
    await file.seek(size - 8_000_000, Deno.SeekMode.Start);
    const end = await new Response(file.readable).text();
    assertStringIncludes(end, '"--expose-gc"');
  },
);

binaryTest("binary: prints help without environment variables", async () => {
  using folder = tempFolder();
  const { code, stdout, stderr } = await runBinary(["--help"], {
    cwd: folder.path,
    env: {},
  });
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  assertMatch(stdout, /^Usage: echolog COMMAND/m);
  assertEquals(await allIn(folder.path), [""]);
});

binaryTest(
  "binary: leaves only the session and its state after a recording",
  async () => {
    using folder = tempFolder();
    const { code, stdout, stderr } = await runBinary(
      [
        ...["record", "--device", "test", "--duration", "2s"],
        ...["--session-id", "one", "--output-dir", "out"],
      ],
      {
        cwd: folder.path,
        env: {
          PATH: pathOfFfmpeg(),
          XDG_STATE_HOME: join(folder.path, "state"),
        },
      },
    );
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    assertMatch(
      stdout,
      /^Logging to .*\/out\/one\/session\.log \(level=info\)\n$/,
    );
    assertEquals(await allIn(folder.path), [
      "",
      "out",
      "out/one",
      "out/one/chunk_00001.flac",
      "out/one/chunks.jsonl",
      "out/one/session.json",
      "out/one/session.log",
      "state",
      "state/echolog",
      "state/echolog/active",
      "state/echolog/devices",
      "state/echolog/devices/9f86d081884c7d65",
      "state/echolog/lock",
    ]);
  },
);

binaryTest(
  "binary: reports in one line that no home folder is known",
  async () => {
    using folder = tempFolder();
    const { code, stdout, stderr } = await runBinary(
      ["record", "--device", "test", "--duration", "2s"],
      // Without getent, too, which would know the home of this user.
      { cwd: folder.path, env: { PATH: folder.path } },
    );
    assertEquals({ code, stdout, stderr }, {
      code: 2,
      stdout: "",
      stderr:
        "echolog: Cannot expand ~ in ~/recordings; set HOME, or give an absolute path\n",
    });
    assertEquals(await allIn(folder.path), [""]);
  },
);

binaryTest(
  "binary: records for a user without a home folder and logs a warning",
  async () => {
    if (Deno.uid() !== 0) {
      console.log("skipped: only root can run programs as another user");
      return;
    }
    using folder = tempFolder();
    // Its number is in no user database, so nothing names a home for it.
    const otherUser = ORDINARY;
    // A user of no rights has to reach all of it.
    const program = join(folder.path, "echolog");
    Deno.copyFileSync(BINARY, program);
    Deno.chmodSync(program, 0o755);
    Deno.chownSync(folder.path, otherUser, otherUser);
    const { code, stderr } = await runBinary(
      [
        ...["record", "--device", "test", "--duration", "2s"],
        ...["--session-id", "one", "--output-dir", folder.path],
      ],
      {
        cwd: folder.path,
        env: { PATH: pathOfFfmpeg() },
        program,
        uid: otherUser,
      },
    );
    assertEquals(code, 0);
    assertMatch(
      stderr,
      /^echolog: Cannot write to the state folder \(no home folder\); status and stop do not see this session; another recording .*\n$/,
    );
    assertEquals(await allIn(folder.path), [
      "",
      "echolog",
      "one",
      "one/chunk_00001.flac",
      "one/chunks.jsonl",
      "one/session.json",
      "one/session.log",
    ]);
    assertMatch(
      Deno.readTextFileSync(join(folder.path, "one", "session.log")),
      /WARNING echolog\.recorder: warning code=registry_write_failed message="Cannot write to the state folder \(no home folder\)/,
    );
  },
);

binaryTest(
  "binary: exceeds the size of its base by less than 5 MB",
  async () => {
    const { stdout } = await runBinary(["--version"], { cwd: "/", env: {} });
    const [, , version, target] = VERSION.exec(stdout) ?? [];
    const base = fromFileUrl(
      new URL(`../../.deps/denort-${version}-${target}`, import.meta.url),
    );
    let size: number;
    try {
      size = Deno.statSync(base).size;
    } catch {
      console.log(`skipped: there is no ${base}, Deno has the base elsewhere`);
      return;
    }
    const over = Deno.statSync(BINARY).size - size;
    assert(
      0 < over && over < MAX_BYTES_OVER_BASE,
      `${over} bytes over its base`,
    );
  },
);
