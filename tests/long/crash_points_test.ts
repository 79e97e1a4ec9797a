import { RECORDER, tryCrashPoints } from "../support/crash_points.ts";
import { PRUNE } from "../support/prune_crashes.ts";
import { newRandom } from "../support/random.ts";

for (
  const [what, subject] of [["a recorder", RECORDER], ["prune", PRUNE]] as const
) {
  for (const harm of ["kill", "EIO", "ENOSPC"] as const) {
    Deno.test(`${what} survives every call of the kernel: ${harm}`, async () => {
      const random = newRandom();
      const tried = await tryCrashPoints(subject, harm, Infinity, random);
      console.log(`${what}, ${harm}: ${tried} points`);
    });
  }
}
