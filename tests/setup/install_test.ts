import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { type Finished, runProgram } from "../support/program.ts";
import { tempFolder } from "../support/temp.ts";

const SCRIPT = fromFileUrl(
  new URL("../../scripts/install.sh", import.meta.url),
);
const FILE = "echolog-x86_64-unknown-linux-gnu";
/** A program small enough to be served again and again. */
const PROGRAM = "#!/bin/sh\necho 'echolog 9.9.9 (commit x)'\n";

async function sumOf(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A release on this machine: what is served under each name. */
function release(files: Readonly<Record<string, () => Response>>) {
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen() {},
  }, (request) => {
    const name = new URL(request.url).pathname.slice(1);
    return files[name]?.() ?? new Response("no", { status: 404 });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

async function install(
  home: string,
  args: readonly string[],
  path = "/usr/bin:/bin",
): Promise<Finished> {
  return await runProgram("sh", [SCRIPT, ...args], {
    clearEnv: true,
    env: { HOME: home, PATH: path },
  });
}

/** Every file below a folder. */
function filesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesIn(join(folder, name)) : [name]
  );
}

const isHere = Deno.build.target === "x86_64-unknown-linux-gnu";
const test = (name: string, fn: () => Promise<void>) =>
  Deno.test(name, async () => {
    if (isHere) await fn();
    else console.log("skipped: the files of the test are for x86_64 Linux");
  });

const WHOLE = async () => ({
  SHA256SUMS: `${await sumOf("other")}  echolog-other\n${await sumOf(
    PROGRAM,
  )}  ${FILE}\n`,
});

test("scripts/install.sh: checks and installs the file for this machine and reports it", async () => {
  using home = tempFolder();
  const { SHA256SUMS } = await WHOLE();
  await using server = release({
    SHA256SUMS: () => new Response(SHA256SUMS),
    [FILE]: () => new Response(PROGRAM),
  });
  const { code, stdout, stderr } = await install(home.path, [
    ...["--from", server.url],
  ]);
  const path = join(home.path, ".local", "bin", "echolog");
  assertEquals(code, 0, stderr);
  assertEquals(stdout, `Installed echolog 9.9.9 (commit x) as ${path}\n`);
  assertMatch(stderr, /is not on PATH/);
  assertEquals(Deno.readTextFileSync(path), PROGRAM);
  assertEquals((Deno.statSync(path).mode ?? 0) & 0o777, 0o755);
  assertEquals(filesIn(home.path), ["echolog"], "nothing else is left");
});

test("scripts/install.sh: installs to a given folder without a warning when it is on PATH", async () => {
  using home = tempFolder();
  const { SHA256SUMS } = await WHOLE();
  await using server = release({
    SHA256SUMS: () => new Response(SHA256SUMS),
    [FILE]: () => new Response(PROGRAM),
  });
  const folder = join(home.path, "a b");
  const { code, stderr } = await install(
    home.path,
    ["--from", server.url, "--to", folder],
    `${folder}:/usr/bin:/bin`,
  );
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  assertEquals(filesIn(folder), ["echolog"]);
});

test("scripts/install.sh --uninstall: removes what it installed, and nothing else", async () => {
  using home = tempFolder();
  const folder = join(home.path, ".local", "bin");
  Deno.mkdirSync(folder, { recursive: true });
  Deno.writeTextFileSync(join(folder, "echolog"), PROGRAM, { mode: 0o755 });
  Deno.writeTextFileSync(join(folder, "other"), "");
  const { code, stdout, stderr } = await install(home.path, ["--uninstall"]);
  assertEquals([code, stderr], [0, ""]);
  assertEquals(stdout, `Removed ${join(folder, "echolog")}\n`);
  assertEquals(filesIn(home.path), ["other"]);
  const again = await install(home.path, ["--uninstall"]);
  assertEquals(again.code, 1);
  assertMatch(again.stderr, /There is no .*echolog; name its folder/);
});

test("scripts/install.sh --uninstall: leaves a program of the same name that is not echolog", async () => {
  using home = tempFolder();
  const path = join(home.path, "echolog");
  const text = "#!/bin/sh\necho 'another 1.0'\n";
  Deno.writeTextFileSync(path, text, { mode: 0o755 });
  const { code, stderr } = await install(home.path, [
    ...["--uninstall", "--to", home.path],
  ]);
  assertEquals(code, 1);
  assertMatch(stderr, /nothing was removed/);
  assertEquals(Deno.readTextFileSync(path), text);
});

