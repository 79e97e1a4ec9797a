import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { copy, exists } from "@std/fs";
import { dirname, fromFileUrl, join } from "@std/path";
import { waitFor } from "../support/wait.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));

/** Stands in for Deno: notes each call, and answers as far as a start needs. */
const FAKE_DENO = `#!/bin/sh
echo "$1" >>"$CALLS"
case $1 in
  --version) echo "deno \${FAKE_VERSION-2.5.0} (stable, fake)" ;;
  run) printf '%s\\n' "$PWD" "$@" ;;
esac
`;

/** A checkout of the scripts alone, and programs that stand in for real ones. */
class Checkout implements AsyncDisposable {
  private constructor(readonly temp: string, readonly root: string) {}

  static async make(name = "checkout"): Promise<Checkout> {
    const temp = await Deno.realPath(await Deno.makeTempDir());
    const made = new Checkout(temp, join(temp, name));
    await Deno.mkdir(join(made.root, "scripts"), { recursive: true });
    await copy(join(ROOT, "scripts/setup"), join(made.root, "scripts/setup"));
    for (const name of ["echolog", "permissions"]) {
      await copy(
        join(ROOT, "scripts", name),
        join(made.root, "scripts", name),
      );
    }
    await Deno.writeTextFile(join(made.root, "deno.json"), "{}");
    await made.program("deno", FAKE_DENO);
    return made;
  }

  /** Puts a program on PATH. */
  async program(name: string, text: string): Promise<void> {
    const path = join(this.temp, "bin", name);
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeTextFile(path, text);
    await Deno.chmod(path, 0o755);
  }

  /** `scripts/echolog ARGS`, called from \`temp\`. */
  command(
    args: string[],
    { script = join(this.root, "scripts/echolog"), env = {} } = {},
  ): Deno.Command {
    return new Deno.Command(script, {
      args,
      cwd: this.temp,
      clearEnv: true,
      env: {
        PATH: `${join(this.temp, "bin")}:/usr/bin:/bin`,
        HOME: join(this.temp, "home"),
        CALLS: join(this.temp, "calls"),
        ...env,
      },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    });
  }

  async start(...args: Parameters<Checkout["command"]>) {
    const { code, stdout, stderr } = await this.command(...args).output();
    const decoder = new TextDecoder();
    return {
      code,
      stdout: decoder.decode(stdout).trimEnd().split("\n"),
      stderr: decoder.decode(stderr),
    };
  }

  /** The calls of Deno since the last time this was asked. */
  async calls(): Promise<string[]> {
    const path = join(this.temp, "calls");
    const text = await Deno.readTextFile(path);
    await Deno.remove(path);
    return text.trimEnd().split("\n");
  }

  /** Whether a stand-in has made a file. */
  async has(name: string): Promise<boolean> {
    return await exists(join(this.temp, name));
  }

  /** What the set-up has left in the checkout. */
  fetched(): string[] {
    return [...Deno.readDirSync(join(this.root, ".deps"))]
      .map(({ name }) => name).sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.temp, { recursive: true });
  }
}

const test = (name: string, fn: () => Promise<void>) =>
  Deno.test({
    name: Deno.build.os === "windows"
      ? `${name} (skipped: the scripts are for POSIX shells)`
      : name,
    ignore: Deno.build.os === "windows",
    fn,
  });

test("scripts/echolog: passes on the arguments and working folder and prints nothing itself", async () => {
  await using checkout = await Checkout.make();
  const args = ["record", "--device", "a b", "--ffmpeg", "x", "", "*"];
  const { code, stdout, stderr } = await checkout.start(args);

  assertEquals(code, 0);
  assertEquals(stderr, "");
  const [folder, ...words] = stdout;
  assertEquals(folder, checkout.temp);
  assertEquals(words.slice(-args.length), args);
  assertEquals(words.at(-args.length - 1), join(checkout.root, "main.ts"));
});

test("scripts/echolog: runs the program without prompts, a lock file or network access", async () => {
  await using checkout = await Checkout.make();
  const { stdout } = await checkout.start(["status"]);
  const [, , ...words] = stdout;
  assert(words.includes("--no-prompt") && words.includes("--no-lock"));
  const permissions = words.filter((word) => word.startsWith("--allow"));
  const all = await Deno.readTextFile(join(ROOT, "scripts/permissions"));
  assertEquals(permissions, all.trim().split("\n"));
  assert(!permissions.some((one) => /net|ffi|all$|import/.test(one)));
});

