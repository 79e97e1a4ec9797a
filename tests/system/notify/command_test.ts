import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { runCommand } from "../../../src/notify/command.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { tempFolder } from "../../support/temp.ts";

/** What became of a command. */
interface Result {
  readonly why: string | null;
  /** How long it took, in milliseconds. */
  readonly took: number;
  /** Whether a process of its group is left. */
  readonly isLeft: boolean;
  /** What it wrote into the file `$OUT`. */
  readonly text: string;
}

/** Runs a shell script as the command; its first act is to write its group. */
async function run(
  script: string,
  { timeout = 20, abortAfter }: { timeout?: number; abortAfter?: number } = {},
): Promise<Result> {
  using folder = tempFolder();
  const [group, out] = [join(folder.path, "group"), join(folder.path, "out")];
  const controller = new AbortController();
  if (abortAfter !== undefined) {
    setTimeout(() => controller.abort(), abortAfter);
  }
  const began = performance.now();
  const why = await runCommand({
    command: ["sh", "-c", `echo $$ >"$GROUP"; ${script}`],
    stdin: "{}\n",
    variables: { GROUP: group, OUT: out },
  }, { clock: systemClock, timeout, signal: controller.signal });
  return {
    why,
    took: performance.now() - began,
    isLeft: isGroup(Number(Deno.readTextFileSync(group))),
    text: textOf(out),
  };
}

function textOf(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}

/** Whether a process of a group is left that has not ended. */
function isGroup(id: number): boolean {
  assert(id > 1);
  const { stdout } = new Deno.Command("ps", {
    args: ["-eo", "pgid=,stat="],
  }).outputSync();
  return new TextDecoder().decode(stdout).split("\n")
    .map((line) => line.trim().split(/\s+/))
    .some(([group, state = ""]) =>
      group === String(id) && !/^[ZX]/.test(state)
    );
}

Deno.test("runCommand: gives stdin and variables, and reports success", async () => {
  const { why, isLeft, text } = await run(`cat >"$OUT"; printf %s "$OUT" >&2`);
  assertEquals([why, isLeft, text], [null, false, "{}\n"]);
});

Deno.test("runCommand: does not wait for a command that reads no stdin", async () => {
  assertEquals((await run("exec 0<&-; true")).why, null);
});

Deno.test("runCommand: reports the exit code and the last line of stderr", async () => {
  const { why } = await run(`echo one >&2; echo "two  " >&2; exit 3`);
  assertEquals(why, "It exited with code 3: two");
});

Deno.test("runCommand: reports a signal that ends it", async () => {
  assertEquals((await run("kill -KILL $$")).why, "SIGKILL ended it");
});

Deno.test("runCommand: reports a program that is missing", async () => {
  const why = await runCommand({
    command: ["/nonexistent/tell"],
    stdin: "",
    variables: {},
  }, {
    clock: systemClock,
    timeout: 5,
    signal: new AbortController().signal,
  });
  assertMatch(why ?? "", /^Cannot run it: the file, .* is missing$/);
});

Deno.test("runCommand: ends a command that hangs, and what it started", async () => {
  const { why, isLeft, took } = await run("sleep 600 & sleep 600", {
    timeout: 1,
  });
  assertEquals([why, isLeft], ["It did not end within 1 s", false]);
  assert(took < 5_000, `${took} ms`);
});

Deno.test("runCommand: kills a command that ignores SIGTERM", async () => {
  const script = `trap "" TERM; while :; do sleep 600; done`;
  const { why, isLeft } = await run(script, { timeout: 1 });
  assertEquals([why, isLeft], ["It did not end within 1 s", false]);
});

Deno.test("runCommand: lets a process that a command leaves behind finish", async () => {
  const script = `(sleep 1; echo sent >"$OUT") >/dev/null 2>&1 &`;
  const { why, isLeft, text } = await run(script);
  assertEquals([why, isLeft, text], [null, false, "sent\n"]);
});

Deno.test("runCommand: ends a process that a command leaves behind for too long", async () => {
  const { why, isLeft } = await run("sleep 600 >/dev/null 2>&1 &", {
    timeout: 1,
  });
  assertEquals([why, isLeft], ["It did not end within 1 s", false]);
});

Deno.test("runCommand: drains a flood", async () => {
  const { why, isLeft } = await run("yes >&2 & yes", { timeout: 2 });
  assertEquals([why, isLeft], ["It did not end within 2 s: y", false]);
});

Deno.test("runCommand: ends at once when it is aborted", async () => {
  const { why, isLeft, took } = await run("sleep 600", { abortAfter: 200 });
  assertEquals([why, isLeft], ["It was ended with the recording", false]);
  assert(took < 3_000, `${took} ms`);
});
