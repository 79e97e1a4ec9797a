import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import { chunkName } from "../../../src/audio/chunk_name.ts";
import type {
  CauseWord,
  SessionEvent,
  WarningCode,
} from "../../../src/events.ts";
import { openSessionLog } from "../../../src/log/write/session_log.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { readPast } from "../../../src/repair/read_log.ts";
import { repairSession } from "../../../src/repair/repair_session.ts";
import { knownSession } from "../../../src/sessions/catalog.ts";
import { readState } from "../../../src/sessions/state_file.ts";
import { StateWriter } from "../../../src/sessions/state_writer.ts";
import {
  chunk,
  command,
  created,
  repaired,
  rotatedAway,
  START,
  unfinished,
} from "../../support/dead_session.ts";
import { event } from "../../support/events.ts";
import { tempFolder } from "../../support/temp.ts";
import { withTotals } from "../../support/totals.ts";

Deno.test("repairSession: finds gaps by file times when the log has no commands", async () => {
  for (const level of ["warning", "error"] as const) {
    using folder = tempFolder();
    unfinished(folder.path, [command(1, 1), command(2, 2)], level);
    await chunk(folder.path, 1, 10);
    await chunk(folder.path, 2, 7_210);
    // Written a little late, as files are, and so it joins.
    await chunk(folder.path, 3, 7_221);
    const { chunks, stop } = await repaired(folder.path);
    assertEquals(chunks, [[1, 0, 10], [2, 7_200, 7_210], [3, 7_210, 7_220]]);
    assertEquals([stop.wall, stop.audio], [7_220, 30]);
    assertEquals(stop.coverage, 0.42);
  }
});

for (const format of ["text", "json"] as const) {
  for (const utc of [true, false]) {
    Deno.test(`repairSession: continues a ${format} log in ${utc ? "UTC" : "local time"}`, async () => {
      using folder = tempFolder();
      {
        const path = join(folder.path, "session.log");
        using log = openSessionLog({
          path,
          sessionId: "s",
          start: START,
          format,
          utc,
        });
        log.emit(command(1, 1));
      }
      await chunk(folder.path, 1, 10);
      await repairSession({
        folder: folder.path,
        reason: "crashed",
        redact: (text) => text,
        clock: systemClock,
        onError: (line) => assert(false, line),
      });
      const lines = Deno.readTextFileSync(join(folder.path, "session.log"))
        .trimEnd().split("\n");
      assert(lines.length > 2);
      const time = utc ? "[\\dT:-]+Z" : "[\\dT:-]+[+-]\\d\\d:\\d\\d";
      const start = format === "json" ? `{"time":"${time}",` : `${time} `;
      for (const line of lines) assertMatch(line, new RegExp(`^${start}`));
    });
  }
}

Deno.test("repairSession: places chunks end to end when file times were lost in a copy", async () => {
  using folder = tempFolder();
  unfinished(folder.path, [], "warning");
  for (const seq of [1, 2, 3]) await chunk(folder.path, seq, 5_000);
  const { chunks } = await repaired(folder.path);
  assertEquals(chunks, [[1, 4990, 5000], [2, 5000, 5010], [3, 5010, 5020]]);
});

Deno.test("repairSession: joins the chunks of one run regardless of file times", async () => {
  using folder = tempFolder();
  unfinished(folder.path, [command(1, 1), command(2, 2)]);
  await chunk(folder.path, 1, 10);
  await chunk(folder.path, 2, 110);
  await chunk(folder.path, 3, 150);
  const { chunks } = await repaired(folder.path);
  assertEquals(chunks, [[1, 0, 10], [2, 100, 110], [3, 110, 120]]);
});

Deno.test("repairSession: dates the first chunk of a run by the gap before it, not by a file that is dated later", async () => {
  using folder = tempFolder();
  const gap = loggedGap(20, 100, "device_gone");
  unfinished(folder.path, [command(1, 1), failed, command(2, 2), gap]);
  await chunk(folder.path, 1, 20);
  // What was written last did not reach the disk.
  await chunk(folder.path, 2, 118);
  await chunk(folder.path, 3, 125);
  const { chunks, gaps } = await repaired(folder.path);
  assertEquals(chunks, [[1, 10, 20], [2, 100, 110], [3, 110, 120]]);
  assertEquals(gaps, [["device_gone", 20, 100]]);
});

