import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertMatch,
} from "@std/assert";
import { existsSync } from "@std/fs";
import { basename, join } from "@std/path";
import { echolog, onlySession, startEcholog } from "../support/echolog.ts";
import { smallDisk } from "../support/small_disk.ts";
import { tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";
import { assertSound, configured, gapsOf, startRecording } from "./support.ts";
import { assertExplained } from "./explained.ts";

Deno.test("a disk that fills up ends the session cleanly, log and audio complete", async () => {
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

Deno.test("a disk that is full at the start is told in one line", async () => {
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

Deno.test("a disk that may only be read is refused before anything is made", async () => {
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

Deno.test("a session folder that is deleted is made again, and recording goes on", async () => {
  using home = tempFolder();
  await using recording = await startRecording(home.path, ["--device", "test"]);
  const { running, session } = recording;
  await session.waitForEvent("chunk_created", 1);
  await waitFor("the deletion", () => deleted(session.folder));
  const again = await onlySession(join(home.path, "recordings"));
  await again.waitForEvent("chunk_created", 2);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  const events = again.events();
  assertEquals(events[0]?.event, "log_rotated");
  const stop = events.at(-1);
  assert(stop?.event === "session_stop" && stop.reason === "interrupted");
  assertEquals(again.files(".part"), []);
  await assertExplained(again, "folder deleted");
});

Deno.test("a recording whose folder cannot be made again is given up, in words", async () => {
  using home = tempFolder();
  await using recording = await startRecording(home.path, ["--device", "test"]);
  const { running, session } = recording;
  await session.waitForEvent("chunk_created", 1);
  const recordings = join(home.path, "recordings");
  const away = join(home.path, "away");
  Deno.renameSync(recordings, away);
  Deno.writeTextFileSync(recordings, "a file in the folder's place");
  const { code, stderr } = await running.finished;
  assertEquals(code, 1);
  assertMatch(stderr, /^echolog: Cannot write to the session's folder /m);
  // Its log is where its folder went.
  const log = join(away, basename(session.folder), "session.log");
  const lines = Deno.readTextFileSync(log).trimEnd().split("\n");
  assertMatch(lines.at(-1) ?? "", / session_stop reason=gave_up exit_code=1 /);
  assert(lines.some((line) => / ERROR .* code=folder_gone /.test(line)));
});

/** Deletes a folder as a whole; `null` when a file was made in it meanwhile. */
function deleted(folder: string): true | null {
  try {
    Deno.removeSync(folder, { recursive: true });
  } catch {
    if (existsSync(folder)) return null;
  }
  return true;
}

Deno.test("a chunk whose file is taken away while it is written is a gap that is named", async () => {
  using home = tempFolder();
  await using recording = await startRecording(home.path, ["--device", "test"]);
  const { running, session } = recording;
  const open = join(session.folder, "chunk_00002.flac.part");
  await waitFor("the second chunk", () => existsSync(open) || null);
  Deno.removeSync(open);
  await session.waitForEvent("chunk_created", 2);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  const [gap, more] = gapsOf(session);
  assertEquals(more, undefined);
  const [first, next] = session.eventsOf("chunk_created");
  assertEquals(next?.file, "chunk_00003.flac");
  assertEquals(gap?.cause, "chunk_not_closed");
  assertAlmostEquals(gap?.start ?? 0, first?.end ?? NaN, 300);
  assertAlmostEquals(gap?.end ?? 0, next?.start ?? NaN, 300);
  const [stop] = session.eventsOf("session_stop");
  assert(stop !== undefined);
  const gaps = session.eventsOf("gap")
    .reduce((sum, { duration }) => sum + duration, 0);
  assertAlmostEquals(stop.gap_total, gaps, 0.001);
  // To start and to stop are no gaps, but they take a moment.
  assertAlmostEquals(stop.wall - stop.audio - stop.gap_total, 0.75, 1.25);
  const verified = await echolog(["verify", session.folder], {
    home: home.path,
  });
  assertEquals(verified.code, 0, verified.stdout);
  await assertExplained(session, "open chunk deleted");
});

Deno.test("a chunk, the state file and the log may be deleted: recording goes on", async () => {
  using home = tempFolder();
  await using recording = await startRecording(home.path, ["--device", "test"]);
  const { running, session } = recording;
  await session.waitForEvent("chunk_created", 1);
  for (const file of ["chunk_00001.flac", "session.json", "session.log"]) {
    Deno.removeSync(join(session.folder, file));
  }
  const again = await onlySession(join(home.path, "recordings"));
  await again.waitForEvent("chunk_created", 2);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  const events = again.events();
  assertEquals(events[0]?.event, "log_rotated");
  assert(events.at(-1)?.event === "session_stop");
  assertEquals(
    again.files(".flac"),
    again.eventsOf("chunk_created").map(({ file }) => file),
  );
  JSON.parse(Deno.readTextFileSync(join(session.folder, "session.json")));
  await assertExplained(session, "chunk, state and log deleted");
});

Deno.test(
  "under cron there is no HOME, no runtime folder, a short PATH and any umask",
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
