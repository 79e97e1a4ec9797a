import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { bootId } from "../../../src/platform/host.ts";
import { tempFolder } from "../../support/temp.ts";
import { outputOf, processStart } from "../../../src/platform/processes.ts";

Deno.test("homeFolder: returns the folder of the user database when HOME is not set", async () => {
  const script = `
    import { homeFolder } from "${new URL(
    "../../../src/platform/host.ts",
    import.meta.url,
  )}";
    console.log(homeFolder());
  `;
  const { PATH = "", JSR_URL, DENO_DIR } = Deno.env.toObject();
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["eval", "--no-lock", "--quiet"],
      ...[
        "--config",
        fromFileUrl(new URL("../../../deno.json", import.meta.url)),
      ],
      script,
    ],
    clearEnv: true,
    env: {
      PATH,
      ...(JSR_URL === undefined ? {} : { JSR_URL }),
      ...(DENO_DIR === undefined ? {} : { DENO_DIR }),
    },
  }).output();
  const expected = outputOf("sh", ["-c", "unset HOME; echo ~"]);
  const [, , , , , database] =
    outputOf("getent", ["passwd", String(Deno.uid())])?.split(":") ?? [];
  assertEquals(
    new TextDecoder().decode(stdout).trim(),
    database ?? expected,
    new TextDecoder().decode(stderr),
  );
});

Deno.test("processStart: returns the start of a live process and null for a dead one", async () => {
  assertEquals(processStart(Deno.pid), processStart(Deno.pid));
  const child = new Deno.Command("sleep", { args: ["100"] }).spawn();
  assertNotEquals(processStart(child.pid), null);
  child.kill("SIGKILL");
  await child.status;
  assertEquals(processStart(child.pid), null);
});

Deno.test("bootId: returns the same id every time", () => {
  assertEquals(bootId(), bootId());
  assert(Deno.build.os !== "linux" || bootId() !== null);
});

Deno.test("outputOf: returns null for a program that fails or does not exist", () => {
  using folder = tempFolder();
  assertEquals(outputOf("false", []), null);
  assertEquals(outputOf(`${folder.path}/none`, []), null);
  assertEquals(outputOf("echo", ["x"]), "x");
});

Deno.test("host: a current folder that was deleted is one clear error", async () => {
  using folder = tempFolder();
  const module = new URL("../../../src/platform/host.ts", import.meta.url);
  const code = `const { host } = await import(${JSON.stringify(module.href)});
Deno.mkdirSync("gone");
Deno.chdir("gone");
Deno.removeSync("../gone");
try { host.cwd } catch (error) { console.log(error.kind, error.message, error.hint) }`;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["eval", "--no-lock", "--quiet"],
      `--config=${fromFileUrl(new URL("../../../deno.json", import.meta.url))}`,
      code,
    ],
    cwd: folder.path,
  }).output();
  assertEquals(
    new TextDecoder().decode(stdout),
    "usage Cannot find the current folder: it was deleted change to one that exists\n",
    new TextDecoder().decode(stderr),
  );
});
