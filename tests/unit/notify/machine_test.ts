import { assertEquals } from "@std/assert";
import type { GapCause, SessionEvent, Telemetry } from "../../../src/events.ts";
import type { Notice } from "../../../src/notify/notice.ts";
import { NotifyMachine } from "../../../src/notify/machine.ts";
import { event, type EventOf, START } from "../../support/events.ts";

/** What happens at a second of a story. */
type Step = readonly [at: number, ...what: Happening[]];

type Happening = SessionEvent | Telemetry | { readonly log: string };

/** Settings of a story. */
interface Rules {
  readonly after?: number;
  readonly heartbeat?: number;
}

/** Plays a story second by second; returns what was sent, and when. */
function play(steps: readonly Step[], rules: Rules = {}): string[] {
  const { after = 30, heartbeat = null } = rules;
  const machine = new NotifyMachine({ after, heartbeat });
  const sent: string[] = [];
  const last = Math.max(...steps.map(([at]) => at));
  for (let at = 0; at <= last; at++) {
    const now = { time: START + at * 1000, at: at * 1000 };
    const send = (notices: readonly Notice[]) =>
      sent.push(...notices.map((notice) => shown(notice, at)));
    // As the notifier does: only when something is due.
    if ((machine.nextDue ?? Infinity) <= now.at) send(machine.due(now));
    for (const [, ...what] of steps.filter(([time]) => time === at)) {
      for (const one of what) {
        if ("log" in one) send(machine.logTrouble(one.log, now));
        else if ("kind" in one) send(machine.observe(one, now));
        else send(machine.event(one, now));
      }
    }
  }
  return sent;
}

function shown(notice: Notice, at: number): string {
  const facts = [
    ..."since" in notice ? [`since ${(notice.since - START) / 1000}`] : [],
    ..."duration" in notice ? [`for ${notice.duration}`] : [],
    ..."cause" in notice ? [notice.cause] : [],
    ..."code" in notice ? [notice.code] : [],
    ..."channels" in notice ? notice.channels : [],
    ..."stop" in notice ? [notice.stop.reason] : [],
  ];
  return [at, notice.event, ...facts].join(" ");
}

const time = (at: number) => START + at * 1000;
const start = (at = 0): EventOf<"session_start"> =>
  event("session_start", { time: time(at), start: time(at) });
const stop = (
  reason: EventOf<"session_stop">["reason"] = "terminated",
) => event("session_stop", { reason });
const rollover = () => ({ ...stop(), reason: "rollover" as const });
const back: Telemetry = { kind: "outage", time: START, outage: null };
const stopping: Telemetry = { kind: "stopping", time: START };
const lost = (since: number, cause: GapCause = "device_gone"): Telemetry => ({
  kind: "outage",
  time: time(since),
  outage: { since: time(since), cause },
});
const gap = (from: number, to: number, cause: GapCause = "device_gone") =>
  event("gap", {
    ...{ time: time(to), start: time(from), end: time(to) },
    ...{ duration: to - from, cause },
  });
/** Reports of audio, once a second. */
const audio = (from: number, to: number): Step[] =>
  Array.from(
    { length: to - from + 1 },
    (_, index): Step => [from + index, { kind: "audio" }],
  );
const silent = (
  at: number,
  since: number | null,
  what: "zero" | "level" | "channels" = "zero",
  channels: number[] = [],
  until: number | null = null,
): Step => [at, {
  ...{ kind: "silence" as const, what, channels, time: time(at) },
  since: since === null ? null : time(since),
  ...(until === null ? {} : { until: time(until) }),
}];
const warning = (
  code: EventOf<"warning">["code"],
  details: Record<string, number | null> = {},
) => event("warning", { code, details });
const low = warning("disk_low", { min_free: 1000, free: 900, hours_left: 2 });
const disk = (free: number): Telemetry => ({ kind: "disk", free });

/** A session with audio up to a second. */
const recorded = (to: number): Step[] => [[0, start()], [
  1,
  back,
], ...audio(1, to)];

