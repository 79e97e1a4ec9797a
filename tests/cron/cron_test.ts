import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { SessionOnDisk } from "../support/echolog.ts";
import { SoundServer } from "../support/sound_server.ts";
import { waitFor } from "../support/wait.ts";
import { CronUser } from "./cron.ts";
import { binaryTest } from "../binary/support.ts";

/** cron looks once a minute, and this machine may be slow. */
const LIMIT_MS = 90_000;

/** The sessions in a folder, in the order of their starts. */
function sessionsIn(folder: string): SessionOnDisk[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name).sort()
      .map((name) => new SessionOnDisk(join(folder, name)));
  } catch {
    return []; // none yet
  }
}

/**
 * What was recorded, and how that ended. On a busy machine, the duration begins
 * with the gap of a slow start.
 */
function endOf(session: SessionOnDisk): string {
  const [start] = session.eventsOf("session_start");
  const [stop] = session.eventsOf("session_stop");
  const late = session.eventsOf("gap")
    .filter(({ cause }) => cause === "slow_start")
    .reduce((sum, { duration }) => sum + duration, 0);
  const audio = stop?.audio ?? NaN;
  const isWhole = late > 0 && Math.abs(audio + late - ASKED) < LATE;
  return `${start?.device} ${stop?.reason} ${stop?.exit_code} ${
    isWhole ? ASKED : audio
  }`;
}

/** Seconds of each recording: more than a busy machine takes to begin. */
const ASKED = 20;
/** Seconds by which it may end a recording late. */
const LATE = 2.5;

binaryTest(
  "cron: records every minute and mails only errors",
  async () => {
    await using cron = await CronUser.make();
    if (cron === null) return;
    await using server = await SoundServer.start(cron.uid, "norewinds=1");
    const tone =
      `${cron.program} record --device test --duration ${ASKED}s >/dev/null`;
    const sound =
      `${cron.program} record --device pulse:loop.monitor --duration ${ASKED}s`;
    await cron.install([
      `XDG_RUNTIME_DIR=${server.env.XDG_RUNTIME_DIR}`,
      // Of two that start at once, one is too much.
      `* * * * * ${tone} || echo $? >>codes`,
      `* * * * * ${tone} || echo $? >>codes`,
      // The README's hourly line, while there is a recorder.
      `* * * * * sleep 8; ${cron.program} status >/dev/null 2>&1 || ${tone}`,
      `* * * * * ${sound} --output-dir sounds >/dev/null`,
    ]);
    const recordings = join(cron.home, "recordings");
    for (const count of [1, 2]) {
      await waitFor(`the recording of minute ${count}`, () => {
        return sessionsIn(recordings).length >= count ? true : null;
      }, { limit: LIMIT_MS });
    }
    await cron.removeCrontab();
    await cron.waitForJobs();

    const tones = sessionsIn(recordings);
    assertEquals(tones.map(endOf), [
      "test duration_reached 0 20",
      "test duration_reached 0 20",
    ]);
    assertEquals(sessionsIn(join(cron.home, "sounds")).map(endOf), [
      "pulse:loop.monitor duration_reached 0 20",
      "pulse:loop.monitor duration_reached 0 20",
    ]);
    const [first, second] = tones.map((session) => {
      const [start] = session.eventsOf("session_start");
      return Math.floor(Number(start?.start) / 60_000);
    });
    assertEquals(Number(second) - Number(first), 1, "Not of two minutes");

    assertEquals(Deno.readTextFileSync(join(cron.home, "codes")), "75\n75\n");
    const mails = cron.mails();
    assertEquals(mails.length, 2, mails.join("\n"));
    for (const mail of mails) {
      assertMatch(
        mail,
        /^echolog: The device is being recorded by session \S+, log \S+; stop that one first, wait for it with --wait, or name another --device\n$/,
      );
    }
  },
);
