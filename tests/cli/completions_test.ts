import { assert, assertEquals } from "@std/assert";
import { DELIMITER, fromFileUrl, join } from "@std/path";
import { bashCompletion } from "../../src/cli/completions/bash.ts";
import { fishCompletion } from "../../src/cli/completions/fish.ts";
import { zshCompletion } from "../../src/cli/completions/zsh.ts";
import { type Command, COMMANDS } from "../../src/cli/commands.ts";
import { KEYED_SETTINGS } from "../../src/config/keys.ts";
import { tempFolder } from "../support/temp.ts";

/** A shell that completes `echolog` and the words behind it; the last is the one at the cursor. */
interface Shell {
  readonly name: string;
  script(commands: readonly Command[]): string;
  /** The command that prints what a line is completed with. */
  command(files: Files, words: readonly string[]): string[];
}

interface Files {
  readonly script: string;
  readonly output: string;
}

function fixture(name: string): string {
  return fromFileUrl(new URL(`../fixtures/${name}`, import.meta.url));
}

const SHELLS: readonly Shell[] = [
  {
    name: "bash",
    script: bashCompletion,
    command: ({ script }, words) => [
      "--norc",
      fixture("complete.bash"),
      script,
      // As readline splits a line: "=" is a word of its own, but nothing behind it is none.
      ...["echolog", ...words].flatMap((word) =>
        word.split(/(?<=^--[a-z-]+)(=)/).filter((part) =>
          part !== "" || word === ""
        )
      ),
    ],
  },
  {
    name: "zsh",
    script: zshCompletion,
    command: ({ script, output }, words) => [
      "-f",
      fixture("complete.zsh"),
      script,
      ["echolog", ...words].join(" "),
      output,
    ],
  },
  {
    name: "fish",
    script: fishCompletion,
    command: ({ script }, words) => [
      "--no-config",
      "-c",
      'source $argv[1]; complete -C "$argv[2]"',
      script,
      ["echolog", ...words].join(" "),
    ],
  },
];

