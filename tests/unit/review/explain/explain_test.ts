import type { CauseWord } from "../../../../src/events.ts";
import { assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl } from "@std/path";
import type {
  FfmpegStderr,
  SessionEvent,
  StopReason,
} from "../../../../src/events.ts";
import { renderReport } from "../../../../src/review/explain/render/report.ts";
import { reportAsJson } from "../../../../src/review/explain/render/json.ts";
import { explain } from "../../../../src/review/explain/explain.ts";
import { readLogBlocks } from "../../../../src/log/read/reader.ts";
import { readHistory } from "../../../../src/review/history_reader.ts";
import { drawTimeline } from "../../../../src/review/explain/render/timeline.ts";
import { faultsIn } from "../../../support/json_schema.ts";
import {
  accountOf,
  chunk,
  command,
  explainEvents,
  gap,
  recovery,
  sessionStart,
  sessionStop,
  silence,
  START,
  started,
} from "../../../support/account.ts";
import { event } from "../../../support/events.ts";

function said(
  line: string,
  change: Partial<FfmpegStderr> = {},
): FfmpegStderr {
  return {
    event: "ffmpeg_stderr",
    time: START,
    run: 1,
    severity: "error",
    context: null,
    line,
    ...change,
  };
}

/** What ffmpeg says when it cannot record, and what must be said of it. */
const WORDS: readonly (readonly [string[], CauseWord, RegExp, RegExp])[] = [
  [
    [
      "cannot open audio device hw:0,0 (Device or resource busy)",
      "hw:0,0: Input/output error",
    ],
    "device_busy",
    /another program is using the device/,
    /Device or resource busy/,
  ],
  [
    ["cannot open audio device hw:0,0 (Permission denied)"],
    "permission_denied",
    /this user is not allowed to open the device/,
    /Permission denied/,
  ],
  [
    ["ALSA read error: No such device", "hw:1,0: Input/output error"],
    "device_gone",
    /the device was unplugged/,
    /No such device/,
  ],
  [
    [
      "cannot open audio device hw:9,0 (No such file or directory)",
      "hw:9,0: Input/output error",
    ],
    "device_missing",
    /there is no such device/,
    /cannot open audio device/,
  ],
  [
    [
      "cannot set channel count to 2 (Invalid argument)",
      "hw:0,0: Input/output error",
    ],
    "device_missing",
    /does not support this channel count/,
    /cannot set channel count/,
  ],
  [
    ["default: No such process"],
    "device_missing",
    /no sound server answers/,
    /No such process/,
  ],
  [
    ["Unknown input format: 'pulse'"],
    "settings_refused",
    /cannot record from that kind of device/,
    /Unknown input format/,
  ],
  [
    [
      "Connection to tcp://127.0.0.1:9 failed: Connection refused",
      "http://127.0.0.1:9/x: Connection refused",
    ],
    "device_missing",
    /nothing answers at that address and port/,
    /Connection to tcp/,
  ],
  [
    ["http://cam/x: Server returned 401 Unauthorized (authorization failed)"],
    "device_missing",
    /requires a user name and password/,
    /401 Unauthorized/,
  ],
  [
    ["http://cam/x: Server returned 404 Not Found"],
    "device_missing",
    /nothing at that path/,
    /404/,
  ],
  [
    [
      "Failed to resolve hostname cam: Name or service not known",
      "http://cam/x: Input/output error",
    ],
    "device_missing",
    /the name of the source cannot be found/,
    /Failed to resolve/,
  ],
  [
    ["av_interleaved_write_frame(): No space left on device"],
    "disk_full",
    /the disk is full/,
    /No space left/,
  ],
];

for (const [lines, cause, meaning, ffmpeg] of WORDS) {
  Deno.test(`explain: describes "${lines[0]}" in plain words`, () => {
    const { gaps: [explained] } = explainEvents([
      // What it says on a good day, too, tells nothing.
      said("Guessed Channel Layout for Input Stream #0.0 : stereo", {
        severity: "warning",
      }),
      ...lines.map((line) => said(line)),
      gap(cause),
    ]);
    assertMatch(explained?.meaning ?? "", meaning);
    assertMatch(explained?.ffmpeg ?? "", ffmpeg);
    assertEquals(typeof explained?.advice, "string");
  });
}

Deno.test("explain: prefers messages of the run that lost the audio to those of later attempts", () => {
  const { gaps: [explained] } = explainEvents([
    said("loop: Generic error in an external library"),
    said("loop: No such process", { run: 2 }),
    gap("device_gone"),
  ]);
  assertMatch(explained?.ffmpeg ?? "", /Generic error/);
});

