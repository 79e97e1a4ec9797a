import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { decodeChunk } from "../../../../src/review/verify/decode.ts";
import { exists } from "../../../../src/platform/fs.ts";
import { tempFolder } from "../../../support/temp.ts";
import { waitFor } from "../../../support/wait.ts";

Deno.test("decodeChunk: ends an ffmpeg that waits for a pipe in the file's place", async () => {
  using folder = tempFolder();
  const path = join(folder.path, "chunk_00001.flac");
  const started = join(folder.path, "started");
  const ffmpeg = join(folder.path, "ffmpeg");
  Deno.writeTextFileSync(path, "fLaC");
  // It waits as ffmpeg does when it opens a pipe without a writer.
  Deno.writeTextFileSync(
    ffmpeg,
    `#!/bin/sh
mkfifo '${started}.pipe'; touch '${started}'
read -r line <'${started}.pipe'
`,
    { mode: 0o755 },
  );
  const decoded = decodeChunk(ffmpeg, path);
  await waitFor("ffmpeg", () => exists(started) || null);
  Deno.renameSync(path, `${path}.away`);
  assertEquals((await decoded).fault, "it was replaced while it was read");
});

for (
  const [what, text] of [
    ["a list of another file", "ffconcat version 1.0\nfile secret.flac\n"],
    ["a list of a pipe", "ffconcat version 1.0\nfile pipe\n"],
    [
      "a playlist",
      "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:1,\nsecret.flac\n#EXT-X-ENDLIST\n",
    ],
  ] as const
) {
  Deno.test(`decodeChunk: opens nothing that ${what} in a chunk's place names`, async () => {
    using folder = tempFolder();
    const secret = join(folder.path, "secret.flac");
    const run = async (program: string, ...args: string[]) => {
      const { success } = await new Deno.Command(program, { args }).output();
      assertEquals(success, true, program);
    };
    const tone = ["-f", "lavfi", "-i", "sine=duration=1"];
    await run("ffmpeg", "-nostdin", "-loglevel", "error", ...tone, secret);
    await run("mkfifo", join(folder.path, "pipe"));
    const path = join(folder.path, "chunk_00001.flac");
    Deno.writeTextFileSync(path, text);
    const { duration, fault } = await decodeChunk("ffmpeg", path);
    assertEquals([duration, fault === null], [null, false]);
  });
}
