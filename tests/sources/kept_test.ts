import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { gapsOf } from "../faults/support.ts";
import { tempFolder } from "../support/temp.ts";
import { recordSource } from "./support.ts";

Deno.test("nothing kept: a second stream that the format cannot hold is a failure", async () => {
  using home = tempFolder();
  const { session, stop, code, stderr } = await recordSource(
    home.path,
    "test",
    ["--duration", "6s"],
    '[ffmpeg]\noutput_args = ["-map", "0:a:0"]\n[recovery]\nbackoff_max = "1s"\n',
  );
  assertEquals([stop.reason, stop.chunks], ["start_failed", 0]);
  assertEquals(code, 1, stderr);
  const gaps = session.eventsOf("gap");
  assertEquals(gaps.length, 1, session.logText());
  assert((gaps[0]?.duration ?? 0) > 5, session.logText());
});

Deno.test("nothing kept: an ffmpeg that does not see the folder is a failure", async () => {
  using home = tempFolder();
  // As in a snap: it has a folder of its own in the place of this one.
  const ffmpeg = join(home.path, "ffmpeg");
  Deno.writeTextFileSync(
    ffmpeg,
    `#!/bin/sh
exec unshare -m sh -c 'mkdir -p "$0/recordings"; mount -t tmpfs none "$0/recordings" && mkdir -p "$PWD" && cd "$PWD" && exec /usr/bin/ffmpeg "$@"' "${home.path}" "$@"
`,
  );
  Deno.chmodSync(ffmpeg, 0o755);
  const { code } = await new Deno.Command("unshare", {
    args: ["-m", "true"],
    stdout: "null",
    stderr: "null",
  }).output();
  if (code !== 0) {
    console.log("not run: this user cannot make a mount namespace");
    return;
  }
  const { session, stop, code: exit } = await recordSource(home.path, "test", [
    ...["--duration", "8s", "--ffmpeg", ffmpeg],
  ]);
  assertEquals([stop.reason, stop.chunks, exit], ["start_failed", 0, 1]);
  assertEquals(session.files(".flac"), []);
});

Deno.test("nothing kept: an ffmpeg that reports audio and then fails is one gap", async () => {
  using home = tempFolder();
  const ffmpeg = join(home.path, "ffmpeg");
  Deno.writeTextFileSync(
    ffmpeg,
    `#!/bin/sh
case "$*" in *segment*) ;; *) exec /usr/bin/ffmpeg "$@" ;; esac
for frame in 0 1 2 9; do echo "frame:$frame pts:0 pts_time:0"; echo lavfi.astats.Overall.Peak_level=-18; done
echo "[out#0] [error] Could not write header: Invalid argument" >&2
exit 1
`,
  );
  Deno.chmodSync(ffmpeg, 0o755);
  const { session, stop, code } = await recordSource(home.path, "test", [
    ...["--duration", "5s", "--ffmpeg", ffmpeg],
  ]);
  assertEquals([stop.reason, code], ["start_failed", 1]);
  const gaps = gapsOf(session);
  assertEquals(gaps.map(({ cause }) => cause), ["not_written"]);
});
