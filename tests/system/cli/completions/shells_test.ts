import { assertEquals } from "@std/assert";
import { DELIMITER, fromFileUrl, join } from "@std/path";
import { FORMAT_NAMES } from "../../../../src/audio/format.ts";
import type { Command } from "../../../../src/cli/args/command.ts";
import { COMMANDS } from "../../../../src/cli/command_table.ts";
import { bashCompletion } from "../../../../src/cli/completions/bash.ts";
import { fishCompletion } from "../../../../src/cli/completions/fish.ts";
import { zshCompletion } from "../../../../src/cli/completions/zsh.ts";
import { KEYED_SETTINGS } from "../../../../src/config/keys.ts";
import { tempFolder } from "../../../support/temp.ts";

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
  return fromFileUrl(new URL(`../../../fixtures/${name}`, import.meta.url));
}

const BASH: Shell = {
  name: "bash",
  script: bashCompletion,
  command: ({ script }, words) => [
    "--norc",
    fixture("complete.bash"),
    script,
    // As readline splits a line: "=" and ":" are words of their own, but nothing behind them is none.
    ...["echolog", ...words].flatMap((word) =>
      word.split(/(?<=^--[a-z-]+)(=)|(:+)/).filter((part) =>
        part !== undefined && (part !== "" || word === "")
      )
    ),
  ],
};