for (
  const { run, start, of } of [
    { run: 1, start: 2, of: "its run" },
    { run: 2, start: 8, of: "another run" },
  ]
) {
  Deno.test(`repairSession: dates the first chunk of a session by a state of ${of} where its file is dated later`, async () => {
    using folder = tempFolder();
    const { path } = folder;
    unfinished(path, [command(1, 1)]);
    const past = await readPast(path);
    assert(past.start !== null);
    const { emit } = withTotals((totals) =>
      new StateWriter({
        folder: path,
        log: join(path, "session.log"),
        totals,
        redact: (text) => text,
        onError: (error) => assert(false, String(error)),
      })
    );
    emit(past.start);
    emit({ ...command(run, 1), time: START });
    emit(event("ffmpeg_started", { run, latency: 2 }));
    await chunk(path, 1, 18);
    const { chunks } = await repaired(path);
    assertEquals(chunks, [[1, start, start + 10]]);
  });
}

const failed = event("recovery", { time: START + 20_000 });

const tried = event("recovery", {
  time: START + 20_100,
  attempt: 2,
  delay: 1,
  cause: "device_missing",
});

/** A logged gap, in seconds from the start. */
function loggedGap(from: number, to: number, cause: CauseWord): SessionEvent {
  return {
    event: "gap",
    time: START + to * 1000 + 500,
    start: START + from * 1000,
    end: START + to * 1000,
    duration: to - from,
    cause,
  };
}

for (const level of ["info", "warning"] as const) {
  Deno.test(`repairSession: reports a gap when the recorder died right after audio returned (level ${level})`, async () => {
    using folder = tempFolder();
    const events = [command(1, 1), failed, tried, command(3, 3)];
    unfinished(folder.path, events, level);
    await chunk(folder.path, 1, 10);
    await chunk(folder.path, 2, 20);
    await chunk(folder.path, 3, 110);
    const { chunks, gaps } = await repaired(folder.path);
    assertEquals(chunks, [[1, 0, 10], [2, 10, 20], [3, 100, 110]]);
    assertEquals(gaps, [["device_gone", 20, 100]]);
  });

  Deno.test(`repairSession: does not repeat a logged gap (level ${level})`, async () => {
    using folder = tempFolder();
    const gap = loggedGap(20, 100, "device_gone");
    const events = [command(1, 1), failed, command(2, 3), gap];
    unfinished(folder.path, events, level);
    await chunk(folder.path, 1, 10);
    await chunk(folder.path, 2, 20);
    await chunk(folder.path, 3, 110);
    const { gaps } = await repaired(folder.path);
    assertEquals(gaps, [["device_gone", 20, 100]]);
  });

  Deno.test(`repairSession: reports no gap for an outage that never ended (level ${level})`, async () => {
    using folder = tempFolder();
    const again = event("recovery", { time: START + 110_000, cause: "stall" });
    const gap = loggedGap(20, 100, "device_gone");
    const events = [command(1, 1), failed, command(2, 3), gap, again];
    unfinished(folder.path, [...events, command(3, 4)], level);
    await chunk(folder.path, 1, 10);
    await chunk(folder.path, 2, 20);
    await chunk(folder.path, 3, 110);
    const { gaps } = await repaired(folder.path);
    assertEquals(gaps, [["device_gone", 20, 100]]);
  });

  Deno.test(`repairSession: logs an outage in which the recorder died up to its last line (level ${level})`, async () => {
    using folder = tempFolder();
    const again = event("recovery", { time: START + 62_000, attempt: 2 });
    unfinished(folder.path, [command(1, 1), failed, again], level);
    await chunk(folder.path, 1, 10);
    const { gaps, stop } = await repaired(folder.path);
    assertEquals(gaps, [["device_gone", 10, 62]]);
    assertEquals([stop.gaps, stop.gap_total, stop.wall], [1, 52, 62]);
  });

  Deno.test(`repairSession: continues an outage across the gap of a lost chunk (level ${level})`, async () => {
    using folder = tempFolder();
    const lost = loggedGap(10, 20, "chunk_finalize_failed");
    const events = [command(1, 1), failed, command(2, 3), lost];
    unfinished(folder.path, events, level);
    await chunk(folder.path, 1, 10);
    await chunk(folder.path, 3, 110);
    const { gaps } = await repaired(folder.path);
    assertEquals(gaps, [["chunk_finalize_failed", 10, 20], [
      "device_gone",
      10,
      100,
    ]]);
  });

  Deno.test(`repairSession: reports the wait for the first audio as a gap (level ${level})`, async () => {
    using folder = tempFolder();
    const events = [command(1, 1), failed, command(2, 1)];
    unfinished(folder.path, events, level);
    await chunk(folder.path, 1, 70);
    const { gaps, stop } = await repaired(folder.path);
    assertEquals(gaps, [["device_gone", 0, 60]]);
    assertEquals([stop.gaps, stop.gap_total], [1, 60]);
  });

  Deno.test(`repairSession: ends an outage when audio returned without a gap (level ${level})`, async () => {
    using folder = tempFolder();
    const repeated: SessionEvent = {
      event: "warning",
      time: START + 21_000,
      code: "audio_overlap",
      message: "x",
    };
    const again = event("recovery", { time: START + 30_000, cause: "stall" });
    const events = [command(1, 1), failed, command(2, 2), repeated, again];
    unfinished(folder.path, [...events, command(3, 3)], level);
    await chunk(folder.path, 1, 20);
    await chunk(folder.path, 2, 30);
    await chunk(folder.path, 3, 110);
    const { gaps } = await repaired(folder.path);
    assertEquals(gaps, [["stall", 30, 100]]);
  });
}

