import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import {
  bootId,
  exists,
  isProgram,
  stateFolder,
} from "../../src/platform/host.ts";
import { outputOf, processStart } from "../../src/platform/processes.ts";
import { tempFolder } from "../support/temp.ts";

Deno.test("without HOME the home folder is that of the user database", async () => {
  const script = `
    import { homeFolder } from "${new URL(
    "../../src/platform/host.ts",
    import.meta.url,
  )}";
    console.log(homeFolder());
  `;
  const { PATH = "", JSR_URL, DENO_DIR } = Deno.env.toObject();
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["eval", "--no-lock", "--quiet"],
      ...["--config", fromFileUrl(new URL("../../deno.json", import.meta.url))],
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

Deno.test("a process is known by its number and its start", async () => {
  assertEquals(processStart(Deno.pid), processStart(Deno.pid));
  const child = new Deno.Command("sleep", { args: ["100"] }).spawn();
  assertNotEquals(processStart(child.pid), null);
  child.kill("SIGKILL");
  await child.status;
  assertEquals(processStart(child.pid), null);
});

Deno.test("the boot has a name that stays", () => {
  assertEquals(bootId(), bootId());
  assert(Deno.build.os !== "linux" || bootId() !== null);
});

Deno.test("a program is a file that may be run", () => {
  using folder = tempFolder();
  const path = `${folder.path}/program`;
  assertEquals([exists(path), isProgram(path)], [false, false]);
  Deno.writeTextFileSync(path, "", { mode: 0o644 });
  assertEquals([exists(path), isProgram(path)], [true, false]);
  Deno.chmodSync(path, 0o755);
  assertEquals(isProgram(path), true);
  assertEquals(isProgram(folder.path), false);
});

Deno.test("the state folder is below a home or where XDG says", () => {
  assert(stateFolder()?.endsWith("echolog"));
});

Deno.test("a program that fails or is not there gives no output", () => {
  assertEquals(outputOf("false", []), null);
  assertEquals(outputOf("/nonexistent", []), null);
  assertEquals(outputOf("echo", ["x"]), "x");
});
