import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  ffmpegVersion,
  installHint,
  locateFfmpeg,
  type SearchPlaces,
} from "../../src/ffmpeg/locate.ts";
import { tempFolder } from "../support/temp.ts";

function machine(
  programs: string[],
  path = "/a:/b",
  os = "linux",
): SearchPlaces {
  return {
    os,
    env: (name) => name === "PATH" ? path : undefined,
    home: "/home/ann",
    isProgram: (path) => programs.includes(path),
  };
}

Deno.test("ffmpeg is looked for on PATH first, then in the usual folders", () => {
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

Deno.test("an ffmpeg that was named is taken from there or not at all", () => {
  const there = machine(["/x/ffmpeg", "/usr/bin/ffmpeg", "/a/ffmpeg-7"]);
  assertEquals(locateFfmpeg("/x/ffmpeg", there), "/x/ffmpeg");
  assertEquals(locateFfmpeg("/y/ffmpeg", there), null);
  assertEquals(locateFfmpeg("ffmpeg-7", there), "/a/ffmpeg-7");
  assertEquals(locateFfmpeg("ffmpeg-8", there), null);
});

Deno.test("the version is asked from ffmpeg itself", async () => {
  const { code, stdout } = await new Deno.Command("ffmpeg", {
    args: ["-version"],
  }).output();
  assertEquals(code, 0);
  const version = await ffmpegVersion("ffmpeg");
  assertStringIncludes(new TextDecoder().decode(stdout), `version ${version} `);
});

Deno.test("a program that hangs when asked for its version is given up, with what it started", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/ffmpeg`;
  Deno.writeTextFileSync(path, "#!/bin/sh\nsleep 1000\n", { mode: 0o755 });
  assertEquals(await ffmpegVersion(path, 50), null);
});

Deno.test("a program that cannot be started has no version", async () => {
  using folder = tempFolder();
  await assertRejects(() => ffmpegVersion(`${folder.path}/none`));
});

Deno.test("the hint names the platform's own way to install ffmpeg", () => {
  assertStringIncludes(installHint("linux"), "apt-get install ffmpeg");
  assertStringIncludes(installHint("darwin"), "brew install ffmpeg");
  assertStringIncludes(installHint("windows"), "winget install ffmpeg");
});
