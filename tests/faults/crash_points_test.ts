import { tryCrashPoints, whyNoCrashPoints } from "../support/crash_points.ts";
import { Random } from "../support/random.ts";

// Half a minute each: ten recordings of three seconds under strace, three at a
// time, and four commands after each.
for (const harm of ["kill", "EIO", "ENOSPC"] as const) {
  Deno.test(`a recorder survives ten calls of the kernel: ${harm}`, async () => {
    const why = await whyNoCrashPoints();
    if (why !== null) {
      console.log(`not run: ${why}`);
      return;
    }
    await tryCrashPoints(harm, 10, new Random(1));
  });
}
