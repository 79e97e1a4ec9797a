import { assert, assertEquals, assertMatch } from "@std/assert";
import type { SessionEvent } from "../../../../src/events.ts";
import { renderReport } from "../../../../src/review/explain/render/report.ts";
import { reportAsJson } from "../../../../src/review/explain/render/json.ts";
import type { Explanation } from "../../../../src/review/explain/explanation.ts";
import {
  accountOf,
  chunk,
  command,
  explainEvents,
  recovery,
  sessionStart,
  sessionStop,
  silence,
  START,
} from "../../../support/account.ts";

const LASTS = /not over;|up to the end|restarts? of ffmpeg gave|no audio now/;

Deno.test("explain: treats a gap inside the last chunk as over", () => {
  const events = [
    sessionStart(),
    silence(60, 62, { cause: "audio_lost" }),
    chunk(1, 0, 180),
    sessionStop(180, { audio: 178, gaps: 1, gap_total: 2 }),
  ];
  assertEquals(explainEvents(events).gaps[0]?.isOver, true);
  assertEquals(LASTS.test(accountOf(explainEvents(events))), false);
});

Deno.test("explain: treats a gap that reaches the end of the session as not over", () => {
  const events = [
    sessionStart(),
    chunk(1, 0, 60),
    recovery(60),
    silence(60, 62),
    sessionStop(62, { audio: 60, gaps: 1, gap_total: 2 }),
  ];
  assertEquals(explainEvents(events).gaps[0]?.isOver, false);
});

/** A log that names neither chunks nor starts of ffmpeg, with a gap that is over. */
const QUIET = [
  sessionStart({ log_level: "warning" }),
  recovery(3_600),
  silence(3_600, 3_610),
];

Deno.test("explain: treats a gap as over in a live session whose log names no chunks", () => {
  const explained = explainEvents(QUIET, true, 7_200);
  assertEquals(explained.gaps.map(({ isOver }) => isOver), [true]);
  assertMatch(accountOf(explained), /Still recording\./);
  assertEquals(LASTS.test(accountOf(explained)), false);
});

/** Audio was back, and nothing was missing. */
const REPEATED: SessionEvent = {
  event: "warning",
  time: START + 3_601_000,
  code: "audio_overlap",
  message: "x",
};

Deno.test("explain: distinguishes a stream that ended from an unplugged device", () => {
  const ended: SessionEvent = {
    event: "ffmpeg_stopped",
    time: START + 60_000,
    run: 1,
    exit_code: 0,
    signal: null,
    stopped_by: null,
  };
  const explained60 = (device: string) => {
    const events = [sessionStart({ device }), ended, recovery(60)];
    return explainEvents([...events, silence(60, 70)]).gaps[0];
  };
  const stream = explained60("https://host/radio");
  assertMatch(stream?.meaning ?? "", /exit code 0 .* when the server ends a/);
  assertMatch(stream?.advice ?? "", /find out why the server did so/);
  const device = explained60("pulse:default");
  assertMatch(device?.meaning ?? "", /exit code 0 .* when a device vanishes/);
  assertMatch(device?.advice ?? "", /check the plug and the cable/);
});

Deno.test("explain: blames no busy machine for audio that a stream skipped", () => {
  const adviceFor = (device: string) => {
    const lost = silence(60, 65, { cause: "audio_lost" });
    const events = [sessionStart({ device }), lost, chunk(1, 0, 180)];
    return explainEvents([...events, sessionStop(180)]).gaps[0]?.advice ?? "";
  };
  assertMatch(adviceFor("https://host/radio"), /check the source/);
  assertMatch(adviceFor("pulse:default"), /the machine or its disk/);
});

Deno.test("explain: names how ffmpeg ended first, not how the restarts? of ffmpeg gaves ended", () => {
  const ended = { event: "ffmpeg_stopped", stopped_by: null } as const;
  const explained = explainEvents([
    sessionStart(),
    {
      ...ended,
      time: START + 60_000,
      run: 1,
      exit_code: null,
      signal: "SIGKILL",
    },
    recovery(60, { cause: "ffmpeg_killed" }),
    { ...ended, time: START + 61_000, run: 2, exit_code: 1, signal: null },
    recovery(61, { cause: "device_missing" }),
    silence(60, 70, { cause: "ffmpeg_killed" }),
  ]);
  assertEquals(
    explained.gaps[0]?.meaning,
    "ffmpeg was killed by SIGKILL",
  );
});

Deno.test("explain: reports no gap for a stream that returned without one", () => {
  const [start, ended] = QUIET;
  assert(start !== undefined && ended !== undefined);
  const explained = explainEvents([start, ended, REPEATED], true, 86_400);
  assertEquals(explained.gaps, []);
});

Deno.test("explain: excludes retries before a return without a gap from the next gap", () => {
  const events = [
    sessionStart(),
    recovery(60, { cause: "device_gone" }),
    command(61),
    REPEATED,
    recovery(7_200, { cause: "device_missing" }),
    command(7_201),
    silence(7_200, 7_210),
  ];
  assertEquals(explainEvents(events).gaps.map(({ retries }) => retries), [1]);
});