/** What must leave everything as it is. */
const FAULTS: readonly (readonly [
  string,
  () => Promise<Record<string, () => Response>>,
  RegExp,
])[] = [
  [
    "a wrong sum",
    async () => ({
      SHA256SUMS: await (async () => {
        const text = `${await sumOf("something else")}  ${FILE}\n`;
        return () => new Response(text);
      })(),
      [FILE]: () => new Response(PROGRAM),
    }),
    /is not what it should be: its SHA-256 is [0-9a-f]{64}, expected [0-9a-f]{64}/,
  ],
  [
    "a download that breaks off",
    async () => {
      const { SHA256SUMS } = await WHOLE();
      return {
        SHA256SUMS: () => new Response(SHA256SUMS),
        [FILE]: () =>
          new Response(
            new ReadableStream({
              start(controller) {
                controller.enqueue(new TextEncoder().encode("#!/bin/sh\n"));
                controller.error(new Error("the line is cut"));
              },
            }),
          ),
      };
    },
    /Cannot download http.*echolog-x86_64/,
  ],
  [
    "a file that is missing",
    async () => {
      const { SHA256SUMS } = await WHOLE();
      return { SHA256SUMS: () => new Response(SHA256SUMS) };
    },
    /Cannot download http.*echolog-x86_64/,
  ],
  [
    "a release without sums",
    () => Promise.resolve({ [FILE]: () => new Response(PROGRAM) }),
    /Cannot download http.*SHA256SUMS/,
  ],
  [
    "sums that do not list the file",
    () => Promise.resolve({ SHA256SUMS: () => new Response("0  x\n") }),
    /SHA256SUMS does not list echolog-x86_64/,
  ],
  [
    "a file that does not run here",
    async () => {
      const text = "\x7fELF nonsense";
      const sums = `${await sumOf(text)}  ${FILE}\n`;
      return {
        SHA256SUMS: () => new Response(sums),
        [FILE]: () => new Response(text),
      };
    },
    /does not run on this machine/,
  ],
];

for (const [what, files, expected] of FAULTS) {
  test(`scripts/install.sh: installs nothing and reports ${what} in one line`, async () => {
    using home = tempFolder();
    const folder = join(home.path, "bin");
    Deno.mkdirSync(folder);
    Deno.writeTextFileSync(join(folder, "echolog"), "the old one");
    await using server = release(await files());
    const { code, stdout, stderr } = await install(home.path, [
      ...["--from", server.url, "--to", folder],
    ]);
    assertEquals({ code, stdout }, { code: 1, stdout: "" }, stderr);
    const own = stderr.split("\n").filter((line) => /^echolog: /.test(line));
    assertEquals(own.length, 1, stderr);
    assertMatch(own[0] ?? "", expected);
    assertMatch(own[0] ?? "", /; nothing was installed$/);
    assertEquals(filesIn(folder), ["echolog"]);
    assertEquals(
      Deno.readTextFileSync(join(folder, "echolog")),
      "the old one",
    );
  });
}

test("scripts/install.sh: reports an unknown platform before it downloads anything", async () => {
  using home = tempFolder();
  const bin = join(home.path, "fake");
  Deno.mkdirSync(bin);
  Deno.writeTextFileSync(
    join(bin, "uname"),
    '#!/bin/sh\n[ "$1" = -s ] && echo Plan9 || echo mips\n',
    { mode: 0o755 },
  );
  const { code, stderr } = await install(
    home.path,
    ["--from", "http://127.0.0.1:1"],
    `${bin}:/usr/bin:/bin`,
  );
  assertEquals(code, 1);
  assertMatch(stderr, /^echolog: There is no echolog for Plan9 on mips: .*\n$/);
});

test("scripts/install.sh: reports an unwritable target before it downloads anything", async () => {
  using home = tempFolder();
  const file = join(home.path, "file");
  Deno.writeTextFileSync(file, "");
  for (const folder of [file, "/proc/nowhere"]) {
    const { code, stderr } = await install(home.path, [
      ...["--from", "http://127.0.0.1:1", "--to", folder],
    ]);
    assertEquals(code, 1);
    assertMatch(stderr, /^echolog: Cannot write to .*: name another folder/);
  }
  assertEquals(filesIn(home.path), ["file"]);
});

test("scripts/install.sh: rejects invalid arguments", async () => {
  using home = tempFolder();
  for (const args of [[], ["--to"], ["--form", "x"], ["--from", ""]]) {
    const { code, stderr } = await install(home.path, args);
    assertEquals(code, 2, stderr);
    assert(/^echolog: [^\n]+\n$/.test(stderr), stderr);
  }
});

test("scripts/install.sh: removes the folder it created when the download fails, and prints help", async () => {
  using home = tempFolder();
  await using server = release({});
  const failed = await install(home.path, ["--from", server.url]);
  assertEquals(failed.code, 1);
  const left = [...Deno.readDirSync(join(home.path, ".local"))];
  assertEquals(left.map(({ name }) => name), []);
  const help = await install(home.path, ["--help"]);
  assertEquals([help.code, help.stderr], [0, ""]);
  assertMatch(help.stdout, /--to DIR[^]*--from URL/);
});

test("scripts/install.sh: accepts checksum files in the format of other systems", async () => {
  using home = tempFolder();
  const sum = (await sumOf(PROGRAM)).toUpperCase();
  await using server = release({
    SHA256SUMS: () => new Response(`${sum} *${FILE}\r\n`),
    [FILE]: () => new Response(PROGRAM),
  });
  const { code } = await install(home.path, [
    ...["--from", server.url, "--to", `${join(home.path, "bin")}/`],
  ]);
  assertEquals(code, 0);
  assertEquals(filesIn(home.path), ["echolog"]);
});

test("scripts/install.sh: rejects a folder in place of the program", async () => {
  using home = tempFolder();
  await using server = release({});
  Deno.mkdirSync(join(home.path, "bin", "echolog"), { recursive: true });
  const { code, stderr } = await install(home.path, [
    ...["--from", server.url, "--to", join(home.path, "bin")],
  ]);
  assertEquals(code, 2);
  assertMatch(stderr, /^echolog: \S+\/bin\/echolog is a folder: .*\n$/);
});
