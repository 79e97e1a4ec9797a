import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { openPulse } from "../../scripts/sources_table/stacks/pulse.ts";
import type { FaultTarget } from "../../scripts/sources_table/stacks/stack.ts";
import { assertRows } from "../sources/rows.ts";
import type { SessionOnDisk } from "../support/echolog.ts";
import { waitFor } from "../support/wait.ts";

/** The recorder stands still for longer than this. */
const ASLEEP_MS = 10 * 60_000;
/** ffmpeg stands still for as long; the sound server keeps 22 s of audio. */
const BLOCKED_MS = 45_000;
/** After this, the pipe of ffmpeg's messages is surely full. */
const LIMIT_MS = 25 * 60_000;

Deno.test("a recorder that was suspended for over ten minutes: the hole is where the samples are missing", async () => {
  let asleep = 0;
  await assertRows({
    name: "pulse-plain",
    fault: "recorder stopped",
    seconds: 0,
    // To 100 ms: chunk times, and the gap against the samples that are missing.
    tolerance: 0.1,
    open: (opening) =>
      openPulse(opening, {
        fault: async (target) => {
          asleep = await suspend(target);
        },
      }),
    check(session, { timeError, gapError }) {
      const log = session.logText();
      const gaps = session.eventsOf("gap");
      assertEquals(gaps.map(({ cause }) => cause), ["audio_lost"], log);
      assertEquals(session.eventsOf("recovery"), [], log);
      const missing = gaps[0]?.duration ?? 0;
      console.log(
        `asleep for ${asleep.toFixed(0)} s, ${missing.toFixed(3)} s missing; ` +
          `times are wrong by ${(1000 * timeError).toFixed(0)} ms at most, ` +
          `the gap by ${(1000 * gapError).toFixed(0)} ms`,
      );
      assert(missing > 10, log);
    },
  });
});

/**
 * Stops the recorder until its ffmpeg has long been blocked, and waits until it
 * has reported what is missing.
 *
 * @returns how long it was stopped, in seconds.
 */
async function suspend({ recorderPid, session }: FaultTarget): Promise<number> {
  Deno.kill(recorderPid, "SIGSTOP");
  const begun = performance.now();
  let size = 0;
  let grown = begun;
  await waitFor("ffmpeg that is blocked", () => {
    const now = performance.now();
    const found = sizeOf(session);
    if (found !== size) [size, grown] = [found, now];
    return now - begun > ASLEEP_MS && now - grown > BLOCKED_MS ? true : null;
  }, { limit: LIMIT_MS });
  Deno.kill(recorderPid, "SIGCONT");
  const seconds = (performance.now() - begun) / 1000;
  await session.waitForEvent("gap", 1);
  const chunks = session.eventsOf("chunk_created").length;
  await session.waitForEvent("chunk_created", chunks + 2);
  return seconds;
}

/** Total size of the files in which ffmpeg writes. */
function sizeOf(session: SessionOnDisk): number {
  return [...session.files(".flac"), ...session.files(".part")]
    .map((name) => Deno.statSync(join(session.folder, name)).size)
    .reduce((total, each) => total + each, 0);
}
