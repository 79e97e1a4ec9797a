import { assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { processStart } from "../../src/platform/processes.ts";
import { decoded } from "../support/program.ts";
import { tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));

/** Runs steps with this Deno, as scripts/test does. */
function runTests(
  args: readonly string[],
  env: Record<string, string> = {},
): Deno.ChildProcess {
  const { DENO_DIR = "", JSR_URL = "-" } = Deno.env.toObject();
  return new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-prompt", "--no-config", "--no-lock"],
      ...["--no-remote", "--allow-read", "--allow-write", "--allow-run"],
      ...["--allow-env", "--allow-net=127.0.0.1"],
      join(ROOT, "scripts/setup/run_tests.ts"),
      ...["--toolchain", "newest", Deno.execPath(), DENO_DIR, JSR_URL],
      ...["--", ...args],
    ],
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.test(`run_tests: exits ${code} on ${signal} and ends what the tests started`, async () => {
    using folder = tempFolder();
    const path = join(folder.path, "hanging_test.ts");
    const pidFile = join(folder.path, "pid");
    Deno.writeTextFileSync(
      path,
      `Deno.test("hangs", async () => {
  const child = new Deno.Command("sleep", { args: ["1000"] }).spawn();
  Deno.writeTextFileSync(${JSON.stringify(pidFile)}, String(child.pid));
  await child.status;
});
`,
    );
    const child = runTests([path]);
    const output = child.output();
    const pid = await waitFor("process id of a test's child", () => {
      try {
        return Number(Deno.readTextFileSync(pidFile)) || null;
      } catch {
        return null;
      }
    });
    child.kill(signal);
    const ended = decoded(await output);
    assertEquals(ended.code, code, ended.stderr);
    assertStringIncludes(ended.stderr, `echolog: Interrupted by ${signal}\n`);
    await waitFor("end of the child", () => processStart(pid) === null || null);
  });
}

Deno.test("run_tests: reports missing programs as one failure with their names", async () => {
  using folder = tempFolder();
  const { stdout: sh } = await new Deno.Command("sh", {
    args: ["-c", "command -v sh"],
  }).output();
  Deno.symlinkSync(
    new TextDecoder().decode(sh).trim(),
    join(folder.path, "sh"),
  );
  const child = runTests(["--long", "formats"], { PATH: folder.path });
  const { code, stdout } = decoded(await child.output());
  assertEquals(code, 1);
  assertStringIncludes(stdout, "not installed: ffmpeg, ffprobe, flac, ");
  assertEquals(stdout.trimEnd().split("\n").at(-1), "0 passed, 1 failed");
});

Deno.test("run_tests: repeats the errors of failed tests at its end", async () => {
  using folder = tempFolder();
  const path = join(folder.path, "failing_test.ts");
  Deno.writeTextFileSync(
    path,
    `Deno.test("fails", () => { throw new Error("this is why"); });\n`,
  );
  const { code, stdout } = decoded(await runTests([path]).output());
  assertEquals(code, 1);
  const [, result = ""] = stdout.split("== Result\n");
  assertStringIncludes(result, "\nfails => ");
  assertStringIncludes(result, "\nerror: Error: this is why\n");
  assertEquals(
    result.trimEnd().split("\n").slice(-2),
    ["FAILED Tests (newest Deno): 1 failed", "0 passed, 1 failed"],
  );
});