Deno.test("explain: tells why the last restart of an outage failed", () => {
  const lost = [
    sessionStart({ device: "http://a/b" }),
    chunk(1, 0, 10),
    said("Stream ends prematurely at 5", { run: 1 }),
    recovery(10, { cause: "device_gone" }),
    command(10),
    said("Connection refused", { run: 2, time: START + 11_000 }),
    recovery(11, { attempt: 2 }),
    command(12),
  ];
  const [open] = explainEvents(lost, true, 20).gaps;
  assertEquals(open?.ffmpeg, "Stream ends prematurely at 5");
  assertEquals(open?.lastFfmpeg, "Connection refused");
  assertMatch(
    accountOf(explainEvents(lost, true, 20)),
    /ffmpeg at the last restart: Connection refused/,
  );
  // Once audio is back, only why it was lost counts.
  const over = [...lost, silence(10, 15), chunk(2, 15_000, 10)];
  assertEquals(explainEvents(over).gaps[0]?.lastFfmpeg, null);
});

Deno.test("explain: uses the messages of one gap only for that gap", () => {
  const { gaps: [, second] } = explainEvents([
    said("loop: Generic error in an external library"),
    gap("device_gone"),
    gap("audio_lost"),
  ]);
  assertEquals(second?.ffmpeg, null);
  assertMatch(second?.meaning ?? "", /dropped on its way to ffmpeg/);
});

Deno.test("explain: passes on unknown messages of ffmpeg", () => {
  const { gaps: [explained] } = explainEvents([
    said("flux capacitor"),
    gap("device_missing"),
  ]);
  assertEquals(explained?.ffmpeg, "flux capacitor");
  assertMatch(explained?.meaning ?? "", /could not be opened/);
});

Deno.test("explain: describes a live session up to now", () => {
  const explained = explainEvents([chunk(1, 0, 5)], true);
  assertEquals(explained.isActive, true);
  assertEquals(explained.ending, null);
  assertEquals(explained.end, START + 60_000);
});

Deno.test("explain: counts audio that is not yet in a chunk", () => {
  const started: SessionEvent = {
    event: "ffmpeg_started",
    time: START,
    run: 1,
    pid: 1,
    latency: 0.1,
  };
  const explained = explainEvents([started, chunk(1, 0, 5)], true);
  assertEquals([explained.audio, explained.coverage], [60, 100]);
  assertEquals(explained.spans.at(-1), {
    start: START + 5_000,
    end: START + 60_000,
  });
});

Deno.test("explain: has the coverage of the state while it is being recorded, and that of the log at the end", () => {
  const events = [started(0), chunk(1, 0, 5)];
  const live = explainEvents(events, true, 60, false, { coverage: 87.5 });
  assertEquals(live.coverage, 87.5);
  assertMatch(accountOf(live), /1 min of audio in .* \(87\.5 %\)/);
  const over = explainEvents(
    [...events, sessionStop(5, { coverage: 100 })],
    false,
    60,
    false,
    { coverage: 87.5 },
  );
  assertEquals(over.coverage, 100);
});

Deno.test("explain: counts audio that was recorded twice once in words", () => {
  const explained = explainEvents([
    sessionStart(),
    chunk(1, 0, 50),
    event("warning", {
      code: "audio_repeated",
      details: { run: 2, overlap: "20.000s" },
    }),
    sessionStop(50, { audio: 70, chunks: 2 }),
  ]);
  assertEquals([explained.audio, explained.overlap], [70, 20]);
  const account = accountOf(explained);
  assertMatch(account, /: 50 s of audio in 50 s \(100 %\)/);
  assertMatch(account, /20 s were recorded twice/);
});

Deno.test("explain: reports an ongoing gap before it has a line of its own", () => {
  const explained = explainEvents([
    chunk(1, 0, 5),
    said("loop: Generic error in an external library"),
    {
      event: "recovery",
      time: START + 5_000,
      attempt: 1,
      delay: 0,
      cause: "device_gone",
      exit_code: 0,
      signal: null,
    },
  ], true);
  const [gap] = explained.gaps;
  assertEquals([gap?.cause, gap?.duration, gap?.isOver], [
    ...["device_gone", 55, false],
  ]);
  assertMatch(gap?.ffmpeg ?? "", /Generic error/);
  const lines = renderReport(explained, {
    columns: 80,
    timeline: "",
    log: "/x",
  });
  assertMatch(
    lines.join("\n"),
    /not over yet; 1 restart\s+of ffmpeg so\s+far/,
  );
  assertMatch(lines.join("\n"), /There is no audio now; echolog keeps trying/);
});

