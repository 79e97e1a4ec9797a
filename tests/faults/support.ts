/**
 * What must hold after every fault.
 *
 * @module
 */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { Gap, SessionStop, StopReason } from "../../src/events.ts";
import { readIndex } from "../../src/sessions/chunks/chunk_index.ts";
import { findOrphans } from "../../src/repair/orphans.ts";
import {
  onlySession,
  type RunningEcholog,
  type SessionOnDisk,
  startEcholog,
} from "../support/echolog.ts";
import { wasBusy } from "../support/load.ts";
import {
  flacDuration,
  passesFlacTest,
  probeDuration,
} from "../support/sound_server.ts";

/** Settings that make recovery quick. */
export const IMPATIENT = `
[recovery]
stall_timeout = "4s"
backoff_max = "1s"
start_timeout = "20s"
[recording]
segment_duration = "2s"
`;

/** Writes a configuration and gives the variable that names it. */
export function configured(
  home: string,
  text = IMPATIENT,
): Record<string, string> {
  const path = join(home, "echolog.conf");
  Deno.writeTextFileSync(path, text);
  return { ECHOLOG_CONFIG: path };
}

/** A recording that has begun. */
export interface Recording extends AsyncDisposable {
  /** The process. */
  readonly running: RunningEcholog;
  /** Its session. */
  readonly session: SessionOnDisk;
}

/**
 * Starts a recording in `home` and waits for its first audio, or for another
 * event.
 */
export async function startRecording(
  home: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  event: "ffmpeg_started" | "recovery" = "ffmpeg_started",
): Promise<Recording> {
  // The caller's own configuration is in the same file.
  const settings = env.ECHOLOG_CONFIG === undefined ? configured(home) : {};
  const running = startEcholog(["record", ...args], {
    home,
    env: { ...settings, ...env },
  });
  const session = await onlySession(join(home, "recordings"));
  await session.waitForEvent(event);
  return {
    running,
    session,
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}

/** A recording whose echolog was killed, with some audio in two chunks. */
export async function crashed(
  home: string,
  device = "test",
  args: readonly string[] = [],
  before: (session: SessionOnDisk) => void = () => {},
): Promise<SessionOnDisk> {
  await using recording = await startRecording(home, [
    ...["--device", device, ...args],
  ]);
  const { running, session } = recording;
  await session.waitForEvent("chunk_created", 1);
  before(session);
  running.signal("SIGKILL");
  await running.finished;
  return session;
}

/** Changes the entry of the only session in the registry. */
export function changeEntry(
  home: string,
  change: Record<string, unknown>,
): void {
  const folder = join(home, ".local", "state", "echolog", "active");
  const [file] = [...Deno.readDirSync(folder)];
  const path = join(folder, file?.name ?? "");
  const entry = JSON.parse(Deno.readTextFileSync(path));
  Deno.writeTextFileSync(path, JSON.stringify({ ...entry, ...change }));
}

/** Process id of the ffmpeg that was started last. */
export function ffmpegPid(session: SessionOnDisk): number {
  const pid = session.eventsOf("ffmpeg_started").at(-1)?.pid;
  assert(pid !== undefined);
  return pid;
}

/**
 * Checks a session that has ended: its log is complete, its chunks are whole
 * and those of the log, every second is audio or a gap that is named, and no
 * process is left.
 */
export async function assertSound(
  session: SessionOnDisk,
  reason: StopReason,
  unaccounted = 0.5,
): Promise<SessionStop> {
  const events = session.events();
  const stop = events.at(-1);
  assert(stop?.event === "session_stop", session.logLines().at(-1));
  assertEquals(stop.reason, reason, session.logText());
  assertEquals(events.filter(({ event }) => event === stop.event).length, 1);

  const chunks = session.eventsOf("chunk_created");
  assertEquals(session.files(".part"), []);
  const isFlac = chunks.every(({ file }) => file.endsWith(".flac"));
  assertEquals(
    session.files(isFlac ? ".flac" : ".wav"),
    chunks.map(({ file }) => file).sort(),
  );
  for (const { file, duration, size, peak_dbfs, recovered } of chunks) {
    const path = join(session.folder, file);
    assert(duration < 1.5 || recovered === true || peak_dbfs !== null, file);
    assertEquals(Deno.statSync(path).size, size, path);
    assert(!isFlac || await passesFlacTest(path), path);
    const length = await (isFlac ? flacDuration : probeDuration)(path);
    assertAlmostEquals(length, duration, 0.001);
  }
  // The index has the same chunks, each once.
  const index = [...readIndex(session.folder).values()];
  assertEquals(
    index.map(({ file, size }) => ({ file, size })),
    chunks.map(({ file, size }) => ({ file, size })),
  );
  for (const [index, chunk] of chunks.entries()) {
    assertEquals(chunk.seq, (chunks[index - 1]?.seq ?? chunk.seq - 1) + 1);
  }

  const audio = chunks.reduce((sum, { duration }) => sum + duration, 0);
  assertAlmostEquals(stop.audio, audio, 0.01);
  const missing = stop.wall - audio - stop.gap_total;
  // Starting and stopping are no gaps, but they take a moment.
  assert(
    missing > -unaccounted && missing < unaccounted + 1.5,
    `${missing} s are unaccounted for\n${session.logText()}`,
  );
  const share = 100 * audio / (audio + stop.gap_total);
  assertAlmostEquals(stop.coverage ?? NaN, share, 0.5);
  assertEquals(findOrphans(session.folder), []);
  return stop;
}

/**
 * Gaps of a session, without those that a busy machine caused. On an idle
 * machine starting and stopping take less than a second, which is not a gap.
 */
export function gapsOf(session: SessionOnDisk): Gap[] {
  return session.eventsOf("gap").filter((gap) => !isOfBusyMachine(gap));
}

/** Whether a gap only shows that the machine was slow to start or to stop: the load must be proven. */
export function isOfBusyMachine(
  { cause, duration }: Pick<Gap, "cause" | "duration">,
): boolean {
  const isSlow = cause === "slow_start" ||
    cause === "slow_stop" && duration < SLOW_STOP;
  return isSlow && wasBusy();
}

/** Longest stop that load explains, in seconds. */
const SLOW_STOP = 5;

/** Waits until the log names so many of those gaps. */
export async function waitForGaps(
  session: SessionOnDisk,
  count = 1,
): Promise<void> {
  await session.waitFor(
    `${count} gaps in the log`,
    () => gapsOf(session).length >= count || null,
  );
}

/** Causes of those gaps. */
export function gapCauses(session: SessionOnDisk): string[] {
  return gapsOf(session).map(({ cause }) => cause);
}

/** A program in ffmpeg's place: a shell script that has the real one as $FFMPEG. */
export async function fakeFfmpeg(
  home: string,
  script: string,
): Promise<string> {
  const { stdout } = await new Deno.Command("sh", {
    args: ["-c", "command -v ffmpeg"],
  }).output();
  const real = new TextDecoder().decode(stdout).trim();
  const path = join(home, "ffmpeg");
  const text = `#!/bin/sh
FFMPEG=${real}
HOME_DIR='${home}'
[ "$1" = -version ] && exec "$FFMPEG" -version
${script}
`;
  Deno.writeTextFileSync(path, text, { mode: 0o755 });
  return path;
}
