import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import {
  checkWorkflows,
  type Finding,
} from "../../scripts/setup/check_workflows.ts";
import { tempFolder } from "../support/temp.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));
const FOLDER = join(ROOT, ".github", "workflows");
const WORKFLOWS = [...Deno.readDirSync(FOLDER)].map(({ name }) => ({
  name,
  text: Deno.readTextFileSync(join(FOLDER, name)),
}));

const pin = (name: string): string => {
  const pins = Deno.readTextFileSync(join(ROOT, "scripts", "setup", "pins.sh"));
  return new RegExp(`^${name}=(.+)$`, "m").exec(pins)?.[1] ?? "";
};

/** The jobs of a workflow, each with its name: `deno fmt` keeps the indents. */
function jobs(text: string): { name: string; text: string }[] {
  const [, part = ""] = text.split(/^jobs:\n/m);
  return part.split(/^ {2}(?=[\w-]+:$)/m).slice(1)
    .map((job) => ({ name: job.slice(0, job.indexOf(":")), text: job }));
}

for (const { name, text } of WORKFLOWS) {
  Deno.test(`workflows: pins each action of ${name} to a commit and names its version`, () => {
    const uses = text.split("\n").filter((line) => /\buses:/.test(line));
    assert(uses.length > 0);
    for (const line of uses) {
      assertMatch(
        line,
        /^ +- uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/,
      );
    }
  });

  Deno.test(`workflows: gives the token of ${name} no permissions and each job its own`, () => {
    assertMatch(text, /^permissions: \{\}$/m);
    assert(jobs(text).length > 1);
    for (const job of jobs(text)) {
      assertMatch(
        job.text,
        /^ {4}permissions:\n {6}contents: (read|write)$/m,
        job.name,
      );
      assertMatch(job.text, /^ {4}timeout-minutes: \d+$/m, job.name);
    }
  });

  Deno.test(`workflows: keeps no token in a checkout of ${name}`, () => {
    const checkouts = text.split(/uses: actions\/checkout@/).slice(1);
    for (const checkout of checkouts) {
      assertMatch(checkout, /^.*\n +with:\n +persist-credentials: false\n/);
    }
  });

  Deno.test(`workflows: puts no expression into a command of ${name}`, () => {
    for (
      const [command] of text.matchAll(
        /^( +)(?:- )?run: .*\n(?:\1 {2,}.*\n)*/gm,
      )
    ) {
      assert(!command.includes("${{"), command);
    }
  });

  Deno.test(`workflows: names only pinned versions of Deno in ${name}`, () => {
    const named = [...text.matchAll(/\bdeno(?:-version)?: "?(\d[\d.x]*)/g)]
      .map(([, version]) => version);
    const [major] = pin("DENO_NEWEST").split(".");
    for (const version of named) {
      assert(
        version === pin("DENO_OLDEST") || version === `${major}.x`,
        `${version} is neither ${pin("DENO_OLDEST")} nor ${major}.x`,
      );
    }
    const matrix = /\bdeno: (\[.*\])/.exec(text);
    if (matrix === null) return;
    assertEquals(JSON.parse(matrix[1] ?? ""), [
      pin("DENO_OLDEST"),
      `${major}.x`,
    ]);
  });
}

Deno.test("workflows: builds exactly the targets of scripts/build in release.yml", () => {
  const build = Deno.readTextFileSync(join(ROOT, "scripts", "build"));
  const targets = /^targets='([^']+)'/m.exec(build)?.[1]?.split(/\s+/) ?? [];
  const release = WORKFLOWS.find(({ name }) => name === "release.yml")?.text;
  const built = [...(release ?? "").matchAll(/\btarget: ([\w-]+),/g)];
  assertEquals(built.map(([, target]) => target), targets);
});

Deno.test("workflows: lets only the publish job of release.yml write, without a checkout", () => {
  const release = WORKFLOWS.find(({ name }) => name === "release.yml")?.text;
  const writing = jobs(release ?? "").filter(({ text }) =>
    text.includes("contents: write")
  );
  assertEquals(writing.map(({ name }) => name), ["publish"]);
  const [{ text } = { text: "" }] = writing;
  assert(!text.includes("checkout"));
  assertStringIncludes(text, "--draft ");
  assert(text.indexOf("--draft ") < text.indexOf("--draft=false"));
});

Deno.test("checkWorkflows: reports each finding in one line with file, position and rule", () => {
  using folder = tempFolder();
  Deno.writeTextFileSync(join(folder.path, "b.yml"), "bad");
  Deno.writeTextFileSync(join(folder.path, "a.yaml"), "good");
  Deno.writeTextFileSync(join(folder.path, "c.txt"), "bad");
  const linter = (text: string): Finding[] =>
    text === "bad"
      ? [{ kind: "syntax-check", line: 2, column: 3, message: "no jobs" }]
      : [];
  assertEquals(checkWorkflows(linter, folder.path), {
    findings: [`${folder.path}/b.yml:2:3: no jobs [syntax-check]`],
    files: 2,
  });
});
