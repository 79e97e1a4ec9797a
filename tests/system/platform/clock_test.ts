import { assertEquals } from "@std/assert";

Deno.test("systemClock: does not keep the process alive for an unreferenced timer", async () => {
  const clock = new URL("../../../src/platform/clock.ts", import.meta.url);
  const program = `
    import { systemClock } from ${JSON.stringify(clock)};
    systemClock.unref(systemClock.setTimeout(() => console.log("late"), 60_000));
    console.log("end");`;
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-lock",
      "--no-check",
      `data:text/typescript,${encodeURIComponent(program)}`,
    ],
    signal: AbortSignal.timeout(30_000),
  }).output();
  assertEquals([code, new TextDecoder().decode(stdout)], [0, "end\n"]);
});
