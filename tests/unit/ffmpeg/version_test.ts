import { assertEquals } from "@std/assert";
import { whyTooOld } from "../../../src/ffmpeg/version.ts";

Deno.test("whyTooOld: refuses versions before 4.4", () => {
  for (const version of ["4.3", "4.3.7-0+deb11u1", "n4.3.1", "3.4.13", "0.8"]) {
    assertEquals(
      whyTooOld(version),
      `ffmpeg ${version} is too old: echolog needs 4.4 or later`,
    );
  }
});

Deno.test("whyTooOld: accepts later versions and those of an unknown form", () => {
  for (
    const version of [
      ...["4.4", "4.4.1-3ubuntu5", "n4.10", "5.1.9-0+deb12u1", "7.1", "10.0"],
      ...["N-47683-g0e8eb07980-static", "2023-01-01-git-1", "git-4.1", "x"],
    ]
  ) assertEquals(whyTooOld(version), null, version);
  assertEquals(whyTooOld(null), null);
});
