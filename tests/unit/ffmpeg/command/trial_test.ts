import { assertEquals } from "@std/assert";
import { readTrial } from "../../../../src/ffmpeg/command/trial.ts";

const trialOf = (...stderr: string[]) =>
  readTrial({
    exit: { code: 1, signal: null, stoppedBy: null },
    timedOut: true,
    stdout: [],
    stderr,
  });

Deno.test("readTrial: explains a failure by the first error, else by the last warning", () => {
  assertEquals(
    trialOf("[error] no route", "[error] I/O error").keyLine,
    "no route",
  );
  assertEquals(
    trialOf("[warning] late", "[info] stats period set").keyLine,
    "late",
  );
  assertEquals(trialOf("Killed").keyLine, "Killed");
});

Deno.test("readTrial: what ffmpeg says of itself explains nothing", () => {
  const { errors, keyLine } = trialOf("[info] stats period set", "");
  assertEquals([errors, keyLine], [[], null]);
});
