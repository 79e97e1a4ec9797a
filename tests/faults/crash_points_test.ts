import {
  type CrashSubject,
  RECORDER,
  tryCrashPoints,
  whyNoCrashPoints,
} from "../support/crash_points.ts";
import { PRUNE } from "../support/prune_crashes.ts";
import { newRandom } from "../support/random.ts";

// A quarter of a minute each: five recordings of three seconds under strace,
// three at a time, and four commands after each. Every run has other calls, and
// tests/long/crash_points_test.ts has all.
for (
  const [what, subject] of [
    ["a recorder", RECORDER],
    ["prune", PRUNE],
  ] as const satisfies readonly (readonly [string, CrashSubject])[]
) {
  for (const harm of ["kill", "EIO", "ENOSPC"] as const) {
    Deno.test(`${what} survives five calls of the kernel: ${harm}`, async () => {
      const why = await whyNoCrashPoints();
      if (why !== null) {
        console.log(`not run: ${why}`);
        return;
      }
      await tryCrashPoints(subject, harm, 5, newRandom());
    });
  }
}