Deno.test("readPast: finds the run of a chunk whose command was rotated away", async () => {
  using folder = tempFolder();
  unfinished(folder.path, [{
    event: "chunk_created",
    time: START + 10_000,
    file: "chunk_00001.flac",
    seq: 1,
    run: 7,
    start: START,
    end: START + 10_000,
    duration: 10,
    size: 1,
    peak_dbfs: null,
  }]);
  await chunk(folder.path, 2, 60);
  const past = await readPast(folder.path);
  assertEquals([past.run, past.firstOfRun], [7, 1]);
  const { chunks } = await repaired(folder.path);
  assertEquals(chunks, [[1, 0, 10], [2, 10, 20]]);
});

/** Ten seconds of audio each, one after the other, whose lines were written. */
const FOUR = [1, 2, 3, 4].map((seq) => created(seq, 10 * seq - 10));

Deno.test("repairSession: does not log chunks again whose lines were rotated away", async () => {
  for (
    const [left, level] of [[[], "warning"], [FOUR.slice(3), "info"]] as const
  ) {
    using folder = tempFolder();
    rotatedAway(folder.path, left, FOUR, level);
    for (const seq of [1, 2, 3, 4, 5]) await chunk(folder.path, seq, 5_000);
    const { stop } = await repaired(folder.path);
    assertEquals([stop.chunks, stop.audio], [5, 50]);
  }
});

Deno.test("repairSession: counts every chunk once when a line was written late", async () => {
  using folder = tempFolder();
  const readBack = [1, 3, 4, 2].map((seq) => created(seq, 10 * seq - 10));
  rotatedAway(folder.path, readBack.slice(3), readBack);
  for (const seq of [1, 2, 3, 4]) await chunk(folder.path, seq, 10 * seq);
  const { chunks, stop } = await repaired(folder.path);
  assertEquals(chunks.map(([seq]) => seq), [2]);
  assertEquals([stop.chunks, stop.audio, stop.coverage], [4, 40, 100]);
});

Deno.test("repairSession: continues an interrupted repair and counts every chunk once", async () => {
  using folder = tempFolder();
  const left = [...FOUR.slice(2), created(5, 40, true)];
  rotatedAway(folder.path, left, FOUR);
  for (const seq of [1, 2, 3, 4, 5, 6]) await chunk(folder.path, seq, 10 * seq);
  const { stop } = await repaired(folder.path);
  assertEquals([stop.chunks, stop.audio, stop.wall], [6, 60, 60]);
  const { size } = Deno.statSync(join(folder.path, chunkName(6, "flac")));
  assertEquals(readState(folder.path)?.bytes, 500 + size);
});

Deno.test("repairSession: logs every chunk when there are neither lines nor a state", async () => {
  using folder = tempFolder();
  rotatedAway(folder.path, [], null, "warning");
  for (const seq of [1, 2, 3]) await chunk(folder.path, seq, 10 * seq);
  const { stop } = await repaired(folder.path);
  assertEquals([stop.chunks, stop.audio, stop.wall], [3, 30, 30]);
});

Deno.test("repairSession: finds the chunk after number 99999", async () => {
  using folder = tempFolder();
  unfinished(folder.path, [command(1, 99_999)]);
  await chunk(folder.path, 99_999, 10);
  await chunk(folder.path, 100_000, 21);
  const { chunks } = await repaired(folder.path);
  assertEquals(chunks, [[99_999, 0, 10], [100_000, 10, 20]]);
});