const STORIES: readonly {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly rules?: Rules;
  readonly sent: readonly string[];
}[] = [
  {
    name: "a clean session",
    steps: [...recorded(100), [100, stopping], [101, stop()]],
    sent: ["0 started", "101 ended terminated"],
  },
  {
    name: "an outage shorter than after",
    steps: [
      ...recorded(50),
      [50, lost(50)],
      [70, gap(50, 70), back],
      ...audio(
        70,
        120,
      ),
      [121, stop()],
    ],
    sent: ["0 started", "121 ended terminated"],
  },
  {
    name: "an outage of 45 s",
    steps: [
      ...recorded(50),
      [50, lost(50)],
      [95, gap(50, 95), back],
      ...audio(
        95,
        150,
      ),
      [151, stop()],
    ],
    sent: [
      "0 started",
      "80 outage since 50 for 30 device_gone",
      "105 recovered since 50 for 45 device_gone",
      "151 ended terminated",
    ],
  },
  {
    name: "an outage that is reported a while after it began",
    steps: [...recorded(50), [65, lost(50, "stall")], [
      95,
      gap(50, 95, "stall"),
      back,
    ], ...audio(95, 150)],
    sent: [
      "0 started",
      "80 outage since 50 for 30 stall",
      "105 recovered since 50 for 45 stall",
    ],
  },
  {
    name: "an outage that is known only after it is due",
    steps: [...recorded(50), [90, lost(50, "stall")], [
      95,
      gap(50, 95, "stall"),
      back,
    ], ...audio(95, 150)],
    sent: [
      // Reports of audio stopped.
      "80 outage since 50 for 30 stall",
      "105 recovered since 50 for 45 stall",
    ].toSpliced(0, 0, "0 started"),
  },
  {
    name: "an outage that flaps",
    steps: [
      ...recorded(50),
      ...[50, 65, 80, 95].flatMap((at): Step[] => [
        [at, lost(at)],
        [at + 10, gap(at, at + 10), back],
        ...audio(at + 10, at + 14),
      ]),
      ...audio(105, 160),
    ],
    sent: [
      "0 started",
      "80 outage since 50 for 30 device_gone",
      "115 recovered since 50 for 55 device_gone",
    ],
  },
  {
    name: "short outages far apart",
    steps: [
      ...recorded(50),
      ...[50, 90, 130].flatMap((at): Step[] => [
        [at, lost(at)],
        [at + 10, gap(at, at + 10), back],
        ...audio(at + 10, at + 39),
      ]),
    ],
    sent: ["0 started"],
  },
  {
    name: "an outage that ends within the time to settle, after it is due",
    steps: [
      ...recorded(50),
      [50, lost(50)],
      [75, gap(50, 75), back],
      ...audio(
        75,
        82,
      ),
      [82, lost(82)],
      [84, gap(82, 84), back],
      ...audio(84, 130),
    ],
    sent: [
      "0 started",
      "82 outage since 50 for 32 device_gone",
      "94 recovered since 50 for 34 device_gone",
    ],
  },
  {
    name: "a session that begins without audio",
    steps: [[0, start()], [3, lost(0, "device_missing")], [
      50,
      gap(0, 50, "device_missing"),
      back,
    ], ...audio(50, 100)],
    sent: [
      "0 started",
      "30 outage since 0 for 30 device_missing",
      "60 recovered since 0 for 50 device_missing",
    ],
  },
  {
    name: "a source that is slow to open, without a reason",
    steps: [
      [0, start()],
      [40, gap(0, 40, "slow_start"), back],
      ...audio(40, 90),
    ],
    sent: [
      "0 started",
      "30 outage since 0 for 30 slow_start",
      "50 recovered since 0 for 40 slow_start",
    ],
  },
  {
    name: "an outage just after the start",
    steps: [
      ...recorded(5),
      [5, lost(5)],
      [60, gap(5, 60), back],
      ...audio(
        60,
        90,
      ),
    ],
    sent: [
      "0 started",
      "35 outage since 5 for 30 device_gone",
      "70 recovered since 5 for 55 device_gone",
    ],
  },
  {
    name: "a session that never has audio",
    steps: [[0, start()], [29, stop("start_failed")]],
    sent: ["0 started", "29 ended start_failed"],
  },
  {
    name: "an outage that lasts over the end",
    steps: [
      ...recorded(50),
      [50, lost(50)],
      [100, stopping],
      [101, gap(50, 101), stop()],
    ],
    sent: [
      "0 started",
      "80 outage since 50 for 30 device_gone",
      "101 ended terminated",
    ],
  },
  {
    name: "an unreported outage at the end",
    steps: [...recorded(50), [50, lost(50)], [60, stopping], [
      61,
      gap(50, 61),
      stop(),
    ]],
    sent: ["0 started", "61 ended terminated"],
  },
  {
    name: "an end just after audio is back",
    steps: [
      ...recorded(50),
      [50, lost(50)],
      [95, gap(50, 95), back],
      ...audio(
        95,
        98,
      ),
      [98, stopping],
      [99, stop()],
    ],
    sent: [
      "0 started",
      "80 outage since 50 for 30 device_gone",
      "99 recovered since 50 for 45 device_gone",
      "99 ended terminated",
    ],
  },
  {
    name: "a slow stop",
    steps: [...recorded(50), [50, stopping], [95, stop()]],
    sent: ["0 started", "95 ended terminated"],
  },
  {
    name: "a crash in the middle: the repair sends the rest",
    steps: recorded(50).slice(0, 20),
    sent: ["0 started"],
  },
  {
    name: "a fatal error",
    steps: [...recorded(50), [50, stop("fatal_error")]],
    sent: ["0 started", "50 ended fatal_error"],
  },
  {
    name: "a second end of the same session",
    steps: [...recorded(50), [50, stop()], [50, stop()]],
    sent: ["0 started", "50 ended terminated"],
  },
  {
    name: "two sessions",
    steps: [
      ...recorded(50),
      [50, stop()],
      [60, start(60)],
      [
        61,
        back,
      ],
      ...audio(61, 90),
      [90, stop()],
    ],
    sent: [
      "0 started",
      "50 ended terminated",
      "60 started",
      "90 ended terminated",
    ],
  },
  {
    name: "a rollover",
    steps: [
      ...recorded(50),
      [50, stopping, rollover()],
      [50, start(50)],
      [
        51,
        back,
      ],
      ...audio(51, 90),
      [90, stop()],
    ],
    sent: ["0 started", "90 ended terminated"],
  },
  {
    name: "a rollover during an outage",
    steps: [
      ...recorded(50),
      [50, lost(50)],
      [100, stopping, gap(50, 100), rollover()],
      [100, start(100)],
      [130, gap(100, 130), back],
      ...audio(130, 160),
    ],
    sent: [
      "0 started",
      "80 outage since 50 for 30 device_gone",
      "140 recovered since 50 for 80 device_gone",
    ],
  },
  {
    name: "an outage that begins with a rollover",
    steps: [
      ...recorded(50),
      [50, stopping, rollover()],
      [50, start(50)],
      [52, lost(50, "device_missing")],
      [100, gap(50, 100, "device_missing"), back],
      ...audio(100, 130),
    ],
    sent: [
      "0 started",
      "80 outage since 50 for 30 device_missing",
      "110 recovered since 50 for 50 device_missing",
    ],
  },
  {
    name: "a sleep of the machine",
    steps: [...recorded(50), [51, gap(50, 3650, "suspend"), {
      kind: "audio",
    }], ...audio(52, 100)],
    sent: [
      "0 started",
      "51 outage since 50 for 3600 suspend",
      "51 recovered since 50 for 3600 suspend",
    ],
  },
  {
    name: "lost audio that is noticed later and is short",
    steps: [...recorded(50), [51, gap(40, 45, "audio_lost")], ...audio(51, 90)],
    sent: ["0 started"],
  },
  {
    name: "a pause of a stream, and its gap after it was reported",
    steps: [...recorded(50), ...audio(90, 130), [110, gap(50, 90, "stall")]],
    sent: [
      "0 started",
      "80 outage since 50 for 30 stall",
      "100 recovered since 50 for 40 stall",
    ],
    rules: { after: 30 },
  },
  {
    name: "a stream that sends every 15 s, with a short after",
    steps: [
      [0, start()],
      [1, back],
      ...[1, 16, 31, 46, 61].map((
        at,
      ): Step => [at, { kind: "audio" }]),
      [62, stop()],
    ],
    rules: { after: 2 },
    sent: ["0 started", "62 ended terminated"],
  },
  {
    name: "an after of one second",
    steps: [
      [0, start(), back, { kind: "audio" }],
      ...audio(1, 50),
      [50, lost(50)],
      [54, gap(50, 54), back],
      ...audio(
        54,
        100,
      ),
    ],
    rules: { after: 1 },
    sent: [
      "0 started",
      "51 outage since 50 for 1 device_gone",
      "55 recovered since 50 for 4 device_gone",
    ],
  },
  {
    name: "digital silence",
    steps: [...recorded(120), silent(60, 50), silent(80, null)],
    sent: [
      "0 started",
      "60 silence since 50 digital_silence",
      "90 sound since 50 for 30 digital_silence",
    ],
  },
  {
    name: "digital silence that flaps",
    steps: [
      ...recorded(150),
      silent(60, 50),
      silent(80, null),
      silent(85, 75),
      silent(90, null),
      silent(99, 89),
      silent(110, null),
    ],
    sent: [
      "0 started",
      "60 silence since 50 digital_silence",
      "120 sound since 50 for 60 digital_silence",
    ],
  },
  {
    name: "silence that becomes digital zero",
    steps: [
      ...recorded(150),
      silent(60, 30, "level"),
      silent(80, 70),
      silent(90, null),
      silent(120, null, "level"),
    ],
    sent: [
      "0 started",
      "60 silence since 30 silence",
      "130 sound since 30 for 90 silence",
    ],
  },
  {
    name: "a silent channel, and then both",
    steps: [
      ...recorded(150),
      silent(60, 50, "channels", [2]),
      silent(80, 70),
      silent(90, null),
      silent(100, null, "channels"),
    ],
    sent: [
      "0 started",
      "60 silence since 50 channel_silence 2",
      "110 sound since 50 for 50 channel_silence 2",
    ],
  },
  {
    name: "sound that was back for long enough when that was noticed",
    steps: [
      ...recorded(150),
      silent(60, 30, "level"),
      silent(110, null, "level", [], 80),
    ],
    sent: [
      "0 started",
      "60 silence since 30 silence",
      "110 sound since 30 for 50 silence",
    ],
  },
  {
    name: "sound that was back for a moment when that was noticed",
    steps: [
      ...recorded(150),
      silent(60, 58, "level"),
      silent(82, null, "level", [], 80),
    ],
    sent: [
      "0 started",
      "60 silence since 58 silence",
      "90 sound since 58 for 22 silence",
    ],
  },
  {
    name: "a session that begins silent and ends silent",
    steps: [...recorded(60), silent(11, 1), [60, stop()]],
    sent: [
      "0 started",
      "11 silence since 1 digital_silence",
      "60 ended terminated",
    ],
  },
  {
    name: "an end just after sound is back",
    steps: [...recorded(60), silent(20, 10), silent(55, null), [58, stop()]],
    sent: [
      "0 started",
      "20 silence since 10 digital_silence",
      "58 sound since 10 for 45 digital_silence",
      "58 ended terminated",
    ],
  },
  {
    name: "little space, reported twice by the watch",
    steps: [...recorded(60), [10, disk(900), low], [40, disk(900), low]],
    sent: ["0 started", "10 disk_low"],
  },
  {
    name: "little space again, after there was more",
    steps: [...recorded(90), [10, low], [20, disk(1050)], [30, low], [
      40,
      disk(1200),
    ], [50, low]],
    sent: ["0 started", "10 disk_low", "50 disk_low"],
  },
  {
    name: "a full disk that waits for room",
    steps: [
      ...recorded(50),
      [50, lost(50, "disk_full"), warning("disk_full")],
      [
        120,
        gap(50, 120, "disk_full"),
        back,
      ],
      ...audio(120, 160),
    ],
    sent: [
      "0 started",
      "50 disk_full disk_full",
      "80 outage since 50 for 30 disk_full",
      "130 recovered since 50 for 70 disk_full",
    ],
  },
  {
    name: "a disk that is full every twenty seconds",
    steps: [
      ...recorded(50),
      ...[50, 70, 90].flatMap((at): Step[] => [
        [at, lost(at, "disk_full"), warning("disk_full")],
        [at + 5, gap(at, at + 5, "disk_full"), back],
        ...audio(at + 5, at + 19),
      ]),
      ...audio(110, 180),
      [181, warning("disk_full")],
    ],
    sent: ["0 started", "50 disk_full disk_full", "181 disk_full disk_full"],
  },
  {
    name: "a full disk that ends the session",
    steps: [...recorded(50), [
      50,
      event("error", { code: "disk_full" }),
      stopping,
    ], [51, stop("disk_full")]],
    sent: ["0 started", "50 disk_full disk_full", "51 ended disk_full"],
  },
  {
    name: "trouble with the log, twice, and an hour later",
    steps: [...recorded(3700), [10, { log: "No space" }], [60, {
      log: "No space",
    }], [3611, { log: "No space" }]],
    sent: ["0 started", "10 log_trouble", "3611 log_trouble"],
  },
  {
    name: "heartbeats, and none during an outage",
    steps: [
      ...recorded(50),
      [50, lost(50)],
      [95, gap(50, 95), back],
      ...audio(
        95,
        121,
      ),
      [121, stop()],
    ],
    rules: { heartbeat: 20 },
    sent: [
      "0 started",
      "20 heartbeat since 0",
      "40 heartbeat since 0",
      "80 outage since 50 for 30 device_gone",
      "100 heartbeat since 0",
      "105 recovered since 50 for 45 device_gone",
      "120 heartbeat since 0",
      "121 ended terminated",
    ],
  },
  {
    name: "other warnings and errors",
    steps: [...recorded(50), [
      20,
      warning("clipping"),
      warning("notify_failed"),
      event("error", { code: "chunk_finalize_failed" }),
    ]],
    sent: ["0 started"],
  },
  {
    name: "telemetry before the session begins",
    steps: [[0, lost(0), low], [40, start(40)], [41, back], ...audio(41, 60)],
    sent: ["40 started"],
  },
];

