import { assert, assertEquals, assertMatch } from "@std/assert";
import { basename, join } from "@std/path";
import type { GapCause } from "../../src/events.ts";
import { findOrphans } from "../../src/repair/orphans.ts";
import {
  echolog,
  onlySession,
  type RunningEcholog,
  SessionOnDisk,
  startEcholog,
} from "../support/echolog.ts";
import { wasBusy } from "../support/load.ts";
import {
  failingDisk,
  faultyDisk,
  fillDisk,
  smallDisk,
} from "../support/small_disk.ts";
import { tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";
import {
  assertSound,
  configured,
  gapCauses,
  gapsOf,
  IMPATIENT,
  startRecording,
} from "./support.ts";
import { assertExplained } from "./explained.ts";

/** About 150 kB a second. */
const NOISE = "lavfi:anoisesrc=r=48000:a=1";
const NOISY = ["--device", NOISE, "--segment-duration", "1s"];

Deno.test("on_full: stop ends the session cleanly with complete log and audio when the disk fills up", async () => {
  using home = tempFolder();
  const path = join(home.path, "recordings");
  await using disk = await smallDisk(path, "size=2m");
  if (disk === null) return;
  await using running = startEcholog([
    ...["record", "--device", NOISE, "--segment-duration", "2s"],
  ], {
    home: home.path,
    env: configured(home.path, `${IMPATIENT}[disk]\non_full = "stop"\n`),
  });
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

Deno.test("on_full: waits while the disk is full, and continues the session when there is room", async () => {
  using home = tempFolder();
  const path = join(home.path, "recordings");
  await using disk = await smallDisk(path, "size=16m");
  if (disk === null) return;
  await using recording = await startRecording(home.path, NOISY);
  const { running, session } = recording;
  await session.waitForEvent("chunk_created", 1);
  const ballast = await fillDisk(path);
  await waitForWait(session, "disk_full");
  const { stdout } = await echolog(["status"], { home: home.path });
  assertMatch(stdout, /state: recovering: no audio .*: the disk was full/);
  assertEquals(gapsOf(session), []);
  const emptied = Date.now();
  Deno.removeSync(ballast);
  await session.waitForEvent("ffmpeg_started", 2);
  const [, started] = session.eventsOf("ffmpeg_started");
  const delay = (started?.time ?? 0) - emptied;
  assert(delay < 10_000 || wasBusy(), `${delay} ms`);
  const closed = session.eventsOf("chunk_created").length;
  await session.waitForEvent("chunk_created", closed + 1);
  // The space is reserved again.
  assertEquals(session.files(".reserve"), [".reserve"]);
  assertEquals(session.files(".trial"), []);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  const stop = await assertSound(session, "interrupted", 1);
  assertEquals(stop.log_lines_dropped, 0);
  assertEquals(gapCauses(session), ["disk_full"]);
  const runs = new Set(session.eventsOf("chunk_created").map(({ run }) => run));
  assertEquals([...runs], [1, 2]);
  assertEquals(session.files(".reserve"), []);
  await assertExplained(session, "disk full, then room");
  const verified = await echolog(["verify"], { home: home.path });
  assertEquals(verified.code, 0, verified.stdout);
});

Deno.test("on_full: waits for room before the first audio, longer than start_timeout", async () => {
  using home = tempFolder();
  const path = join(home.path, "recordings");
  await using disk = await smallDisk(path, "size=16m");
  if (disk === null) return;
  const output = join(path, "output");
  Deno.mkdirSync(output);
  const ballast = await fillDisk(path, 60_000);
  const place = ["--output-dir", output];
  await using running = startEcholog(["record", ...NOISY, ...place], {
    home: home.path,
    env: configured(home.path, IMPATIENT.replace('"20s"', '"3s"')),
  });
  const session = await onlySession(output);
  // More than the three seconds of start_timeout.
  await waitFor("five seconds of waiting", async () => {
    const { stdout } = await echolog(["status", "--json"], {
      home: home.path,
    });
    const [status] = stdout === "" ? [] : JSON.parse(stdout);
    return status?.outage?.duration > 5 || null;
  });
  Deno.removeSync(ballast);
  await session.waitForEvent("chunk_created", 1);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  await assertSound(session, "interrupted", 1);
  await assertExplained(session, "disk full, then room");
  assertEquals(gapCauses(session), ["disk_full"]);
});

for (
  const { how, reason, args, end } of [
    {
      how: "SIGTERM",
      reason: "terminated",
      args: [],
      end: ({ running }: Waiting) => running.signal("SIGTERM"),
    },
    {
      how: "echolog stop",
      reason: "stop_command",
      args: [],
      end: async ({ home }: Waiting) => {
        assertEquals((await echolog(["stop"], { home })).code, 0);
      },
    },
    {
      how: "--duration",
      reason: "duration_reached",
      // A busy machine has to fill the disk before.
      args: ["--duration", "15s"],
      end: () => {},
    },
  ] as const
) {
  Deno.test(`on_full: ${how} ends the wait, with a complete log`, async () => {
    using home = tempFolder();
    const path = join(home.path, "recordings");
    await using disk = await smallDisk(path, "size=16m");
    if (disk === null) return;
    await using recording = await startRecording(home.path, [
      ...NOISY,
      ...args,
    ]);
    const { running, session } = recording;
    await session.waitForEvent("chunk_created", 1);
    await fillDisk(path);
    await waitForWait(session, "disk_full");
    await end({ home: home.path, running });
    assertEquals((await running.finished).code, 0);
    const stop = await assertSound(session, reason, 1);
    assertEquals(stop.log_lines_dropped, 0);
    assertEquals(gapCauses(session), ["disk_full"]);
  });
}

Deno.test("on_full: waits while the disk is read-only, and continues the session", async () => {
  using home = tempFolder();
  const session = await waitedFor(home.path, "EROFS", "disk_read_only");
  if (session !== null) await assertExplained(session, "disk read-only");
});

Deno.test("on_full: waits while a quota is used up, and continues the session", async () => {
  using home = tempFolder();
  const session = await waitedFor(home.path, "EDQUOT", "disk_full");
  if (session !== null) await assertExplained(session, "disk full, then room");
});

/**
 * Records onto a disk whose changes fail for a while, and checks the session;
 * `null` where there is no such disk.
 */
async function waitedFor(
  home: string,
  error: "EROFS" | "EDQUOT",
  cause: GapCause,
): Promise<SessionOnDisk | null> {
  const path = join(home, "recordings");
  await using disk = await faultyDisk(home, path);
  if (disk === null) return null;
  await using recording = await startRecording(home, NOISY);
  const { running, session } = recording;
  await session.waitForEvent("chunk_created", 1);
  disk.fail(error);
  await endOfFfmpeg(session);
  disk.fail("");
  await session.waitForEvent("ffmpeg_started", 2);
  const closed = session.eventsOf("chunk_created").length;
  await session.waitForEvent("chunk_created", closed + 1);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  const stop = await assertSound(session, "interrupted", 1);
  assertEquals(stop.log_lines_dropped, 0);
  assertEquals(gapCauses(session), [cause]);
  const verified = await echolog(["verify"], { home });
  assertEquals(verified.code, 0, verified.stdout);
  // The disk is unmounted after this, and its folder has the session.
  return new SessionOnDisk(join(home, "below", basename(session.folder)));
}

Deno.test("on_full: waits while the disk gives errors, and continues the session with its log", async () => {
  using home = tempFolder();
  const path = join(home.path, "recordings");
  await using disk = await failingDisk(join(home.path, "real"), path);
  if (disk === null) return;
  await using recording = await startRecording(home.path, NOISY);
  const { running, session } = recording;
  await session.waitForEvent("chunk_created", 1);
  await disk.fail();
  await endOfFfmpeg(session);
  await disk.restore();
  await session.waitForEvent("ffmpeg_started", 2);
  const closed = session.eventsOf("chunk_created").length;
  await session.waitForEvent("chunk_created", closed + 1);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  const stop = await assertSound(session, "interrupted", 1);
  await assertExplained(session, "disk with errors");
  assertEquals(stop.log_lines_dropped, 0);
  assertEquals(gapCauses(session), ["disk_error"]);
});

/** Waits until nothing but the absence of ffmpeg shows that a session waits. */
async function endOfFfmpeg({ folder }: SessionOnDisk): Promise<void> {
  let without = 0;
  await waitFor("end of ffmpeg", () => {
    without = findOrphans(folder).length === 0 ? without + 1 : 0;
    return without > 50 || null;
  });
}

/** What can end a wait. */
interface Waiting {
  readonly home: string;
  readonly running: RunningEcholog;
}

/** Waits until a session waits for its disk. */
async function waitForWait(
  session: SessionOnDisk,
  code: "disk_full" | "disk_read_only" | "disk_error",
): Promise<void> {
  await session.waitFor(
    `a wait for ${code}`,
    () => session.logText().includes(` warning code=${code} `) || null,
  );
}

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
      ...["record", "--device", "test", "--duration", "2s"],
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