/** What a shell offers behind `echolog`, sorted; its words without descriptions and closing slashes. */
async function complete(
  shell: Shell,
  words: readonly string[],
  options: { readonly stub?: string; readonly cwd?: string } = {},
): Promise<string[]> {
  using folder = tempFolder();
  const files = {
    script: join(folder.path, "script"),
    output: join(folder.path, "output"),
  };
  Deno.writeTextFileSync(files.script, shell.script(COMMANDS));
  Deno.writeTextFileSync(files.output, "");
  Deno.writeTextFileSync(
    join(folder.path, "echolog"),
    `#!/bin/sh\n${options.stub ?? "echo unwanted >&2; exit 2"}\n`,
    { mode: 0o755 },
  );
  const { code, stdout, stderr } = await new Deno.Command(shell.name, {
    args: shell.command(files, words),
    clearEnv: true,
    env: {
      PATH: folder.path + DELIMITER + (Deno.env.get("PATH") ?? ""),
      HOME: folder.path,
      TERM: "dumb",
      LC_ALL: "C.UTF-8",
    },
    cwd: options.cwd ?? folder.path,
    stdin: "null",
    signal: AbortSignal.timeout(60_000),
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assertEquals({ code, stderr: text(stderr) }, { code: 0, stderr: "" });
  const offered = text(stdout).split("\n").filter((line) => line !== "")
    .map((line) => line.replace(/\t.*/, "").replace(/(.)\/$/, "$1"));
  return [...new Set(offered)].sort();
}

/** Whether a shell is here; says so where it is not. */
function isInstalled({ name }: Shell): boolean {
  try {
    new Deno.Command(name, { args: ["--version"], stdin: "null" }).outputSync();
    return true;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.log(`skipped: ${name} is not installed`);
    return false;
  }
}

function testIn(
  shell: Shell,
  behaviour: string,
  test: () => Promise<void>,
): void {
  Deno.test(`${shell.name} completes ${behaviour}`, async () => {
    if (isInstalled(shell)) await test();
  });
}

const KEYS = KEYED_SETTINGS.map(({ key }) => key).sort();

for (const shell of SHELLS) {
  const offers = async (line: string, ...expected: string[]) => {
    const words = line.split(" ").slice(1);
    assertEquals(await complete(shell, words), expected.sort(), line);
  };

  testIn(shell, "every command", async () => {
    const names = COMMANDS.map(({ name }) => name);
    await offers("echolog ", ...names, "help");
    await offers("echolog rec", "record");
    await offers("echolog help ", ...names);
  });

  testIn(shell, "the flags of the command and no others", async () => {
    await offers("echolog record --log-r", "--log-rotation");
    await offers("echolog stop --", "--all", "--help");
    await offers("echolog status --a");
    for (const command of COMMANDS) {
      const found = await complete(shell, [command.name, "--"]);
      const flags = command.options().map(({ name }) => `--${name}`);
      const names = found.map((word) => word.replace(/=$/, ""));
      assertEquals(names, flags.sort(), command.name);
    }
  });

  testIn(shell, "values of flags that can be listed", async () => {
    await offers("echolog record --format ", "flac", "wav", "opus");
    await offers("echolog record --device test --log-level d", "debug");
    await offers("echolog record --sample-rate ");
  });

  testIn(shell, "values behind an equals sign", async () => {
    for (
      const [typed, ...ends] of [["", "flac", "wav", "opus"], ["w", "wav"]]
    ) {
      const found = await complete(shell, ["record", `--format=${typed}`]);
      // fish offers the whole word; the others only what is behind the sign.
      const values = found.map((word) => word.replace("--format=", ""));
      assertEquals(values, ends.sort());
    }
    await offers(
      "echolog config --config=x get recording.f",
      "recording.format",
    );
  });

  testIn(shell, "the words of config, its keys and their values", async () => {
    await offers("echolog config ", "show", "path", "init", "get", "set");
    await offers("echolog config get ", ...KEYS);
    await offers("echolog config set ", ...KEYS);
    await offers("echolog config set recording.form", "recording.format");
    await offers(
      "echolog config set logging.level ",
      "debug",
      "info",
      "warning",
      "error",
    );
    await offers("echolog config set logging.utc f", "false");
    await offers("echolog config get logging.level ");
    await offers("echolog config set recording.channels ");
    await offers(
      "echolog config --config x.conf set logging.f",
      "logging.format",
    );
    await offers("echolog completions ", "bash", "zsh", "fish");
  });

  testIn(shell, "files and folders where a flag takes them", async () => {
    using folder = tempFolder();
    Deno.mkdirSync(join(folder.path, "some folder"));
    Deno.writeTextFileSync(join(folder.path, "some file"), "");
    Deno.writeTextFileSync(join(folder.path, "other"), "");
    const find = async (flag: string) => {
      const words = ["record", flag, "some"];
      const found = await complete(shell, words, { cwd: folder.path });
      return found.map((word) => word.replaceAll("\\", ""));
    };
    assertEquals(await find("--config"), ["some file", "some folder"]);
    assertEquals(await find("--output-dir"), ["some folder"]);
    assertEquals(await find("--device"), []);
  });

  testIn(shell, "sessions by asking echolog for their ids", async () => {
    const stub = `[ "$*" = "sessions --ids" ] || exit 9
      echo 20250922T100000Z; echo 20250923T100000Z; echo live-2`;
    const find = async (...words: string[]) =>
      await complete(shell, words, { stub });
    assertEquals(await find("stop", "2025"), [
      "20250922T100000Z",
      "20250923T100000Z",
    ]);
    assertEquals(await find("stop", "l"), ["latest", "live-2"]);
    assertEquals(await find("repair", "--", "li"), ["live-2"]);
    assertEquals(await find("stop", "latest", "2"), []);
    assertEquals(await find("record", "2"), []);
  });

  testIn(shell, "silently when sessions cannot be listed", async () => {
    const stub = "echo 'echolog: no folder' >&2; exit 2";
    assertEquals(await complete(shell, ["stop", ""], { stub }), ["latest"]);
  });
}

Deno.test("bash takes no session id for a command", async () => {
  const [bash] = SHELLS;
  assert(bash !== undefined);
  if (!isInstalled(bash)) return;
  using folder = tempFolder();
  const mark = join(folder.path, "mark");
  const stub = `echo 'x$(touch ${mark})'; echo 'x;y'; echo x1`;
  assertEquals(await complete(bash, ["stop", "x"], { stub }), ["x1"]);
  assertEquals([...Deno.readDirSync(folder.path)], []);
});

Deno.test("bash completes where an equals sign breaks no words", async () => {
  const [bash] = SHELLS;
  assert(bash !== undefined);
  if (!isInstalled(bash)) return;
  const whole: Shell = {
    ...bash,
    command: ({ script }, words) => [
      "--norc",
      fixture("complete.bash"),
      script,
      "echolog",
      ...words,
    ],
  };
  assertEquals(await complete(whole, ["record", "--format=w"]), [
    "--format=wav",
  ]);
  assertEquals(
    await complete(whole, ["config", "--config=x", "get", "disk"]),
    ["disk.min_free_bytes"],
  );
});
