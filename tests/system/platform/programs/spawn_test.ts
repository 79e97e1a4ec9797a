import { assertEquals, assertThrows } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import {
  SpawnError,
  startProgram,
} from "../../../../src/platform/programs/spawn.ts";
import { echolog } from "../../../support/echolog.ts";
import { tempFolder } from "../../../support/temp.ts";

const PIPES = { stdin: "null", stdout: "null", stderr: "null" } as const;

function reasonFor(program: string, args: string[] = []): string {
  const start = () => startProgram(program, { ...PIPES, args });
  return assertThrows(start, SpawnError).reason;
}

Deno.test("startProgram: explains what the kernel refuses", () => {
  using folder = tempFolder();
  const file = (name: string, mode: number, text: string) => {
    const path = join(folder.path, name);
    Deno.writeTextFileSync(path, text, { mode });
    return path;
  };
  assertEquals(
    reasonFor(file("not-executable", 0o600, "x")),
    "permission denied",
  );
  assertEquals(
    reasonFor(file("no-interpreter", 0o700, "#!/no/interpreter\n")),
    "the file, or the interpreter or loader that it names, is missing",
  );
  assertEquals(reasonFor("echolog-no-such-program"), "it is not installed");
  assertEquals(
    reasonFor("/bin/true", ["x".repeat(300_000)]),
    "its arguments or the environment are too long",
  );
});

/** Uses up the file handles but a few, and starts a program. */
const EXHAUST = `
  const { startProgram } = await import(Deno.args[0]);
  const open = [];
  try { for (;;) open.push(Deno.openSync(Deno.args[1])); } catch { open.pop()?.close(); }
  try { startProgram("/bin/true", { stdout: "piped", stderr: "piped" }); }
  catch (error) { open.forEach((file) => file.close()); console.log(error.reason + "|" + error.hint); }
`;

Deno.test("startProgram: names the limit of open files", async () => {
  using folder = tempFolder();
  const script = join(folder.path, "exhaust.ts");
  Deno.writeTextFileSync(script, EXHAUST);
  const module = new URL(
    "../../../../src/platform/programs/spawn.ts",
    import.meta.url,
  );
  const { stdout } = await new Deno.Command("sh", {
    args: [
      ...["-c", 'ulimit -n 100; exec "$@"', "sh", Deno.execPath(), "run"],
      ...["--quiet", "--no-lock", "--no-check", "--allow-all", script],
      ...[module.href, script],
    ],
    cwd: fromFileUrl(new URL("../../../..", import.meta.url)),
  }).output();
  assertEquals(
    new TextDecoder().decode(stdout),
    "too many files are open|raise the limit of open files (ulimit -n, or LimitNOFILE= in a service)\n",
  );
});

Deno.test("devices: does not advise to install an ffmpeg that this user may not run", async () => {
  using home = tempFolder();
  const ffmpeg = join(home.path, "ffmpeg");
  // A folder as interpreter: even root may not run that.
  Deno.writeTextFileSync(ffmpeg, `#!${home.path}\n`, { mode: 0o755 });
  const { code, stderr } = await echolog(["devices", "--ffmpeg", ffmpeg], {
    home: home.path,
  });
  assertEquals(code, 69);
  assertEquals(
    stderr,
    `echolog: Cannot run ${ffmpeg}: permission denied; make it executable for this user, and check that its disk is not mounted noexec\n`,
  );
});
