// The Debian package, made of a stand-in for the binary: what is in it, and
// that nothing of it touches a recording.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { runProgram } from "../support/program.ts";
import { tempFolder } from "../support/temp.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));
const UNITS = join(ROOT, "scripts", "package", "systemd");

async function has(program: string): Promise<boolean> {
  const { success } = await new Deno.Command("sh", {
    args: ["-c", `command -v "$1"`, "sh", program],
    stdout: "null",
  }).output();
  if (!success) console.log(`not run: ${program} is not installed`);
  return success;
}

/** Makes a package and unpacks it; returns the folder, or `null` without dpkg-deb. */
async function unpacked(folder: string): Promise<string | null> {
  if (!await has("dpkg-deb")) return null;
  const binary = join(folder, "echolog");
  Deno.writeTextFileSync(binary, "#!/bin/sh\nexit 0\n", { mode: 0o755 });
  const made = await runProgram(
    join(ROOT, "scripts", "package", "deb.sh"),
    [binary, "amd64", folder],
    { env: { ECHOLOG_RUN: join(ROOT, "scripts", "echolog") } },
  );
  assertEquals([made.code, made.stderr], [0, ""]);
  const file = made.stdout.trim();
  assertMatch(file, /echolog_\d+\.\d+\.\d+.*_amd64\.deb$/);
  const tree = join(folder, "tree");
  const { code } = await runProgram("dpkg-deb", ["-R", file, tree]);
  assertEquals(code, 0);
  return tree;
}

Deno.test("deb.sh: the package has the program, its pages, completions and units, and one conffile", async () => {
  using folder = tempFolder();
  const tree = await unpacked(folder.path);
  if (tree === null) return;
  for (
    const path of [
      ...["usr/bin/echolog", "usr/share/man/man1/echolog.1.gz"],
      ...["usr/share/man/man5/echolog.conf.5.gz"],
      "usr/share/bash-completion/completions/echolog",
      "usr/share/zsh/vendor-completions/_echolog",
      "usr/share/fish/vendor_completions.d/echolog.fish",
      ...["usr/lib/systemd/system/echolog.service"],
      ...["usr/lib/systemd/system/echolog@.service"],
      ...["usr/lib/systemd/user/echolog.service", "etc/echolog/echolog.conf"],
      "usr/share/doc/echolog/examples/notify/mail",
    ]
  ) assert(Deno.statSync(join(tree, path)).size > 0, path);
  const read = (path: string) => Deno.readTextFileSync(join(tree, path));
  assertEquals(read("DEBIAN/conffiles"), "/etc/echolog/echolog.conf\n");
  const user = read("usr/lib/systemd/user/echolog.service");
  assertMatch(user, /^ExecStart=\/usr\/bin\/echolog record/m);
  for (const name of ["echolog", "echolog@"]) {
    assertMatch(
      read(`usr/lib/systemd/system/${name}.service`),
      /^ExecStart=\/usr\/bin\/echolog record .*--start-timeout 0s$/m,
    );
  }
  assertMatch(
    read("etc/echolog/echolog.conf"),
    /^output_dir = "\/var\/lib\/echolog\/recordings"$/m,
  );
});

Deno.test("deb.sh: its configuration is one that echolog reads", async () => {
  using folder = tempFolder();
  const tree = await unpacked(folder.path);
  if (tree === null) return;
  const config = join(tree, "etc/echolog/echolog.conf");
  const { code, stdout, stderr } = await runProgram(
    join(ROOT, "scripts", "echolog"),
    ["config", "get", "recording.output_dir", "--config", config],
  );
  assertEquals([code, stdout.trim(), stderr], [
    0,
    "/var/lib/echolog/recordings",
    "",
  ]);
});

Deno.test("deb.sh: lintian finds no error and no warning in the package", async () => {
  using folder = tempFolder();
  if (!await has("lintian")) return;
  const tree = await unpacked(folder.path);
  if (tree === null) return;
  const [file] = [...Deno.readDirSync(folder.path)]
    .filter(({ name }) => name.endsWith(".deb"));
  const { stdout } = await runProgram("lintian", [
    ...["--no-tag-display-limit", "--fail-on", "none"],
    join(folder.path, file?.name ?? ""),
  ]);
  // The stand-in is a script.
  const found = stdout.split("\n").filter((line) =>
    /^[EW]:/.test(line) && !/shell-script|override/.test(line)
  );
  assertEquals(found, []);
});

Deno.test("postrm: a purge leaves recordings, and removes an empty folder", () => {
  const script = Deno.readTextFileSync(
    join(ROOT, "scripts", "package", "debian", "postrm"),
  );
  // Everything that it removes with what is in it.
  const removed = [...script.matchAll(/rm -rf? (\S+)/g)].map(([, path]) =>
    path
  );
  assertEquals(removed, ["/var/lib/echolog/.local"]);
});

Deno.test("echolog.service: exposes little of the system", async () => {
  if (!await has("systemd-analyze")) return;
  const { stdout } = await runProgram("systemd-analyze", [
    ...["--no-pager", "security", "--offline=yes"],
    join(UNITS, "echolog.service"),
  ]);
  const [, exposure = "10"] = /Overall exposure level[^:]*: (\d+\.\d+)/
    .exec(stdout) ?? [];
  console.log(`exposure ${exposure}`);
  assert(Number(exposure) < 4, stdout);
});