Deno.test("explain: ends an unfinished session with its last audio", () => {
  const events = [chunk(1, 0, 5), chunk(2, 5_000, 5)];
  const dead = explainEvents(events, false, 60, true);
  assertEquals(dead.end, START + 10_000);
  assertMatch(dead.ending?.text ?? "", /^Its recorder died/);
  assertMatch(dead.ending?.advice ?? "", /echolog repair/);
  // Of a mailed log it is not known whether the recorder lives.
  const { ending } = explainEvents(events);
  assertMatch(ending?.text ?? "", /it was copied .* or the recorder died\./);
  assertEquals(/repair/.test(ending?.advice ?? ""), false);
});

Deno.test("explain: reports since when a dead recorder was writing a chunk", () => {
  const explained = explainEvents([sessionStart(), started(0), chunk(1, 0, 5)]);
  const account = accountOf(explained);
  assertEquals(explained.openSince, START + 5_000);
  assertMatch(account, /No audio is missing up to its last closed chunk/);
  assertMatch(account, /The chunk that it began at 10:00:05 is not closed/);
});

Deno.test("explain: does not report a session that died in its first chunk as empty", () => {
  const account = accountOf(explainEvents([started(0)]));
  assertMatch(account, /was recorded, but none of its chunks was closed/);
  assertMatch(account, /The chunk that it began at 10:00:00 is not closed/);
  assertEquals(/recorded nothing|No audio is missing/.test(account), false);
});

Deno.test("explain: reports no open chunk while recording or after ffmpeg stopped", () => {
  assertEquals(
    explainEvents([started(0), chunk(1, 0, 5)], true).openSince,
    null,
  );
  const stopped: SessionEvent = {
    event: "ffmpeg_stopped",
    time: START + 5_000,
    run: 1,
    exit_code: null,
    signal: "SIGKILL",
    stopped_by: null,
  };
  assertEquals(
    explainEvents([started(0), chunk(1, 0, 5), stopped]).openSince,
    null,
  );
});

Deno.test("explain: counts no time in which a live session wrote no audio as audio", () => {
  const events = [sessionStart(), started(0), chunk(1, 0, 20)];
  const live = (lastAudio: number | null, isStopping = false) =>
    explainEvents(events, true, 60, false, {
      lastAudio: lastAudio === null ? null : START + lastAudio * 1000,
      isStopping,
    });
  const stalled = live(48);
  assertEquals([stalled.audio, stalled.wall, stalled.silentFor], [48, 60, 12]);
  assertMatch(
    accountOf(stalled),
    /48 s of audio in 1 min \(80 %\).* up to 10:00:48\..* Still recording; the last audio was received 12 s ago\./,
  );
  // ffmpeg writes about once a second.
  assertEquals([live(58).audio, live(58).silentFor], [60, null]);
  assertEquals(live(null).audio, 60);
  // An outage is reported as that.
  const gone = explainEvents([...events, recovery(45)], true, 60, false, {
    lastAudio: START + 40_000,
  });
  assertEquals(gone.silentFor, null);
  assertMatch(accountOf(live(58, true)), /It is being stopped\./);
});

Deno.test("explain: begins an open chunk with its first sample, where the state has it", () => {
  const live = (
    audioSince: number | null,
    shown: readonly SessionEvent[] = [],
  ) =>
    explainEvents(
      [sessionStart(), started(1_000), ...shown],
      ...[true, 10, false] as const,
      { audioSince: audioSince === null ? null : START + audioSince * 1000 },
    );
  assertEquals(live(null).audio, 9);
  assertEquals(live(1.75).audio, 8.25);
  // The state of the run before.
  assertEquals(live(0.5).audio, 9);
  // What is in finished chunks is not counted again.
  assertEquals(live(1.75, [chunk(1, 1_750, 4)]).audio, 8.25);
  // A recorder that died, and a clock that was set by a minute.
  const set = event("warning", {
    ...{ code: "clock_step", time: START + 61_000 },
    details: { by: "60.000s" },
  });
  const dead = explainEvents(
    [sessionStart(), set, started(61_000)],
    ...[false, 99, true] as const,
    { audioSince: START + 61_250, lastSign: START + 70_250 },
  );
  assertEquals([dead.openSince, dead.audio], [START + 1_250, 9]);
});

