import { tryCrashPoints } from "../support/crash_points.ts";
import { Random } from "../support/random.ts";

for (const harm of ["kill", "EIO", "ENOSPC"] as const) {
  Deno.test(`a recorder survives every call of the kernel: ${harm}`, async () => {
    const tried = await tryCrashPoints(harm, Infinity, new Random(1));
    console.log(`${harm}: ${tried} points`);
  });
}
