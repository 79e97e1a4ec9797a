import { assert, assertEquals } from "@std/assert";
import { existsSync } from "@std/fs";
import { join } from "@std/path";
import { fakeFfmpeg } from "../faults/support.ts";
import { echolog } from "../support/echolog.ts";
import { tempFolder } from "../support/temp.ts";

/** An ffmpeg that reports a version, and otherwise is the real one. */
function reporting(home: string, version: string): string {
  const path = join(home, "old-ffmpeg");
  const line = `ffmpeg version ${version} Copyright (c) the FFmpeg developers`;
  Deno.writeTextFileSync(
    path,
    `#!/bin/sh\n[ "$1" = -version ] && echo '${line}' && exit\nexec ffmpeg "$@"\n`,
    { mode: 0o755 },
  );
  return path;
}

const RECORD = ["record", "--device", "test", "--duration", "2s"];

Deno.test("record: exits 69 when ffmpeg is too old, and creates nothing", async () => {
  using home = tempFolder();
  const path = reporting(home.path, "4.3.7-0+deb11u1");
  const { code, stdout, stderr } = await echolog(
    [...RECORD, "--ffmpeg", path],
    { home: home.path },
  );
  assertEquals({ code, stdout, stderr }, {
    code: 69,
    stdout: "",
    stderr:
      `echolog: Cannot record with ${path}: ffmpeg 4.3.7-0+deb11u1 is too old: echolog needs 4.4 or later; name a newer one with --ffmpeg PATH\n`,
  });
  assert(!existsSync(join(home.path, "recordings")));
});

Deno.test("record: accepts an ffmpeg built from its repository", async () => {
  using home = tempFolder();
  const path = reporting(home.path, "N-47683-g0e8eb07980");
  const { code, stderr } = await echolog([...RECORD, "--ffmpeg", path], {
    home: home.path,
  });
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
});

Deno.test("doctor: fails when ffmpeg is too old", async () => {
  using home = tempFolder();
  const path = reporting(home.path, "4.2");
  const { code, stdout } = await echolog(
    ["doctor", "--device", "test", "--ffmpeg", path],
    { home: home.path },
  );
  assertEquals(code, 1);
  assert(
    stdout.includes(
      `failed   ffmpeg   ${path}: ffmpeg 4.2 is too old: echolog needs 4.4 or later\n`,
    ),
    stdout,
  );
  assert(stdout.includes("\nNext: name a newer one"), stdout);
});

Deno.test("doctor: tries the device with the options of a recording", async () => {
  using home = tempFolder();
  const path = await fakeFfmpeg(
    home.path,
    `case " $* " in *" -stats_period "*)
       echo "[error] Unrecognized option 'stats_period'." >&2; exit 1;;
     esac
     exec "$FFMPEG" "$@"`,
  );
  const { code, stdout } = await echolog(
    ["doctor", "--device", "test", "--ffmpeg", path],
    { home: home.path },
  );
  assertEquals(code, 1);
  assert(
    stdout.includes(
      "failed   device   test: this ffmpeg is too old: echolog needs 4.4 or later",
    ),
    stdout,
  );
});