Deno.test("repairSession: finishes a session of 140,000 chunks", async () => {
  using home = tempFolder();
  const folder = join(home.path, "s");
  const chunks = Array.from({ length: 140_000 }, (_, n): SessionEvent => ({
    event: "chunk_created",
    time: START,
    file: chunkName(n + 1, "flac"),
    seq: n + 1,
    run: 1,
    start: START + n * 1000,
    end: START + n * 1000 + 1000,
    duration: 1,
    size: 1,
    peak_dbfs: null,
  }));
  Deno.mkdirSync(folder);
  {
    using log = openSessionLog({
      path: join(folder, "session.log"),
      sessionId: "s",
      start: START,
      rotation: "off",
    });
    for (const event of chunks) log.emit(event);
  }
  await repaired(folder);
  const log = Deno.readTextFileSync(join(folder, "session.log"));
  assertStringIncludes(log.slice(-1_000), " chunks=140000 ");
});

Deno.test("knownSession: returns the age of a folder with 140,000 files after its repair", async () => {
  using home = tempFolder();
  const { path } = home;
  const { success } = await new Deno.Command("sh", {
    args: ["-c", "seq 140000 | xargs touch"],
    cwd: path,
  }).output();
  assert(success);
  await repaired(path);
  const known = await knownSession(path, null);
  assert(known !== null && Date.now() - known.start < 600_000);
});

/** The last line of a session. */
const stop = event("session_stop", { coverage: 0 });

Deno.test("repairSession: writes the missing last state of a session that has its last line", async () => {
  using folder = tempFolder();
  const { path } = folder;
  const log = join(path, "session.log");
  unfinished(path, [{ ...stop, gaps: 2, gap_total: 3.5 }]);
  const { start } = await readPast(path);
  assert(start !== null);
  const { sink, emit } = withTotals((totals) =>
    new StateWriter({
      folder: path,
      log,
      totals,
      redact: (text) => text,
      onError: (error) => assert(false, String(error)),
    })
  );
  emit(start);
  sink.observe({ kind: "stopping", time: START });
  const before = Deno.readTextFileSync(log);
  await repaired(path);
  const state = readState(path);
  assertEquals([state?.state, state?.reason], ["ended", "interrupted"]);
  assertEquals([state?.gaps, state?.gap_total], [2, 3.5]);
  assertEquals(Deno.readTextFileSync(log), before);
});

Deno.test("readPast: treats a session as complete despite log warnings after its last line", async () => {
  using folder = tempFolder();
  const warning = (code: WarningCode): SessionEvent => ({
    event: "warning",
    time: START,
    code,
    message: "x",
  });
  const isComplete = async (...events: SessionEvent[]) => {
    const path = join(folder.path, "s");
    unfinished(path);
    // Each by a log of its own: a log writes nothing behind its end, but one
    // of an earlier release did.
    for (const event of events) {
      using log = openSessionLog({
        path: join(path, "session.log"),
        sessionId: "s",
        start: START,
      });
      log.emit(event);
    }
    const past = await readPast(path);
    Deno.removeSync(path, { recursive: true });
    return past.isComplete;
  };
  assert(await isComplete(stop));
  assert(await isComplete(stop, warning("log_lines_dropped")));
  assertEquals(await isComplete(stop, warning("disk_low")), false);
  assertEquals(await isComplete(warning("log_lines_dropped")), false);
});

Deno.test("repairSession: takes away the zeros that a power cut left, also in rotated logs, the index and a finished session", async () => {
  using folder = tempFolder();
  unfinished(folder.path, [command(1, 1)]);
  await chunk(folder.path, 1, 10);
  const log = join(folder.path, "session.log");
  const files = [log, `${log}.1`, join(folder.path, "chunks.jsonl")];
  const addZeros = () =>
    files.forEach((path) =>
      Deno.writeFileSync(path, new Uint8Array(195), { append: true })
    );
  const assertNoZeros = () =>
    files.forEach((path) =>
      assert(!Deno.readTextFileSync(path).includes("\0"), path)
    );
  addZeros();
  const { chunks } = await repaired(folder.path);
  assertEquals(chunks, [[1, 0, 10]]);
  assertNoZeros();
  const text = Deno.readTextFileSync(log);
  addZeros();
  await repaired(folder.path);
  assertNoZeros();
  assertEquals(Deno.readTextFileSync(log), text);
});

Deno.test("repairSession: leaves a log in UTF-16 as it is", async () => {
  using folder = tempFolder();
  unfinished(folder.path);
  const log = join(folder.path, "session.log");
  const text = Deno.readTextFileSync(log);
  const bytes = new Uint8Array(
    Uint16Array.from(
      text,
      (character) => character.charCodeAt(0),
    ).buffer,
  );
  Deno.writeFileSync(log, bytes);
  await assertRejects(() => repaired(folder.path), Error, "UTF-16");
  assertEquals(Deno.readFileSync(log), bytes);
});