Deno.test("explain: includes the last gap of a dead session", () => {
  const { end, coverage, gaps } = explainEvents([
    chunk(1, 0, 1),
    gap("device_gone"),
  ]);
  assertEquals(end, START + 5_000);
  assertEquals([coverage, gaps.length], [20, 1]);
});

Deno.test("explain: groups warnings of one kind into a note with their number", () => {
  const clipping = (time: number): SessionEvent => ({
    event: "warning",
    time,
    code: "clipping",
    message: "Samples reach full scale",
  });
  const { notes } = explainEvents(
    [1, 2, 3].map((time) => clipping(START + time)),
  );
  assertEquals(notes.length, 1);
  assertEquals([notes[0]?.count, notes[0]?.first], [3, START + 1]);
});

for (const hours of [-1, 24 * 365]) {
  Deno.test(`explain: keeps audio and totals when the clock is set by ${hours} h`, () => {
    const by = hours * 3_600_000;
    const explained = explainEvents([
      chunk(1, 0, 5),
      {
        event: "warning",
        time: START + 5_000 + by,
        code: "clock_step",
        message: "The wall clock was set",
        details: { by: `${by / 1000}.000s` },
      },
      {
        event: "gap",
        time: START + 10_000 + by,
        start: START + 5_000 + by,
        end: START + 10_000 + by,
        duration: 5,
        cause: "device_gone",
      },
      chunk(2, 10_000 + by, 10),
    ]);
    const { wall, audio, coverage, end, gaps } = explained;
    assertEquals([wall, audio, coverage], [20, 15, 75]);
    assertEquals(end, START + 20_000 + by);
    // Reported times are those that the clock showed.
    assertEquals(gaps[0]?.start, START + 5_000 + by);
    assertEquals(gaps[0]?.isOver, true);
    const { whole, spans, outages } = explained;
    assertEquals(
      drawTimeline(whole, { audio: spans, deleted: [], gaps: outages }, 20),
      "█████·····██████████",
    );
  });
}

Deno.test("explain: reports a delay in opening the device instead of a gap", () => {
  const line = (start: number) => {
    const explained = explainEvents([sessionStart(), chunk(1, start, 10)]);
    const lines = renderReport(explained, {
      columns: 99,
      timeline: "",
      log: "",
    });
    return lines.find((line) => line.startsWith("No audio is missing"));
  };
  assertMatch(
    line(400) ?? "",
    /^No audio is missing up to 10:00:10; the first audio was received 400 ms after the start\./,
  );
  assertMatch(line(20) ?? "", /^No audio is missing up to 10:00:10\.$/);
});

Deno.test("explain: reports how much of the requested duration was not recorded", async () => {
  const folder = new URL(
    "../../../fixtures/sessions/restarted/",
    import.meta.url,
  );
  const history = await readHistory(
    readLogBlocks(fromFileUrl(new URL("session.log", folder))),
  );
  const { start, stop } = history;
  if (start === null || stop === null) throw new Error("It is not whole");
  const line = (overrides: string, reason: StopReason) => {
    const explained = explain({
      ...history,
      start: { ...start, overrides },
      stop: { ...stop, reason, wall: 3_600 },
    }, { folderName: "x", isActive: false, now: 0 });
    return renderReport(explained, { columns: 99, timeline: "", log: "" })
      .find((text) => text.startsWith("The requested"));
  };
  const asked = "recording.device=test(flag) duration=8h(flag)";
  assertEquals(
    line(asked, "disk_full"),
    "The requested duration was 8 h: the last 7 h of that were not recorded.",
  );
  assertEquals(
    line(asked, "terminated"),
    "The requested duration was 8 h; it was stopped 7 h before its end.",
  );
  assertEquals(line(asked, "duration_reached"), undefined);
  assertEquals(line("recording.device=test(flag)", "disk_full"), undefined);
  assertEquals(line("duration=1h(flag)", "terminated"), undefined);
});

Deno.test("explain: reports nothing as not recorded that may still be recorded, or never began", () => {
  const start = sessionStart({ overrides: "duration=1h(flag)" });
  const copied = accountOf(explainEvents([start, started(0), chunk(1, 0, 60)]));
  assertMatch(
    copied,
    /duration was 1 h; the log covers the first 1 min of that\./,
  );
  const empty = sessionStop(30, {
    ...{ reason: "start_failed", chunks: 0, audio: 0, coverage: 0 },
  });
  assertMatch(
    accountOf(explainEvents([start, empty])),
    /duration was 1 h; none of that was recorded\./,
  );
  const live = accountOf(explainEvents([start, started(0)], true, 60));
  assertEquals(/requested duration/.test(live), false, live);
});

