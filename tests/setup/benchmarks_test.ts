import { assert, assertEquals, assertMatch } from "@std/assert";
import { copy } from "@std/fs";
import { fromFileUrl, join } from "@std/path";
import { runProgram } from "../support/program.ts";
import { tempFolder } from "../support/temp.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));
const NAMES = [
  ...["capture", "commands", "export", "log", "overhead", "peers"],
  ...["report", "restart", "retention", "scale"],
  ...["soak", "startup", "sync"],
];

Deno.test("scripts/bench: lists the benchmarks, each with its file", async () => {
  const bench = join(ROOT, "scripts/bench");
  const { code, stdout } = await runProgram(bench, []);
  assertEquals(code, 0);
  assertMatch(stdout, new RegExp(`\\nBenchmarks: ${NAMES.join(" ")}\\n$`));
  for (const name of NAMES) {
    Deno.statSync(join(ROOT, "scripts/benchmarks", `${name}.ts`));
  }
  assertEquals(await runProgram(bench, ["sleep"]), {
    code: 2,
    stdout: "",
    stderr: `bench: Unknown benchmark sleep; take one of ${NAMES.join(" ")}\n`,
  });
});

Deno.test("scripts/bench: prints help before it builds anything", async (t) => {
  using temp = tempFolder();
  // Nothing is set up here, nor can be: there is no Deno and no network.
  await copy(join(ROOT, "scripts"), join(temp.path, "scripts"));
  const before = filesBelow(temp.path);

  for (const name of NAMES) {
    for (const asked of [["--help"], ["--minutes", "5", "-h"]]) {
      await t.step(`${name} ${asked.join(" ")}`, async () => {
        const { code, stdout: said, stderr } = await runProgram(
          join(temp.path, "scripts/bench"),
          [name, ...asked],
          {
            clearEnv: true,
            env: { PATH: "/usr/bin:/bin", HOME: temp.path },
          },
        );

        assertEquals({ code, stderr }, { code: 0, stderr: "" });
        assertMatch(said, /^[A-Z]/);
        assertMatch(said, /\bNeeds [A-Z]/i);
        assert(said.includes(`Run: \`scripts/bench ${name}`), said);
        assertEquals(said.includes("*"), false, "no marks of a comment");
        assertEquals(said, `${said.trimEnd()}\n`);
      });
    }
  }

  assertEquals(filesBelow(temp.path), before);
});

Deno.test("scripts/bench restart: rejects unknown and invalid arguments in one line", async (t) => {
  const cases: [string[], string][] = [
    [["--kils", "3"], "Unknown argument --kils; there is --kills"],
    [["20"], "Unknown argument 20; there is --kills"],
    [
      ["--kills", "0"],
      "Cannot use --kills 0: it takes a whole number from 1",
    ],
    [
      ["--kills", "2.5"],
      "Cannot use --kills 2.5: it takes a whole number from 1",
    ],
    [["--kills="], "Cannot use --kills : it takes a whole number from 1"],
  ];
  for (const [args, problem] of cases) {
    await t.step(args.join(" "), async () => {
      const { code, stdout, stderr } = await runProgram(
        join(ROOT, "scripts/bench"),
        ["restart", ...args],
      );
      assertEquals({ code, stdout }, { code: 2, stdout: "" });
      // A new machine gets the missing programs first, in lines of their own.
      assertEquals(stderr.split("\n").at(-2), `restart: ${problem}`);
    });
  }
});

function filesBelow(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesBelow(join(folder, name)) : [join(folder, name)]
  ).sort();
}