test("scripts/echolog: only runs Deno at the second start", async () => {
  await using checkout = await Checkout.make();
  await checkout.start(["status"]);
  assert((await checkout.calls()).length > 1);

  await checkout.start(["status"]);
  assertEquals(await checkout.calls(), ["run"]);
});

test("scripts/echolog: repeats the set-up when the imports or Deno change", async () => {
  await using checkout = await Checkout.make();
  await checkout.start(["status"]);
  await checkout.calls();

  await Deno.writeTextFile(join(checkout.root, "deno.json"), `{"imports":{}}`);
  await checkout.start(["status"]);
  assert((await checkout.calls()).includes("cache"));

  await checkout.program("deno", `${FAKE_DENO}# of another size\n`);
  await checkout.start(["status"]);
  assert((await checkout.calls()).includes("--version"));
});

test("scripts/echolog: starts through a link to a path with special characters", async () => {
  await using checkout = await Checkout.make("a b #1 %20 'é");
  const link = join(checkout.temp, "echolog");
  await Deno.symlink("bin/second", link);
  await Deno.symlink(
    join(checkout.root, "scripts/echolog"),
    join(checkout.temp, "bin/second"),
  );
  for (const script of [link, link]) {
    const { code, stdout } = await checkout.start(["status"], { script });
    assertEquals(code, 0);
    assertEquals(stdout.at(-2), join(checkout.root, "main.ts"));
  }
});

test("scripts/echolog: rejects a Deno that is too old or too new", async () => {
  await using checkout = await Checkout.make();
  await checkout.program("npm", "#!/bin/sh\necho no network; exit 1\n");
  for (const version of ["2.4.1", "1.46.3", "3.0.0", "nonsense"]) {
    const { code, stdout, stderr } = await checkout.start(["status"], {
      env: { FAKE_VERSION: version },
    });
    assertEquals(code, 69);
    assertEquals(stdout, [""]);
    assertStringIncludes(stderr, "    no network\n");
    assertMatch(stderr, /^echolog: Cannot fetch .*install Deno 2/m);
    assertEquals(checkout.fetched(), []);
  }
  for (const version of ["2.4.2", "2.10.0", "2.5.0-rc.1"]) {
    const env = { FAKE_VERSION: version };
    assertEquals((await checkout.start(["status"], { env })).code, 0);
    await Deno.remove(join(checkout.root, ".deps"), { recursive: true });
  }
});

test("scripts/echolog: rejects a Deno from npm that is not the pinned one", async () => {
  await using checkout = await Checkout.make();
  await checkout.program(
    "npm",
    `#!/bin/sh
if [ "$1" = pack ]; then
  while [ "$1" != --pack-destination ]; do shift; done
  for platform in linux-x64-glibc linux-arm64-glibc darwin-x64 darwin-arm64; do
    echo other >"$2/deno-$platform-2.4.2.tgz"
  done
fi
`,
  );
  const { code, stderr } = await checkout.start(["status"], {
    env: { FAKE_VERSION: "1.0.0" },
  });
  assertEquals(code, 69);
  assertMatch(stderr, /^echolog: Cannot (use|set up) .*(SHA-512|Deno)/m);
  assertEquals(checkout.fetched(), []);
});

test("scripts/echolog: leaves nothing behind and ends its child when the set-up is terminated", async () => {
  await using checkout = await Checkout.make();
  await checkout.program(
    "npm",
    `#!/bin/sh
trap 'kill $!; : >npm-ended; exit' TERM
sleep 60 &
: >npm-started
wait
`,
  );
  const env = { FAKE_VERSION: "1.0.0" };
  const process = checkout.command(["status"], { env }).spawn();
  const output = process.output();
  await waitFor(
    "npm to start",
    async () => await checkout.has("npm-started") || null,
  );
  process.kill("SIGTERM");

  assertEquals((await output).signal, "SIGTERM");
  assertEquals(checkout.fetched(), []);
  await waitFor(
    "npm to end",
    async () => await checkout.has("npm-ended") || null,
  );
});

test("scripts/echolog: uses the same permissions as the task of deno.json", async () => {
  const { tasks } = JSON.parse(
    await Deno.readTextFile(join(ROOT, "deno.json")),
  );
  const all = await Deno.readTextFile(join(ROOT, "scripts/permissions"));
  const words: string[] = tasks.echolog.command.split(" ");
  assertEquals(
    words.filter((word) => word.startsWith("--allow")),
    all.trim().split("\n"),
  );
});
