import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { runProgram } from "../support/program.ts";
import { tempFolder } from "../support/temp.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));
const FOLDER = join(ROOT, "scripts", "systemd");
const FILES = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).sort();
const read = (name: string) => Deno.readTextFileSync(join(FOLDER, name));

/** A user's folders, with an echolog where the units look for it. */
function user() {
  const folder = tempFolder();
  Deno.mkdirSync(join(folder.path, "run"), { mode: 0o700 });
  const bin = join(folder.path, ".local", "bin");
  Deno.mkdirSync(bin, { recursive: true });
  const program = join(bin, "echolog");
  Deno.writeTextFileSync(program, "#!/bin/sh\n", { mode: 0o755 });
  const config = join(folder.path, ".config", "echolog");
  Deno.mkdirSync(config, { recursive: true });
  Deno.copyFileSync(program, join(config, "tell"));
  return folder;
}

/** What systemd says about a unit: it only warns of a key that it does not know. */
async function verify(home: string, unit: string): Promise<string> {
  const args = ["--user", "--no-pager", "verify", unit];
  const { code, stdout, stderr } = await runProgram("systemd-analyze", args, {
    env: {
      HOME: home,
      XDG_RUNTIME_DIR: join(home, "run"),
      SYSTEMD_COLORS: "0",
    },
  });
  const said = stdout + stderr;
  return code === 0 || said !== "" ? said : `exit status ${code}`;
}

function hasSystemd(): boolean {
  try {
    const args = ["--version"];
    return new Deno.Command("systemd-analyze", { args }).outputSync().success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

const test = (name: string, fn: () => Promise<void>) =>
  Deno.test(name, async () => {
    if (hasSystemd()) await fn();
    else console.log("skipped: there is no systemd-analyze here");
  });

for (const file of FILES) {
  test(`systemd: accepts ${file}`, async () => {
    using home = user();
    // A template is looked at by one of its instances.
    const unit = join(FOLDER, file.replace("@.", "@hall."));
    assertEquals(await verify(home.path, unit), "");
  });
}

test("systemd: reports an unknown key and a missing program", async () => {
  using home = user();
  const wrong = join(home.path, "wrong.service");
  Deno.writeTextFileSync(
    wrong,
    read("echolog.service").replace("KillMode", "KillMod"),
  );
  assertStringIncludes(await verify(home.path, wrong), "Unknown key");
  Deno.removeSync(join(home.path, ".local", "bin", "echolog"));
  assertStringIncludes(
    await verify(home.path, join(FOLDER, "echolog.service")),
    "is not executable",
  );
});

/** The lines of a unit that mean something. */
const settings = (text: string) =>
  text.split("\n").map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));

Deno.test("systemd: restarts, stops and confines all services that record in the same way", () => {
  const differs = /^(Description|ExecStart)=|^\[Install\]$|^WantedBy=/;
  const [first, ...others] = FILES.filter((name) => name.endsWith(".service"))
    .filter((name) => read(name).includes("/echolog record"))
    .map((name) => settings(read(name)).filter((line) => !differs.test(line)));
  assert(others.length > 1);
  for (const other of others) assertEquals(other, first);
});

Deno.test("README: names every unit as systemctl takes it", () => {
  const readme = Deno.readTextFileSync(join(ROOT, "README.md"));
  for (const name of FILES) {
    // A timer starts its service, and the template has an instance.
    if (
      name.endsWith(".service") &&
      FILES.includes(name.replace(".service", ".timer"))
    ) continue;
    // Another unit starts it when it fails.
    if (name === "echolog-failed@.service") continue;
    const unit = name.replace(/\.service$/, "");
    assertStringIncludes(readme, `systemctl --user enable --now ${unit}`);
  }
});

Deno.test("docs: list every exit code that prevents a restart", () => {
  const [, codes = ""] =
    /^RestartPreventExitStatus=(.*)$/m.exec(read("echolog.service")) ?? [];
  const commands = Deno.readTextFileSync(
    join(ROOT, "docs", "commands.md"),
  );
  for (const code of codes.split(" ")) {
    assert(commands.includes(`\n| ${code.padEnd(4)} |`), code);
  }
});