Deno.test("explain: counts no restart that was only announced", () => {
  const retriesOf = (...events: readonly SessionEvent[]) =>
    explainEvents([...events, silence(10, 15)]).gaps.at(-1)?.retries;
  const announced = [
    recovery(10),
    command(10),
    recovery(12, { attempt: 2, delay: 4 }),
  ];
  assertEquals(retriesOf(sessionStart(), ...announced), 1);
  // A log at level warning has no commands.
  const quiet = sessionStart({ log_level: "warning" });
  const quietly = announced.filter(({ event }) => event === "recovery");
  assertEquals(retriesOf(quiet, ...quietly), 1);
  const early = recovery(12, { attempt: 2, delay: 2 });
  assertEquals(retriesOf(quiet, recovery(10), early), 2);
});

Deno.test("explain: leaves the restarts of an outage whose gap cannot be read out of the next gap", () => {
  const { gaps } = explainEvents([
    sessionStart(),
    chunk(1, 0, 10),
    ...[recovery(10), command(10), command(12)],
    // Here was the line of the first gap.
    chunk(2, 20_000, 10),
    ...[recovery(30), command(31)],
    silence(30, 40),
  ]);
  assertEquals(gaps.map(({ retries }) => retries), [1]);
});

Deno.test("explain: treats a gap as over when a session whose log names no chunks ended later", () => {
  const counts = { gaps: 1, gap_total: 10 };
  const isOver = (end: number) =>
    explainEvents([...QUIET, sessionStop(end, counts)]).gaps[0]?.isOver;
  assertEquals(isOver(7_200), true);
  assertEquals(isOver(3_610.005), false);
});

Deno.test("explain: reports only the final totals for a log without gaps", () => {
  const events = [sessionStart({ log_level: "error" })];
  const json = (explained: Explanation) =>
    JSON.parse(
      reportAsJson(explained, {
        before: null,
        state: "ended",
        outage: null,
        timeline: "",
        log: "/x",
      }),
    );
  const live = explainEvents(events, true, 7_200);
  assertMatch(accountOf(live), /its log does not show how much of .* is audio/);
  assertEquals(/%|chunk\b/.test(accountOf(live)), false, accountOf(live));
  const { audio, coverage, chunks } = json(live);
  assertEquals([audio, coverage, chunks], [null, null, null]);
  const counts = { chunks: 24, audio: 7_190, gaps: 1, gap_total: 10 };
  const ended = explainEvents([...events, sessionStop(7_200, counts)]);
  assertMatch(accountOf(ended), /, 24 chunks/);
  assertEquals(json(ended).audio, 7_190);
  // Where the gap is it cannot say, so it draws nothing.
  const options = { columns: 80, timeline: "█", log: "/x" };
  assertEquals(renderReport(ended, options).join().includes("█"), false);
});

Deno.test("explain: starts an ongoing gap at its recovery when the log names no chunks", () => {
  const explained = explainEvents(
    [
      ...QUIET,
      recovery(7_195),
      recovery(7_198, { attempt: 2 }),
    ],
    true,
    7_200,
  );
  const [first, last] = explained.gaps;
  assertEquals([first?.isOver, last?.isOver], [true, false]);
  assertEquals([last?.duration, last?.retries], [5, 2]);
  assertEquals(explained.audio, 7_185);
  assertMatch(accountOf(explained), /There is no audio now/);
});

Deno.test("explain: starts an ongoing gap at the session start when there was no audio", () => {
  const { gaps } = explainEvents([sessionStart(), recovery(3)], true);
  assertEquals(gaps[0]?.duration, 60);
});

Deno.test("explain: starts an ongoing gap no earlier than the end of the previous one", () => {
  const { gaps } = explainEvents(
    [sessionStart(), chunk(1, 0, 5), silence(5, 20), recovery(30)],
    true,
  );
  assertEquals(gaps[1]?.start, START + 20_000);
});

Deno.test("explain: advice on the kernel's messages names the time to look at, once", () => {
  const events = [
    sessionStart({ device: "alsa:hw:1" }),
    chunk(1, 0, 60),
    silence(60, 75.5, { cause: "disk_error" }),
    chunk(2, 75.5, 60),
    silence(140, 150, { cause: "disk_error" }),
    chunk(3, 150, 60),
    silence(210, 220, { cause: "audio_lost" }),
    chunk(4, 220, 60),
    sessionStop(280, { audio: 240, gaps: 3, gap_total: 35.5 }),
  ];
  const lines = renderReport(explainEvents(events), {
    ...{ columns: 80, timeline: "", log: "/x" },
  });
  const commands = lines.filter((line) => line.includes("journalctl"));
  // One minute before the gap to one minute after it, whole on one line.
  assertEquals(commands, [
    "    journalctl --utc -kS '2025-09-22 10:00:00 UTC' -U '2025-09-22 10:02:15 UTC'",
  ]);
  assertMatch(
    lines.join(" "),
    /for the {5}kernel's messages {5}The kernel's messages of that time: /,
  );
  // A recorder that the kernel killed.
  const killed = [
    sessionStart({ device: "alsa:hw:1" }),
    chunk(1, 0, 60),
    sessionStop(60, { reason: "crashed", audio: 60 }),
  ];
  assertMatch(
    accountOf(explainEvents(killed)),
    /dmesg .* -kS '2025-09-22 10:00:00 UTC' -U '2025-09-22 10:02:00 UTC'/,
  );
});
