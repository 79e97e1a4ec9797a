import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { echolog, onlySession, startEcholog } from "../support/echolog.ts";
import { smallDisk } from "../support/small_disk.ts";
import { tempFolder } from "../support/temp.ts";
import { assertSound, configured } from "./support.ts";
import { assertExplained } from "./explained.ts";

Deno.test("recovery: ends the session cleanly with complete log and audio when the disk fills up", async () => {
  using home = tempFolder();
  const path = join(home.path, "recordings");
  await using disk = await smallDisk(path, "size=2m");
  if (disk === null) return;
  await using running = startEcholog([
    ...["record", "--device", "lavfi:anoisesrc=r=48000:a=1"],
    ...["--segment-duration", "2s"],
  ], { home: home.path });
  const { code, stderr } = await running.finished;
  assertEquals(code, 1);
  // The log may have met the full disk first, and says so once.
  assertMatch(
    stderr,
    /^(echolog: cannot write [^\n]+\n)?echolog: No space is left for the recording; see [^\n]+\n$/,
  );
  const session = await onlySession(path);
  const stop = await assertSound(session, "disk_full", 1);
  await assertExplained(session, "disk full");
  assertEquals(stop.log_lines_dropped, 0);
  assert(stop.chunks >= 3);
  const warnings = session.eventsOf("warning").map(({ code }) => code);
  assert(warnings.includes("disk_low"));
});

Deno.test("record: exits 1 and reports a disk that is full at the start", async () => {
  using home = tempFolder();
  const path = join(home.path, "recordings");
  await using disk = await smallDisk(path, "size=64k");
  if (disk === null) return;
  Deno.writeFileSync(join(path, "ballast"), new Uint8Array(60_000));
  const { code, stderr } = await echolog(
    ["record", "--device", "test", "--duration", "5s"],
    { home: home.path },
  );
  assertEquals(code, 1);
  assertMatch(stderr, /^(echolog: [^\n]+\n)+$/);
  assertMatch(stderr, /No space|space/);
});

Deno.test("record: exits 73 when the disk is read-only", async () => {
  using home = tempFolder();
  const path = join(home.path, "recordings");
  await using disk = await smallDisk(path, "size=64k");
  if (disk === null) return;
  await new Deno.Command("mount", { args: ["-o", "remount,ro", path] })
    .output();
  const { code, stderr } = await echolog(["record", "--device", "test"], {
    home: home.path,
  });
  assertEquals(code, 73);
  assertMatch(stderr, /^echolog: Cannot create the folder .*\n$/);
});

Deno.test(
  "cron: records private files without HOME and with a short PATH",
  {
    ignore: Deno.build.os === "windows",
  },
  async () => {
    using home = tempFolder();
    const output = join(home.path, "rec");
    const state = join(home.path, "state");
    const { code, stdout } = await echolog([
      ...["record", "--device", "test", "--duration", "1s"],
      ...["--output-dir", output],
    ], {
      home: null,
      env: {
        ...configured(home.path),
        PATH: "/usr/bin:/bin",
        XDG_STATE_HOME: state,
      },
      cwd: "/",
    });
    assertEquals(code, 0, stdout);
    const session = await onlySession(output);
    await assertSound(session, "duration_reached");
    await assertExplained(session, "as long as asked");
    const mode = Deno.statSync(join(session.folder, "chunk_00001.flac")).mode;
    assertEquals((mode ?? 0) & 0o777, 0o600);
  },
);
