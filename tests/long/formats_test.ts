import { join } from "@std/path";
import { tempFolder } from "../support/temp.ts";
import { assertHealthy, recordNoise } from "../support/verified.ts";

for (const format of ["flac", "wav", "opus", "mp3"] as const) {
  Deno.test(`verify: accepts twenty healthy ${format} sessions`, async () => {
    for (let index = 0; index < 20; index++) {
      using home = tempFolder();
      const rate = format !== "opus" && index % 5 === 0 ? 44_100 : 48_000;
      await recordNoise(home.path, "noise", [
        ...["--format", format, "--channels", String(1 + index % 2)],
        ...["--sample-rate", String(rate)],
        ...["--log-format", index % 3 === 0 ? "json" : "text"],
      ]);
      await assertHealthy(home.path, join(home.path, "recordings", "noise"));
    }
  });
}
