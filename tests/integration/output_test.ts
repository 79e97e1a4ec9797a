import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { echolog, echologCommand } from "../support/echolog.ts";
import { tempFolder } from "../support/temp.ts";
import { recordNoise } from "../support/verified.ts";

/** Runs a shell command with `echolog` as its `$@`, and returns what it prints. */
async function inShell(
  home: string,
  script: string,
  args: readonly string[],
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await new Deno.Command("bash", {
    args: ["-c", script, "bash", ...echologCommand(), ...args],
    env: { HOME: home, XDG_STATE_HOME: join(home, "state") },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

const CLOSED = '"$@" | true; echo "${PIPESTATUS[0]}"';
const FULL = '"$@" >/dev/full';

Deno.test("output: the exit code says what was found, though the reader has closed the pipe", async () => {
  using home = tempFolder();
  const folder = await recordNoise(home.path, "read", []);
  const exitCode = async (...args: string[]) => {
    const { stdout, stderr } = await inShell(home.path, CLOSED, args);
    assertEquals(stderr, "", args.join(" "));
    return Number(stdout);
  };
  assertEquals(await exitCode("verify", folder), 0);
  for (const command of ["explain", "logs"]) {
    assertEquals(await exitCode(command, folder), 0);
  }
  assertEquals(await exitCode("doctor", "--device", "alsa:hw:99"), 1);
  Deno.removeSync(join(folder, "chunk_00002.flac"));
  for (const json of [[], ["--json"]]) {
    assertEquals(await exitCode("verify", folder, ...json), 1);
  }
});

Deno.test("output: names stdout when it cannot be written to", async () => {
  using home = tempFolder();
  const folder = await recordNoise(home.path, "full", []);
  for (
    const args of [
      ["verify", folder],
      ["explain", folder],
      ["explain", folder, "--json"],
      ["logs", folder],
      ["sessions"],
      ["config", "show"],
      ["--help"],
    ]
  ) {
    const { code, stderr } = await inShell(home.path, FULL, args);
    assertEquals(code, 1, args.join(" "));
    assertMatch(stderr, /^echolog: Cannot write to stdout: No space [^\n]+\n$/);
  }
});

Deno.test("output: escapes controls in the JSON of every command", async () => {
  using home = tempFolder();
  const folder = await recordNoise(home.path, "shown", []);
  const evil = join(home.path, "recordings", "x\u202e\x9b31m\u2028");
  Deno.renameSync(folder, evil);
  Deno.writeTextFileSync(join(evil, "stray\x85"), "");
  for (
    const args of [
      ["verify", evil],
      ["explain", evil],
      ["logs", evil],
      ["sessions"],
      ["doctor", "--device", "test", "--output-dir", evil],
    ]
  ) {
    const { stdout } = await echolog([...args, "--json"], { home: home.path });
    assertMatch(stdout, /^[[{]/, args.join(" "));
    const controls = /[\x7f-\x9f\u2028-\u202e]/;
    assertEquals(controls.test(stdout), false, args.join(" "));
  }
});
