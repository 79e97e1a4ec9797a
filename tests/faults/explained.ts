/**
 * What `echolog explain` must say of each fault of this folder, from its log
 * alone: the true cause, the line of ffmpeg's that tells it, the true end.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { explain } from "../../src/review/explain/explain.ts";
import type { Explanation } from "../../src/review/explain/explanation.ts";
import { readLogBlocks } from "../../src/log/read/reader.ts";
import { readHistory } from "../../src/review/history_reader.ts";
import type { SessionOnDisk } from "../support/echolog.ts";
import { isOfBusyMachine } from "./support.ts";

/** What is said of a fault. */
interface Expected {
  /** The end of the session. */
  readonly end: RegExp;
  /** The cause of every gap; without it there is no gap. */
  readonly gap?: RegExp;
  /** Whether it depends on who is first to notice that there is a gap at all. */
  readonly isGapOpen?: boolean;
  /** ffmpeg's line about the gap, or the end; without it there is none. */
  readonly ffmpeg?: RegExp;
  /** What is noted besides. */
  readonly note?: RegExp;
}

const CTRL_C = /stopped with Ctrl-C \(SIGINT\)/;
const KILLED = /killed without logging a reason: with SIGKILL/;
const NO_SERVER =
  /no sound server answers, or the sound server has no source of that name/;
const SERVER_GONE = /the sound server stopped, or it removed the device/;
// Since ffmpeg 7 lines say what was done in the place of the source's name.
const EXTERNAL =
  /(loop\.monitor|Error during demuxing): Generic error in an external library/;
const NO_PROCESS =
  /^(none|loop\.monitor|Error opening input): No such process$/;

/** The table, by fault. */
export const EXPLAINED = {
  "echolog killed": { end: KILLED },
  "machine rebooted": { end: /machine went down/ },
  "chunk damaged after a kill": {
    end: KILLED,
    note: /Cannot close .* cannot be read as flac/,
  },
  "disk hung at the end": {
    end: CTRL_C,
    gap: /ffmpeg was asked to stop and took a long time/,
    isGapOpen: true,
  },
  "echolog stop": { end: /stopped by echolog stop/ },
  "disk full": {
    end: /stopped because the disk was full/,
    gap: /the disk (is|was) full/,
    isGapOpen: true,
  },
  "disk full, then room": {
    end: CTRL_C,
    gap: /the disk (is|was) full/,
    isGapOpen: true,
  },
  "disk read-only": {
    end: CTRL_C,
    gap: /the disk was mounted read-only/,
    isGapOpen: true,
  },
  "source moved": {
    end: CTRL_C,
    gap: /named source disappeared, and the sound server gave another one/,
    note: /moved the recording from loop\.monitor to other\.monitor/,
  },
  "disk unmounted": {
    end: CTRL_C,
    gap: /disk of recording\.require_mount was not mounted/,
  },
  "folder deleted": {
    end: CTRL_C,
    gap: /session's folder was deleted during the recording/,
  },
  "open chunk deleted": {
    end: CTRL_C,
    gap: /its file was removed or truncated, or could not be written/,
    note: /Cannot close .* it is missing/,
  },
  "chunk, state and log deleted": { end: CTRL_C },
  "disk with errors": {
    end: CTRL_C,
    gap: /the disk (gives|gave|reported) .*error/,
  },
  "ffmpeg killed": { end: CTRL_C, gap: /^ffmpeg was killed by SIGKILL$/ },
  "ffmpeg terminated": { end: CTRL_C, gap: /^ffmpeg was killed by signal 15$/ },
  "ffmpeg stood still": {
    end: CTRL_C,
    gap: /ffmpeg kept running but produced no more audio/,
  },
  "audio lost": { end: CTRL_C, gap: /audio was dropped on its way to ffmpeg/ },
  "ffmpeg ended with 0": {
    end: CTRL_C,
    gap: /ended by itself with exit code 0 and no error/,
  },
  "ffmpeg failed again and again": {
    end: CTRL_C,
    gap: /the device could not be opened/,
    ffmpeg: /^nothing works$/,
  },
  "ffmpeg would not stop": {
    end: CTRL_C,
    gap: /asked to stop and took a long time to do so/,
  },
  "ffmpeg taken away": {
    end: CTRL_C,
    gap: /^ffmpeg was killed by SIGKILL$/,
    note: /Cannot run .*: the file.* is missing/,
  },
  // What it prints first makes it slow to start.
  "ffmpeg babbled": {
    end: CTRL_C,
    gap: /no audio had been received yet/,
    isGapOpen: true,
  },
  "no sound server at all": {
    end: /No audio was received.*no sound server answers/,
    gap: NO_SERVER,
    ffmpeg: NO_PROCESS,
  },
  "no sound server, stopped": {
    end: CTRL_C,
    gap: NO_SERVER,
    ffmpeg: NO_PROCESS,
  },
  "terminal closed": { end: /terminal was closed \(SIGHUP\)/ },
  "nothing but Ctrl-C": { end: CTRL_C },
  "as long as asked": { end: /stopped after the requested duration/ },
  "sound server restarted": {
    end: CTRL_C,
    gap: SERVER_GONE,
    ffmpeg: EXTERNAL,
  },
  "sound server away for long": {
    end: CTRL_C,
    gap: SERVER_GONE,
    ffmpeg: EXTERNAL,
  },
  "sound server gone for good": {
    end: /SIGTERM/,
    gap: SERVER_GONE,
    ffmpeg: EXTERNAL,
  },
  "device came late": {
    end: CTRL_C,
    gap: NO_SERVER,
    ffmpeg: NO_PROCESS,
  },
} satisfies Record<string, Expected>;

/** Checks what is said of a fault that has been caused. */
export async function assertExplained(
  session: SessionOnDisk,
  fault: keyof typeof EXPLAINED,
): Promise<Explanation> {
  const expected: Expected = EXPLAINED[fault];
  const history = await readHistory(
    readLogBlocks(join(session.folder, "session.log")),
  );
  const explained = explain(history, {
    folderName: "unknown",
    isActive: false,
    now: Date.now(),
  });
  assertMatch(explained.ending?.text ?? "", expected.end);
  const gaps = explained.gaps.filter((gap) =>
    !isOfBusyMachine(gap) || expected.gap?.test(gap.meaning)
  );
  if (expected.gap === undefined) assertEquals(gaps, []);
  else if (expected.isGapOpen !== true) {
    assert(gaps.length > 0, "no gap is explained");
  }
  for (const { meaning, ffmpeg } of gaps) {
    if (expected.gap !== undefined) assertMatch(meaning, expected.gap);
    if (expected.isGapOpen === true) continue;
    if (expected.ffmpeg === undefined) assertEquals(ffmpeg, null);
    else assertMatch(ffmpeg ?? "", expected.ffmpeg);
  }
  if (expected.note !== undefined) {
    const notes = explained.notes.map(({ text }) => text).join("\n");
    assertMatch(notes, expected.note);
  }
  return explained;
}
