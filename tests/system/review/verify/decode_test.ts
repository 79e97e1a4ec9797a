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