for (
  const [level, advice] of [
    ["info", "record with --log-level debug to see everything that it prints"],
    [
      "debug",
      "read everything that it printed: echolog logs --event ffmpeg_stderr night",
    ],
  ] as const
) {
  Deno.test(`explain: suggests how to find ffmpeg's messages when the log is at level ${level}`, () => {
    const start = sessionStart({ log_level: level });
    const { gaps } = explainEvents([
      start,
      gap("ffmpeg_exited"),
      chunk(1, 5_000, 10),
    ]);
    assertEquals(gaps.map((one) => one.advice), [advice]);
    const { ending } = explainEvents([
      start,
      sessionStop(30, { reason: "start_failed" }),
    ]);
    assertEquals(ending?.advice, advice);
  });
}

Deno.test("explain: reports an unusable ffmpeg only once", () => {
  const error: SessionEvent = {
    event: "error",
    time: START,
    code: "ffmpeg_unusable",
    message: "Cannot run /x/ffmpeg: it ended with exit code 127",
  };
  const of = (reason: StopReason) =>
    explainEvents([sessionStart(), error, sessionStop(9, { reason })]);
  const failed = of("start_failed");
  assertEquals(failed.notes, []);
  assertMatch(failed.ending?.text ?? "", /Cannot run \/x\/ffmpeg/);
  // It was replaced meanwhile, and came back.
  assertEquals(of("terminated").notes.map(({ text }) => text), [error.message]);
});

Deno.test("renderReport: shows the date of a gap and of the scale across midnight", () => {
  const days = 3 * 86_400;
  const lines = renderReport(
    explainEvents([
      chunk(1, 0, 60),
      {
        event: "gap",
        time: START + 60_000 + days * 1_000,
        start: START + 60_000,
        end: START + 60_000 + days * 1_000,
        duration: days,
        cause: "device_gone",
      },
    ]),
    { columns: 80, timeline: "", log: "/x" },
  ).join("\n");
  assertMatch(lines, /2025-09-22 10:01:00 – 2025-09-25 10:01:00/);
  assertMatch(lines, /^2025-09-22 10:00:00 +2025-09-25 10:01:00$/m);
});

Deno.test("renderReport: shows only the 20 longest of many gaps and repeats no advice", () => {
  const events = Array.from({ length: 500 }, (_, index): SessionEvent => ({
    event: "gap",
    time: START,
    start: START + index * 1_000,
    end: START + index * 1_000 + 100 + index,
    duration: 0.1 + index / 1_000,
    cause: "ffmpeg_killed",
  }));
  const lines = renderReport(explainEvents(events), {
    columns: 80,
    timeline: "",
    log: "/x/session.log",
  });
  assertEquals(
    lines.filter((line) => line.includes("ffmpeg was killed")).length,
    20,
  );
  assertEquals(lines.filter((line) => line.includes("What to do")).length, 2);
  assertMatch(
    lines.join("\n"),
    /longest 20 of 500; echolog logs --event gap night/,
  );
});

for (const name of ["restarted", "no-server"]) {
  Deno.test(`renderReport: matches the stored account of the session "${name}"`, async () => {
    const folder = new URL(
      `../../../fixtures/sessions/${name}/`,
      import.meta.url,
    );
    const history = await readHistory(
      readLogBlocks(fromFileUrl(new URL("session.log", folder))),
    );
    const explained = explain(history, {
      folderName: "night",
      isActive: false,
      now: 0,
    });
    const strip = drawTimeline(explained, {
      audio: history.chunks,
      deleted: [],
      gaps: explained.gaps,
    }, 72);
    const text = renderReport(explained, {
      columns: 72,
      timeline: strip,
      log: "/home/ann/recordings/night/session.log",
    }).join("\n");
    const path = new URL("explained.txt", folder);
    if (Deno.env.get("ECHOLOG_SCREENS") === "write") {
      Deno.writeTextFileSync(path, `${text}\n`);
    }
    assertEquals(`${text}\n`, Deno.readTextFileSync(path));
    const json = JSON.parse(
      reportAsJson(explained, {
        before: null,
        state: "ended",
        outage: null,
        timeline: strip,
        log: "/log",
      }),
    );
    assertEquals(faultsIn(json, "explain"), []);
    assertEquals(json.gap_list[0].cause, explained.gaps[0]?.cause);
    assertEquals(json.outage, null);
  });
}
