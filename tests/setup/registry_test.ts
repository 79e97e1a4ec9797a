import {
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { exists } from "@std/fs";
import { join } from "@std/path";
import {
  makeRegistry,
  type RegistryPlan,
  registryUrl,
} from "../../scripts/setup/registry.ts";
import type { Source, StdPackage } from "../../scripts/setup/std_packages.ts";
import { integrity } from "../../scripts/setup/tarball.ts";
import { runProgram } from "../support/program.ts";
import { makeTarball } from "./tarballs.ts";

/** A package in the form of the tarball that carries types. */
const TYPED = {
  "package/esm/deps/host/@std/typed/1.2.3/mod.js":
    `import * as dntShim from "../../../../../_dnt.shims.js";\n` +
    `export { shout } from "../../plain/2.0.0/say_it.js";\n` +
    `export const pid = () => dntShim.Deno.pid;\n`,
  "package/types/deps/host/@std/typed/1.2.3/mod.d.ts":
    `export { shout } from "../../plain/2.0.0/say_it.js";\n` +
    `export declare const pid: () => number;\n`,
  "package/esm/unrelated.js": "",
};

/** One in the form of the tarball without types. */
const PLAIN = {
  "package/plain/mod.js": `export * from "./say_it.js";\n`,
  "package/plain/say_it.js":
    `import { mark } from "./_mark.js";\nexport function shout(text) {\n  return text + mark;\n}\n`,
  "package/plain/_mark.js": `export const mark = "!";\n`,
  "package/plain/other.js": `export const other = 1;\n`,
};

const DECLARATIONS =
  `// say_it.js\nexport declare function shout(text: string): string;\n`;

/** A temporary folder with the tarballs, and the plan to make a registry of them. */
async function preparePlan(
  { plain = PLAIN, declarations = DECLARATIONS }: {
    plain?: Record<string, string>;
    declarations?: string;
  } = {},
): Promise<RegistryPlan & AsyncDisposable & { root: string }> {
  const root = await Deno.makeTempDir();
  const temp = join(root, "temp");
  const types = join(root, "types");
  await Deno.mkdir(temp);
  await Deno.mkdir(types);
  await Deno.writeTextFile(join(types, "plain.d.ts"), declarations);
  const source = async (
    file: string,
    files: Record<string, string>,
    path: Source["path"],
  ): Promise<Source> => {
    const tarball = await makeTarball(files);
    await Deno.writeFile(join(temp, file), tarball);
    return { spec: file, file, integrity: await integrity(tarball), path };
  };
  const packages: StdPackage[] = [
    {
      name: "typed",
      version: "1.2.3",
      types: "tarball",
      source: await source(
        "typed.tgz",
        TYPED,
        (name, version) =>
          new RegExp(
            `^package/\\w+/deps/[^/]+/@std/(?<base>${name}/${version})/(?<module>.+)$`,
          ),
      ),
    },
    {
      name: "plain",
      version: "2.1.0",
      types: "declared",
      source: await source(
        "plain.tgz",
        plain,
        (name) => new RegExp(`^package/(?<base>${name})/(?<module>.+)$`),
      ),
    },
  ];
  return {
    root,
    packages,
    types,
    temp,
    final: join(root, "registry"),
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

/** Runs or checks a program whose `@std` packages come from the registry. */
async function deno(
  command: "run" | "check",
  { root, final }: { root: string; final: string },
  program: string,
): Promise<{ success: boolean; output: string }> {
  const file = join(root, "program.ts");
  await Deno.writeTextFile(file, program);
  const args = [command, "--quiet", "--no-config", "--no-lock", file];
  const { code, stdout, stderr } = await runProgram(Deno.execPath(), args, {
    env: {
      DENO_DIR: join(root, "deno-dir"),
      JSR_URL: registryUrl(final),
      NO_COLOR: "1",
    },
  });
  return { success: code === 0, output: stdout + stderr };
}

Deno.test("registry: lets Deno run and type-check a program", async () => {
  await using plan = await preparePlan();
  await makeRegistry(plan);

  const program = `import { pid, shout } from "jsr:@std/typed@^1.0.0";
import { shout as same } from "jsr:@std/plain@^2.0.0/say-it";
const text: string = shout("a") + same("b") + (pid() > 0);
console.log(text);`;
  assertEquals(await deno("run", plan, program), {
    success: true,
    output: "a!b!true\n",
  });
  assertEquals((await deno("check", plan, program)).success, true);
});

Deno.test("registry: fails the type check of a wrong call to a declared function", async () => {
  await using plan = await preparePlan();
  await makeRegistry(plan);

  const { success, output } = await deno(
    "check",
    plan,
    `import { shout } from "jsr:@std/plain@^2.0.0";\nshout(1);`,
  );
  assertEquals(success, false);
  assertStringIncludes(output, "TS2345");
});

Deno.test("registry: fails the type check of an existing but undeclared export", async () => {
  await using plan = await preparePlan();
  await makeRegistry(plan);

  const program =
    `import { other } from "jsr:@std/plain@^2.0.0/other";\nconsole.log(other);`;
  assertEquals((await deno("run", plan, program)).output, "1\n");
  assertEquals((await deno("check", plan, program)).success, false);
});

Deno.test("registry: rejects a tarball whose checksum is not the pinned one and creates nothing", async () => {
  await using plan = await preparePlan();
  await Deno.writeFile(
    join(plan.temp, "plain.tgz"),
    await makeTarball({ ...PLAIN, "package/plain/other.js": "evil()" }),
  );

  await assertRejects(
    () => makeRegistry(plan),
    Error,
    "Cannot use plain.tgz: its sum is sha512-",
  );
  assertEquals(await exists(plan.final), false);
});

Deno.test("registry: rejects a truncated tarball and creates nothing", async () => {
  await using plan = await preparePlan();
  const file = join(plan.temp, "typed.tgz");
  await Deno.truncate(file, 100);

  await assertRejects(() => makeRegistry(plan), Error, "Cannot use typed.tgz");
  assertEquals(await exists(plan.final), false);
});

Deno.test("registry: reports a package that its tarball lacks", async () => {
  await using plan = await preparePlan({ plain: { "package/none.js": "" } });

  await assertRejects(
    () => makeRegistry(plan),
    Error,
    "Cannot find @std/plain@2.1.0 in plain.tgz",
  );
  assertEquals(await exists(plan.final), false);
});

Deno.test("registry: rejects a declaration of something that the code does not export", async () => {
  await using plan = await preparePlan({
    declarations: `// say_it.js\nexport declare function whisper(): void;\n`,
  });

  await assertRejects(
    () => makeRegistry(plan),
    Error,
    "Cannot declare whisper: say_it.js does not export it",
  );
});

Deno.test("registry: rejects a declaration for a missing module", async () => {
  await using plan = await preparePlan({
    declarations: `// sing.js\nexport declare function sing(): void;\n`,
  });

  await assertRejects(
    () => makeRegistry(plan),
    Error,
    "Cannot declare sing.js: @std/plain has no such module",
  );
});

Deno.test("registry: ignores the leftovers of a killed set-up and creates the registry", async () => {
  await using plan = await preparePlan();
  // What a set-up that was killed leaves: its files are in its own folder.
  await Deno.mkdir(join(plan.root, "tmp.killed/registry/@std/plain"), {
    recursive: true,
  });
  assertEquals(await exists(plan.final), false);

  await makeRegistry(plan);
  assertEquals(await exists(join(plan.final, "@std/plain/meta.json")), true);
});

Deno.test("registry: keeps one registry when two set-ups run at once", async () => {
  await using first = await preparePlan();
  await using second = await preparePlan();
  second.final = first.final;
  await Promise.all([makeRegistry(first), makeRegistry(second)]);

  const meta = JSON.parse(
    await Deno.readTextFile(join(first.final, "@std/plain/meta.json")),
  );
  assertEquals(meta.latest, "2.1.0");
  assertEquals(await exists(join(first.final, "registry")), false);
});

Deno.test("registry: writes exports, sizes and checksums to the manifest", async () => {
  await using plan = await preparePlan();
  await makeRegistry(plan);

  const folder = join(plan.final, "@std/plain");
  const { manifest, exports } = JSON.parse(
    await Deno.readTextFile(join(folder, "2.1.0_meta.json")),
  );
  assertEquals(exports, {
    ".": "./mod.js",
    "./other": "./other.js",
    "./say-it": "./say_it.js",
  });
  const { size, checksum } = manifest["/_mark.js"];
  assertEquals(size, (await Deno.stat(join(folder, "2.1.0/_mark.js"))).size);
  assertMatch(checksum, /^sha256-[0-9a-f]{64}$/);
});

Deno.test("registry: escapes special characters of its path in its address", () => {
  assertEquals(
    registryUrl("/srv/a b#c%d?é"),
    "file:///srv/a%20b%23c%25d%3F%C3%A9/",
  );
});
