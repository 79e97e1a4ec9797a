import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { findOrphans } from "../../src/repair/orphans.ts";
import { readState } from "../../src/sessions/state_file.ts";
import {
  echolog,
  onlySession,
  type SessionOnDisk,
  startEcholog,
} from "../support/echolog.ts";
import { type CuttableDisk, cuttableDisk } from "../support/power_cut.ts";
import { passesFlacTest } from "../support/sound_server.ts";
import { tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";
import { configured } from "./support.ts";

/** Milliseconds that a sync and the latency of the audio may take. */
const SLACK_MS = 700;

/**
 * Records onto a disk until `when` is true, cuts its power, and mounts it again.
 *
 * @returns the session, its state and its log as they were before the cut, and
 * the moment of the cut.
 */
async function cutWhile(
  disk: CuttableDisk,
  home: string,
  settings: string,
  when: (log: string, session: SessionOnDisk) => boolean,
) {
  const outputDir = join(home, "disk", "recordings");
  const options = {
    home,
    env: configured(home, `[recording]\n${settings}`),
  };
  const args = ["--device", "test", "--output-dir", outputDir];
  await using running = startEcholog(["record", ...args], options);
  const session = await onlySession(outputDir);
  await session.waitFor(
    "the moment",
    () => when(session.logText(), session) || null,
  );
  const logged = session.logText();
  const state = readState(session.folder);
  const moment = Date.now();
  await disk.cut();
  // With the machine, its processes end.
  running.signal("SIGKILL");
  await running.finished;
  for (const pid of findOrphans(session.folder)) Deno.kill(pid, "SIGKILL");
  await waitFor(
    "end of ffmpeg",
    () => findOrphans(session.folder).length === 0 || null,
  );
  await disk.boot();
  return { state, session, outputDir, options, logged, moment };
}

const OPEN_CHUNK = "chunk_00001.flac.part";
/** Size of six seconds of the test tone in bytes. */
const SIX_SECONDS = 126_000;

function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch {
    return 0; // ffmpeg has not made it yet
  }
}

function count(text: string, word: string): number {
  return text.split(word).length - 1;
}

Deno.test("power cut: finished chunks are whole, the log has what was written, and repair completes both", async () => {
  using home = tempFolder();
  await using disk = await cuttableDisk(home.path);
  if (disk === null) return;
  const cut = await cutWhile(
    disk,
    home.path,
    'segment_duration = "2s"\nsync_interval = "1s"',
    (log) => count(log, ": chunk_created ") === 3,
  );
  const { session, outputDir, options, logged, moment } = cut;

  // What was not written is not in the log.
  const kept = session.logText().replace(/\0+$/, "");
  assert(logged.startsWith(kept) || kept.startsWith(logged), kept);
  for (const line of logged.split("\n").slice(0, -1)) {
    const isOld = Date.parse(line.slice(0, 20)) + 1_000 <= moment - 2_000;
    if (isOld) assertStringIncludes(kept, line);
  }
  for (
    const match of kept.matchAll(/: chunk_created file=(\S+) .*size=(\d+)/g)
  ) {
    const path = join(session.folder, match[1] ?? "");
    assertEquals(Deno.statSync(path).size, Number(match[2]));
    assert(await passesFlacTest(path), path);
  }
  assert(count(kept, ": chunk_created ") >= 2, kept);

  const all = ["--output-dir", outputDir];
  const repair = await echolog(["repair", ...all], options);
  assertEquals(repair.code, 0, repair.stderr);
  const verify = await echolog(["verify", ...all], options);
  assertEquals(verify.code, 0, verify.stdout + verify.stderr);
  assert(!session.logText().includes("\0"));
});

Deno.test("power cut: no more of an open chunk is missing than sync_interval and a second", async () => {
  using home = tempFolder();
  await using disk = await cuttableDisk(home.path);
  if (disk === null) return;
  const { state, session, outputDir, options, moment } = await cutWhile(
    disk,
    home.path,
    'sync_interval = "1s"',
    (_log, { folder }) => sizeOf(join(folder, OPEN_CHUNK)) >= SIX_SECONDS,
  );
  const { folder } = session;
  const text = session.logText();
  assert(sizeOf(join(folder, OPEN_CHUNK)) > 0, text);
  const args = ["--output-dir", outputDir];
  const repair = await echolog(["repair", ...args], options);
  assertEquals(repair.code, 0, repair.stderr);
  const [chunk] = session.eventsOf("chunk_created");
  const since = Date.parse(state?.audio_since ?? "");
  const missing = moment - since - (chunk?.duration ?? 0) * 1000;
  assert(missing < 2_000 + SLACK_MS, `${missing} ms of audio are missing`);
});

Deno.test("power cut: a session that has just begun has its folder, its log and its first line", async () => {
  using home = tempFolder();
  await using disk = await cuttableDisk(home.path);
  if (disk === null) return;
  const cut = await cutWhile(
    disk,
    home.path,
    "",
    (log) => log.includes(": ffmpeg_command "),
  );
  const [start] = cut.session.eventsOf("session_start");
  assertEquals(start?.segment_duration, 300);
  const args = ["--output-dir", cut.outputDir];
  const repair = await echolog(["repair", ...args], cut.options);
  assertEquals(repair.code, 0, repair.stderr);
  assertEquals(cut.session.eventsOf("session_stop").length, 1);
});
