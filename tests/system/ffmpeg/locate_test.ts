import { assertEquals, assertStringIncludes } from "@std/assert";
import { ffmpegVersion } from "../../../src/ffmpeg/locate.ts";
import { tempFolder } from "../../support/temp.ts";

Deno.test("ffmpegVersion: reads the version from ffmpeg itself", async () => {
  const { code, stdout } = await new Deno.Command("ffmpeg", {
    args: ["-version"],
  }).output();
  assertEquals(code, 0);
  const version = await ffmpegVersion("ffmpeg");
  assertStringIncludes(new TextDecoder().decode(stdout), `version ${version} `);
});

Deno.test("ffmpegVersion: returns null when the program hangs", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/ffmpeg`;
  Deno.writeTextFileSync(path, "#!/bin/sh\nsleep 1000\n", { mode: 0o755 });
  assertEquals(await ffmpegVersion(path, 50), null);
});
