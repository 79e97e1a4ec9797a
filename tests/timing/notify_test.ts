// The processor time is that of the whole process, which runs no other test here.

import { assert, assertEquals } from "@std/assert";
import { runCommand } from "../../src/notify/command.ts";
import { systemClock } from "../../src/platform/clock.ts";

Deno.test("runCommand: drains a flood without spending a core on it", async () => {
  const before = cpuSeconds();
  const why = await runCommand({
    command: ["sh", "-c", "yes >&2 & yes"],
    stdin: "{}\n",
    variables: {},
  }, {
    clock: systemClock,
    timeout: 2,
    signal: new AbortController().signal,
  });
  assertEquals(why, "It did not end within 2 s: y");
  const used = cpuSeconds() - before;
  assert(used < 0.6, `${used} s of processor`);
});

/** Processor time of this process so far, which the kernel counts in ticks of 10 ms. */
function cpuSeconds(): number {
  const { stdout } = new Deno.Command("cat", {
    args: [`/proc/${Deno.pid}/stat`],
  }).outputSync();
  const [, rest = ""] = new TextDecoder().decode(stdout).split(") ");
  const fields = rest.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
