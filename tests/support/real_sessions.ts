/**
 * Sessions of real recorders to which real faults happen: one for each kind of
 * thing that a page shows.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import {
  configured,
  crashed,
  ffmpegPid,
  IMPATIENT,
  type Recording,
  startRecording,
  waitForGaps,
} from "../faults/support.ts";
import { echolog } from "./echolog.ts";
import { madeMonth } from "./month_session.ts";
import { BERLIN } from "./page_sessions.ts";
import { runProgram } from "./program.ts";
import { fillDisk, smallDisk } from "./small_disk.ts";
import { SoundServer } from "./sound_server.ts";

/** Takes what `report` is given, while it is there: a folder or a log. */
export type UseSession = (session: string) => Promise<void>;

/**
 * Makes a session below `home`, and uses it. Returns `false`, with the reason
 * printed, where its fault cannot be made.
 */
export type RealSession = (
  home: string,
  use: UseSession,
) => Promise<boolean>;

/** About 150 kB a second as flac. */
const NOISE = "lavfi:anoisesrc=r=48000:a=0.3";

/** The kinds of sessions, and how each is made. */
export const REAL: Readonly<Record<string, RealSession>> = {
  healthy,
  killed,
  unplugged,
  "full disk": fullDisk,
  "deleted chunks": deletedChunks,
  "mailed log": mailedLog,
  live,
  month: async (home, use) => {
    await use(madeMonth(home));
    return true;
  },
};

/** A recording of a tone from a real sound server, until its time is over. */
async function healthy(home: string, use: UseSession): Promise<boolean> {
  await using server = await soundServer();
  await using recording = await recordTone(home, server, ["--duration", "14s"]);
  await finished(recording);
  await use(recording.session.folder);
  return true;
}

/** The recorder is killed, and the session repaired. */
async function killed(home: string, use: UseSession): Promise<boolean> {
  const { folder } = await crashed(home);
  const repaired = await echolog(["repair"], { home, env: BERLIN });
  assertEquals(repaired.code, 0, repaired.stderr);
  await use(folder);
  return true;
}

/** The sound server is killed, and comes back some seconds later. */
async function unplugged(home: string, use: UseSession): Promise<boolean> {
  await using server = await soundServer();
  await using recording = await recordTone(home, server);
  const { session, running } = recording;
  await session.waitForEvent("chunk_created", 2);
  await server.pullThePlug();
  await session.waitForEvent("recovery", 3);
  await server.plugIn();
  server.playTone(440);
  await waitForGaps(session);
  const closed = session.eventsOf("chunk_created").length;
  await session.waitForEvent("chunk_created", closed + 2);
  running.signal("SIGINT");
  await finished(recording);
  await use(session.folder);
  return true;
}

/** Another program fills the disk, and makes room again. */
async function fullDisk(home: string, use: UseSession): Promise<boolean> {
  const path = join(home, "recordings");
  await using disk = await smallDisk(path, "size=24m");
  if (disk === null) return false;
  await using recording = await startRecording(
    home,
    ["--device", NOISE, "--segment-duration", "2s"],
    {
      ...BERLIN,
      ...configured(home, `${IMPATIENT}[disk]\nmin_free_bytes = 8_000_000\n`),
    },
  );
  const { session, running } = recording;
  await session.waitForEvent("chunk_created", 2);
  // First little is left, then nothing.
  const rest = await fillDisk(path, 4_000_000);
  await session.waitForEvent("warning");
  Deno.renameSync(rest, join(path, "rest"));
  const ballast = await fillDisk(path);
  await session.waitForEvent("recovery");
  await session.waitFor(
    "a wait for room",
    () => session.logText().includes(" warning code=disk_full ") || null,
  );
  Deno.removeSync(ballast);
  Deno.removeSync(join(path, "rest"));
  await session.waitForEvent("ffmpeg_started", 2);
  await waitForGaps(session);
  const closed = session.eventsOf("chunk_created").length;
  await session.waitForEvent("chunk_created", closed + 2);
  running.signal("SIGINT");
  await finished(recording);
  await use(session.folder);
  return true;
}

/** Retention deletes the first chunks, and somebody deletes one of the others. */
async function deletedChunks(home: string, use: UseSession): Promise<boolean> {
  await using recording = await startRecording(
    home,
    ["--device", NOISE, "--segment-duration", "2s", "--duration", "16s"],
    BERLIN,
  );
  await finished(recording);
  const { session } = recording;
  const sizes = session.eventsOf("chunk_created").map(({ size }) => size);
  const kept = sizes.slice(3).reduce((sum, size) => sum + size, 0);
  const env = {
    ...BERLIN,
    ...configured(home, `[retention]\nmax_bytes = ${kept}\nmin_age = "0s"\n`),
  };
  const pruned = await echolog(["prune"], { home, env });
  assertEquals(pruned.code, 0, pruned.stderr);
  const left = session.files(".flac");
  assertEquals(left.length, sizes.length - 3, pruned.stdout);
  Deno.removeSync(join(session.folder, left[1] ?? ""));
  await use(session.folder);
  return true;
}

/** The log of a session whose ffmpeg was killed, compressed, without its audio. */
async function mailedLog(home: string, use: UseSession): Promise<boolean> {
  await using recording = await startRecording(
    home,
    ["--device", NOISE, "--segment-duration", "2s"],
    BERLIN,
  );
  await killFfmpeg(recording);
  recording.running.signal("SIGTERM");
  await finished(recording);
  const log = join(home, "ticket-4711.log");
  Deno.copyFileSync(join(recording.session.folder, "session.log"), log);
  assertEquals((await runProgram("gzip", [log])).code, 0);
  await use(`${log}.gz`);
  return true;
}

/** A session with a gap that is still being recorded. */
async function live(home: string, use: UseSession): Promise<boolean> {
  await using recording = await startRecording(
    home,
    ["--device", NOISE, "--segment-duration", "3s"],
    BERLIN,
  );
  await killFfmpeg(recording);
  await use(recording.session.folder);
  recording.running.signal("SIGINT");
  await finished(recording);
  return true;
}

/** Kills ffmpeg, and waits until a chunk has followed the gap. */
async function killFfmpeg({ session }: Recording): Promise<void> {
  await session.waitForEvent("chunk_created", 2);
  Deno.kill(ffmpegPid(session), "SIGKILL");
  await waitForGaps(session);
  const closed = session.eventsOf("chunk_created").length;
  await session.waitForEvent("chunk_created", closed + 1);
}

/** A sound server that plays a tone. */
async function soundServer(): Promise<SoundServer> {
  const server = await SoundServer.start();
  server.playTone(440);
  await server.waitForSound();
  return server;
}

/** Starts a recording of the sound server. */
async function recordTone(
  home: string,
  server: SoundServer,
  args: readonly string[] = [],
): Promise<Recording> {
  return await startRecording(
    home,
    ["--device", "pulse:loop.monitor", "--segment-duration", "4s", ...args],
    { ...server.clientEnv, ...BERLIN },
  );
}

async function finished({ running, session }: Recording): Promise<void> {
  const { code, stderr } = await running.finished;
  assert(code === 0, `${stderr}\n${session.logText()}`);
}