const SHELLS: readonly Shell[] = [
  BASH,
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

interface Asked {
  /** Home folder of the user. */
  readonly home: string;
  /** What `echolog` does when the shell runs it. */
  readonly stub?: string;
  /** Current folder. */
  readonly cwd?: string;
}

/** What a shell offers behind `echolog`, sorted; its words without descriptions and closing slashes. */
async function complete(
  shell: Shell,
  words: readonly string[],
  options: Asked,
): Promise<string[]> {
  const folder = options.home;
  const files = {
    script: join(folder, "script"),
    output: join(folder, "output"),
  };
  Deno.writeTextFileSync(files.script, shell.script(COMMANDS));
  Deno.writeTextFileSync(files.output, "");
  Deno.writeTextFileSync(
    join(folder, "echolog"),
    `#!/bin/sh\n${options.stub ?? "echo unwanted >&2; exit 2"}\n`,
    { mode: 0o755 },
  );
  const { code, stdout, stderr } = await new Deno.Command(shell.name, {
    args: shell.command(files, words),
    clearEnv: true,
    env: {
      PATH: folder + DELIMITER + (Deno.env.get("PATH") ?? ""),
      HOME: folder,
      TERM: "dumb",
      LC_ALL: "C.UTF-8",
    },
    cwd: options.cwd ?? folder,
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

type Ask = (
  words: readonly string[],
  options?: Omit<Asked, "home">,
) => Promise<string[]>;

function testIn(
  shell: Shell,
  behaviour: string,
  test: (ask: Ask) => Promise<void>,
): void {
  Deno.test(`completions ${shell.name}: ${behaviour}`, async () => {
    if (!isInstalled(shell)) return;
    // One for the whole test: zsh keeps there what it finds out at its first start.
    using home = tempFolder();
    await test((words, options) =>
      complete(shell, words, { ...options, home: home.path })
    );
  });
}

const KEYS = KEYED_SETTINGS.map(({ key }) => key).sort();

async function assertOffers(ask: Ask, line: string, ...expected: string[]) {
  const words = line.split(" ").slice(1);
  assertEquals(await ask(words), expected.sort(), line);
}

for (const shell of SHELLS) {
  testIn(shell, "completes every command", async (ask) => {
    const names = COMMANDS.map(({ name }) => name);
    await assertOffers(ask, "echolog ", ...names, "help");
    await assertOffers(ask, "echolog rec", "record");
    await assertOffers(ask, "echolog help ", ...names);
  });

  testIn(
    shell,
    "completes only the flags of the command",
    async (ask) => {
      // fish 4 also offers words that have these letters in this order.
      await assertOffers(ask, "echolog record --log-rot", "--log-rotation");
      await assertOffers(
        ask,
        "echolog stop --",
        ...["--all", "--output-dir", "--config", "--help"],
      );
      await assertOffers(ask, "echolog status --a");
      for (const command of COMMANDS) {
        const found = await ask([command.name, "--"]);
        const flags = command.options().map(({ name }) => `--${name}`);
        const names = found.map((word) => word.replace(/=$/, ""));
        assertEquals(names, flags.sort(), command.name);
      }
    },
  );

  testIn(shell, "completes values of flags with fixed choices", async (ask) => {
    await assertOffers(ask, "echolog record --format ", ...FORMAT_NAMES);
    await assertOffers(
      ask,
      "echolog record --device test --log-level d",
      "debug",
    );
    await assertOffers(ask, "echolog record --sample-rate ");
  });

  testIn(
    shell,
    "completes the words of a list, also after a comma",
    async (ask) => {
      for (const typed of ["ga", "error,ga", "error,warning,ga"]) {
        const found = await ask(["logs", "latest", "--event", typed]);
        // zsh offers the last word; the others all that was typed.
        const last = found.map((word) => word.replace(/^.*,/, ""));
        assertEquals(last, ["gap"], typed);
      }
    },
  );

  testIn(shell, "completes devices, also behind a colon", async (ask) => {
    const stub = `[ "$*" = "devices --names" ] || exit 9
printf '%s\\n' pulse:default pulse:loop.monitor alsa:hw:CARD=Mic,DEV=0 avfoundation::1 test`;
    for (
      const [typed, ...ends] of [
        ["te", "test"],
        ["pulse:l", "loop.monitor"],
        ["alsa:hw:", "CARD=Mic,DEV=0"],
        ["avfoundation::", "1"],
      ] as const
    ) {
      for (const words of [["--device", typed], [`--device=${typed}`]]) {
        const found = await ask(["record", ...words], { stub });
        const last = found.map((word) => word.replace(/^.*:/, ""));
        assertEquals(
          last.map((word) => word.replace("--device=", "")),
          ends,
          typed,
        );
      }
    }
  });

  testIn(shell, "completes values after an equals sign", async (ask) => {
    for (
      const [typed, ...ends] of [["", ...FORMAT_NAMES], ["w", "wav"]]
    ) {
      const found = await ask(["record", `--format=${typed}`]);
      // fish offers the whole word; the others only what is behind the sign.
      const values = found.map((word) => word.replace("--format=", ""));
      assertEquals(values, ends.sort());
    }
    await assertOffers(
      ask,
      "echolog config --config=x get recording.f",
      "recording.format",
    );
  });

  testIn(
    shell,
    "completes actions, keys and values of config",
    async (ask) => {
      await assertOffers(
        ask,
        "echolog config ",
        "show",
        "path",
        "init",
        "get",
        "set",
      );
      await assertOffers(ask, "echolog config get ", ...KEYS);
      await assertOffers(ask, "echolog config set ", ...KEYS);
      await assertOffers(
        ask,
        "echolog config set recording.form",
        "recording.format",
      );
      await assertOffers(
        ask,
        "echolog config set logging.level ",
        "debug",
        "info",
        "warning",
        "error",
      );
      await assertOffers(ask, "echolog config set logging.utc f", "false");
      await assertOffers(ask, "echolog config get logging.level ");
      await assertOffers(ask, "echolog config set recording.channels ");
      await assertOffers(
        ask,
        "echolog config --config x.conf set logging.f",
        "logging.format",
      );
      await assertOffers(ask, "echolog completions ", "bash", "zsh", "fish");
    },
  );

  testIn(
    shell,
    "completes files and folders for flags that accept them",
    async (ask) => {
      using folder = tempFolder();
      Deno.mkdirSync(join(folder.path, "some folder"));
      Deno.writeTextFileSync(join(folder.path, "some file"), "");
      Deno.writeTextFileSync(join(folder.path, "other"), "");
      const find = async (flag: string) => {
        const words = ["record", flag, "some"];
        const found = await ask(words, { cwd: folder.path });
        return found.map((word) => word.replaceAll("\\", ""));
      };
      assertEquals(await find("--config"), ["some file", "some folder"]);
      assertEquals(await find("--output-dir"), ["some folder"]);
      assertEquals(await find("--device"), []);
    },
  );

  testIn(
    shell,
    "completes the sessions that fit the command",
    async (ask) => {
      const stub = `case $* in
  'sessions --ids') echo 20250922T100000Z; echo 20250923T100000Z; echo live-2 ;;
  'sessions --ids --state active') echo live-2 ;;
  'sessions --ids --state crashed') echo 20250923T100000Z ;;
  *) exit 9 ;;
esac`;
      const find = async (...words: string[]) => await ask(words, { stub });
      assertEquals(await find("explain", "2025"), [
        "20250922T100000Z",
        "20250923T100000Z",
      ]);
      assertEquals(await find("stop", "2025"), []);
      assertEquals(await find("stop", "l"), ["latest", "live-2"]);
      assertEquals(await find("repair", "--", "2"), ["20250923T100000Z"]);
      assertEquals(await find("stop", "latest", "2"), []);
      assertEquals(await find("record", "2"), []);
    },
  );

  testIn(
    shell,
    "completes silently when sessions cannot be listed",
    async (ask) => {
      const stub = "echo 'echolog: no folder' >&2; exit 2";
      assertEquals(await ask(["stop", ""], { stub }), ["latest"]);
    },
  );
}

testIn(BASH, "never runs a session id as a command", async (ask) => {
  using folder = tempFolder();
  const mark = join(folder.path, "mark");
  const stub = `echo 'x$(touch ${mark})'; echo 'x;y'; echo x1`;
  assertEquals(await ask(["stop", "x"], { stub }), ["x1"]);
  assertEquals([...Deno.readDirSync(folder.path)], []);
});

const WHOLE_WORDS: Shell = {
  ...BASH,
  command: ({ script }, words) => [
    "--norc",
    fixture("complete.bash"),
    script,
    "echolog",
    ...words,
  ],
};

testIn(
  WHOLE_WORDS,
  "completes when an equals sign does not split words",
  async (ask) => {
    assertEquals(await ask(["record", "--format=w"]), [
      "--format=wav",
    ]);
    assertEquals(
      await ask(["config", "--config=x", "get", "disk"]),
      ["disk.min_free_bytes", "disk.on_full"],
    );
  },
);
