import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  ffmpegVersion,
  installHint,
  locateFfmpeg,
} from "../../../src/ffmpeg/locate.ts";
import { tempFolder } from "../../support/temp.ts";

function machine(
  programs: string[],
  path = "/a:/b",
  os = "linux",
): Parameters<typeof locateFfmpeg>[1] {
  return {
    os,
    env: (name) => name === "PATH" ? path : undefined,
    home: "/home/ann",
    isExecutable: (path) => programs.includes(path),
  };
}

Deno.test("locateFfmpeg: searches PATH before the usual folders", () => {
  assertEquals(
    locateFfmpeg(null, machine(["/b/ffmpeg", "/usr/bin/ffmpeg"])),
    "/b/ffmpeg",
  );
  assertEquals(
    locateFfmpeg(null, machine(["/usr/local/bin/ffmpeg"])),
    "/usr/local/bin/ffmpeg",
  );
  assertEquals(
    locateFfmpeg(null, machine(["/home/ann/.local/bin/ffmpeg"], "")),
    "/home/ann/.local/bin/ffmpeg",
  );
  assertEquals(locateFfmpeg(null, machine([])), null);
});

Deno.test("locateFfmpeg: uses only the ffmpeg that was named", () => {
  const there = machine(["/x/ffmpeg", "/usr/bin/ffmpeg", "/a/ffmpeg-7"]);
  assertEquals(locateFfmpeg("/x/ffmpeg", there), "/x/ffmpeg");
  assertEquals(locateFfmpeg("/y/ffmpeg", there), null);
  assertEquals(locateFfmpeg("ffmpeg-7", there), "/a/ffmpeg-7");
  assertEquals(locateFfmpeg("ffmpeg-8", there), null);
});

Deno.test("ffmpegVersion: rejects when the program cannot be started", async () => {
  using folder = tempFolder();
  await assertRejects(() => ffmpegVersion(`${folder.path}/none`));
});

Deno.test("installHint: names the package manager of each platform", () => {
  assertStringIncludes(installHint("linux"), "apt-get install ffmpeg");
  assertStringIncludes(installHint("darwin"), "brew install ffmpeg");
  assertStringIncludes(installHint("windows"), "winget install ffmpeg");
});