for (const { name, steps, rules, sent } of STORIES) {
  Deno.test(`NotifyMachine: ${name}`, () => {
    assertEquals(play(steps, rules), [...sent]);
  });
}

Deno.test("NotifyMachine: has forty stories", () => {
  assertEquals(STORIES.length >= 40, true, String(STORIES.length));
});

Deno.test("NotifyMachine: is due at the end of what it waits for, not every second", () => {
  const machine = new NotifyMachine({ after: 30, heartbeat: null });
  const at = (second: number) => ({ time: time(second), at: second * 1000 });
  machine.event(start(), at(0));
  assertEquals(machine.nextDue, 30_000);
  machine.observe(back, at(1));
  machine.due(at(11));
  for (let second = 11; second < 60; second++) {
    machine.observe({ kind: "audio" }, at(second));
  }
  assertEquals(machine.nextDue, 89_000);
});

Deno.test("NotifyMachine: tells what ffmpeg said since the last audio", () => {
  const machine = new NotifyMachine({ after: 30, heartbeat: null });
  const at = (seconds: number) => ({
    time: time(seconds),
    at: seconds * 1000,
  });
  const say = (line: string, seconds: number) =>
    machine.event(event("ffmpeg_stderr", { line }), at(seconds));
  machine.event(start(), at(0));
  machine.observe(back, at(0));
  say("late frame", 1);
  machine.observe({ kind: "audio" }, at(2));
  say("Connection reset", 3);
  machine.observe(lost(2), at(3));
  for (let n = 0; n < 100; n++) say("Connection refused", 4 + n / 10);
  const [notice] = machine.due(at(40));
  assertEquals(notice?.event, "outage");
  const said = notice?.event === "outage"
    ? notice.said.map(({ line }) => line)
    : [];
  assertEquals(said.slice(0, 2), ["Connection reset", "Connection refused"]);
  assertEquals(said.length, 50);
});
