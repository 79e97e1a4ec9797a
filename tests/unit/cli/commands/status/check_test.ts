import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { renderCheck } from "../../../../../src/cli/commands/status/check.ts";
import { renderMetrics } from "../../../../../src/cli/commands/status/prometheus.ts";
import { statusTable } from "../../../../../src/cli/commands/status/table.ts";
import type { SessionState } from "../../../../../src/sessions/state_file.ts";
import type { SessionStatus } from "../../../../../src/sessions/status.ts";

const TIME = "2025-09-22T10:00:00.000Z";

const DETAILS: SessionState = {
  ...{ version: 1, session_id: "s", state: "recording", since: TIME },
  ...{ cause: null, start: TIME, ends_at: null, folder: "/rec/s" },
  ...{ log: "/rec/s/session.log", device: "pulse:mic", format: "flac" },
  ...{ sample_rate: 48_000, channels: 2, log_backup_count: 3, pid: 1 },
  ...{ process_start: null, boot_id: null, machine: "m", run: 1 },
  ...{ ffmpeg_pid: 2, audio_since: TIME, chunks: 3, audio: 900, overlap: 0 },
  ...{ lost_chunks: 0, lost_audio: 0, bytes: 3_000, last_audio: TIME },
  audio_before: null,
  ...{ silent_since: null, quiet_since: null, silent_channel_list: [] },
  ...{ min_free_bytes: null, gaps: 0, gap_total: 0, retries: 2, reason: null },
  ...{ wall: null, coverage: null, updated: TIME },
};

function status(
  changes: Partial<SessionStatus> = {},
  details: Partial<SessionState> | null = {},
): SessionStatus {
  return {
    ...{ session_id: "s", state: "recording", since: TIME, wall: 1_000 },
    ...{ outage: null, gaps: 1, gap_total: 2.5, writing: "x.part" },
    ...{ coverage: 99.75, last_audio_ago: 0.4, deleted_until: null },
    ...{ free_bytes: 5_000_000_000, free_time: 100, pid: 1 },
    ...{ log: join("/rec", "s", "session.log"), folder: "/rec/s" },
    details: details === null ? null : { ...DETAILS, ...details },
    ...changes,
  };
}

const outage = (duration: number) => ({
  state: "recovering" as const,
  last_audio_ago: duration,
  outage: { since: TIME, cause: "device_gone", duration },
});

const DATA =
  "|last_audio=0.4s;;30;0 coverage=99.75%;;;0;100 gaps=1;;;0 free=5000000000B;;;0";

const CASES: readonly {
  readonly name: string;
  readonly found: readonly SessionStatus[];
  readonly exitCode: number;
  readonly line: string | RegExp;
}[] = [
  {
    name: "audio now",
    found: [status()],
    exitCode: 0,
    line: `OK - pulse:mic: audio now${DATA}`,
  },
  {
    name: "a session that stops",
    found: [status({ state: "stopping" })],
    exitCode: 0,
    line: /^OK - pulse:mic: stopping\|/,
  },
  {
    name: "a session that begins in an outage of the one that it continues",
    found: [status(
      { state: "starting", last_audio_ago: null, wall: 2 },
      { start: TIME, audio_before: "2025-09-22T09:59:00.000Z" },
    )],
    exitCode: 2,
    line: /^CRITICAL - pulse:mic: no audio for 1 min 2 s\|last_audio=62.0s/,
  },
  {
    name: "a session that starts",
    found: [status({ state: "starting", last_audio_ago: null, wall: 2 })],
    exitCode: 1,
    line: /^WARNING - pulse:mic: starting, no audio yet\|last_audio=2.0s/,
  },
  {
    name: "a short outage",
    found: [status(outage(12))],
    exitCode: 1,
    line: /^WARNING - pulse:mic: no audio for 12 s: the device or its sound/,
  },
  {
    name: "a long outage",
    found: [status(outage(31))],
    exitCode: 2,
    line: /^CRITICAL - pulse:mic: no audio for 31 s: the device .*\|last_audio/,
  },
  {
    name: "a recorder that hangs",
    found: [status({ last_audio_ago: 95 })],
    exitCode: 2,
    line: /^CRITICAL - pulse:mic: no audio for 1 min 35 s\|/,
  },
  {
    name: "a session without audio from its start",
    found: [status({ state: "starting", last_audio_ago: null, wall: 40 })],
    exitCode: 2,
    line: /^CRITICAL - pulse:mic: no audio for 40 s\|/,
  },
  {
    name: "digital silence",
    found: [status({}, { silent_since: TIME, quiet_since: TIME })],
    exitCode: 1,
    line: /^WARNING - pulse:mic: digital silence\|/,
  },
  {
    name: "silence",
    found: [status({}, { quiet_since: TIME })],
    exitCode: 1,
    line: /^WARNING - pulse:mic: silence\|/,
  },
  {
    name: "a silent channel and little space",
    found: [
      status({ free_bytes: 900 }, {
        silent_channel_list: [2],
        min_free_bytes: 1_000,
      }),
    ],
    exitCode: 1,
    line:
      /^WARNING - pulse:mic: silence on channel 2, only 900 B left on the disk\|.* free=900B;1000:;;0$/,
  },
  {
    name: "a dead recorder",
    found: [status({ state: "crashed" })],
    exitCode: 2,
    line: /^CRITICAL - pulse:mic: its recorder died\|/,
  },
  {
    name: "no recorder",
    found: [],
    exitCode: 2,
    line: "CRITICAL - nothing is being recorded",
  },
  {
    name: "a recorder of another machine",
    found: [status({ state: "unknown" })],
    exitCode: 3,
    line: /^UNKNOWN - pulse:mic: it belongs to another machine/,
  },
  {
    name: "a state that cannot be read",
    found: [status({ last_audio_ago: null, wall: null }, null)],
    exitCode: 3,
    line: /^UNKNOWN - s: its session.json cannot be read/,
  },
  {
    name: "two sessions, the worse first",
    found: [
      status(),
      status({ ...outage(31), pid: 2 }, { device: "alsa:hw:1|'x'" }),
    ],
    exitCode: 2,
    line:
      /^CRITICAL - alsa:hw:1\/'x': CRITICAL no audio for 31 s: .*; pulse:mic: audio now\|'pulse:mic last_audio'=0.4s;.* 'alsa:hw:1__x_ free'=/,
  },
  {
    name: "a rollover, before the next session has audio",
    found: [status(), status({ state: "starting", last_audio_ago: null })],
    exitCode: 0,
    line: `OK - pulse:mic: audio now${DATA}`,
  },
  {
    name: "a rollover, once the next session has audio",
    found: [status({ gaps: 4 }), status()],
    exitCode: 0,
    line: `OK - pulse:mic: audio now${DATA}`,
  },
  {
    name: "a rollover during an outage",
    found: [status(outage(31)), status(outage(2))],
    exitCode: 2,
    line: /^CRITICAL - pulse:mic: no audio for 31 s: .*\|last_audio=31.0s;/,
  },
  {
    name: "a session beside a crashed one of the same device",
    found: [status({ state: "crashed" }), status({ session_id: "s2", pid: 2 })],
    exitCode: 2,
    line:
      /^CRITICAL - pulse:mic: CRITICAL its recorder died; .*\|'pulse:mic s last_audio'=.* 'pulse:mic s2 last_audio'=/,
  },
];

for (const { name, found, exitCode, line } of CASES) {
  Deno.test(`renderCheck: ${name}`, () => {
    const result = renderCheck(found, 30);
    assertEquals(result.exitCode, exitCode, result.line);
    if (typeof line === "string") assertEquals(result.line, line);
    else assertMatch(result.line, line);
    assert(!result.line.includes("\n"));
    assertEquals(result.line.split("|").length <= 2, true);
  });
}

Deno.test("renderCheck: a line has less than 4 KB, with the worst in it", () => {
  const device = `rtsp://${"x".repeat(300)}/`;
  const found = [
    ...Array.from({ length: 100 }, (_, at) => status({ pid: at }, { device })),
    status({ state: "crashed" }),
  ];
  const { line, exitCode } = renderCheck(found, 30);
  assertEquals(exitCode, 2);
  assert(new TextEncoder().encode(line).length < 4_096);
  assertMatch(line, /^CRITICAL - pulse:mic: CRITICAL its recorder died; /);
});

Deno.test("renderMetrics: has one sample for each session, with its labels escaped", () => {
  const found = [
    status(),
    status({ ...outage(31), pid: 2 }, { device: 'a"\\b' }),
  ];
  const text = renderMetrics(found, Date.parse(TIME), 30);
  const lines = text.split("\n");
  assertEquals(lines.slice(0, 8), [
    "# HELP echolog_recorders Number of recorders that are alive.",
    "# TYPE echolog_recorders gauge",
    "echolog_recorders 2",
    "# HELP echolog_up Whether the recorder of the session is alive.",
    "# TYPE echolog_up gauge",
    'echolog_up{session="s",device="pulse:mic",folder="/rec/s"} 1',
    'echolog_up{session="s",device="a\\"\\\\b",folder="/rec/s"} 1',
    "# HELP echolog_check_state Result of echolog status --check: 0 ok, 1 warning, 2 critical, 3 unknown.",
  ]);
  assertMatch(text, /echolog_check_state\{.*mic.*\} 0\n/);
  assertMatch(text, /echolog_check_state\{.*a.*\} 2\n/);
  assertMatch(text, /echolog_coverage_ratio\{.*\} 0.9975\n/);
  assertMatch(
    text,
    /echolog_last_audio_timestamp_seconds\{.*mic.*\} 1758535199.6\n/,
  );
  for (const line of lines) {
    assertMatch(
      line,
      /^(#|[a-z_]+(\{([a-z]+="(\\.|[^"\\])*",?)+\})? -?[\d.]+$)/,
    );
  }
});

Deno.test("renderMetrics: counts a recorder with two sessions once", () => {
  const text = renderMetrics([status(), status()], Date.parse(TIME), 30);
  assertEquals(text.split("\n")[2], "echolog_recorders 1");
});

Deno.test("renderMetrics: says that there is no recorder", () => {
  assertEquals(
    renderMetrics([], 0, 30).split("\n").at(-1),
    "echolog_recorders 0",
  );
});

Deno.test("statusTable: has a row for each session, and their logs", () => {
  const found = [
    status(),
    status(outage(31), { device: "alsa:hw:1" }),
    status({}, { silent_channel_list: [2] }),
  ];
  assertEquals(
    statusTable(found, 120),
    [
      "SESSION  STATE             ELAPSED       LAST AUDIO  GAPS  COVERAGE  DISK LEFT  DEVICE",
      "s        recording         16 min 40 s   now            1   99.75 %       5 GB  pulse:mic",
      "s        recovering        16 min 40 s   31 s ago       1   99.75 %       5 GB  alsa:hw:1",
      "s        channel 2 silent  16 min 40 s   now            1   99.75 %       5 GB  pulse:mic",
      "",
      ...found.map(({ log }) => `log: ${log}`),
    ].map((line) =>
      line.replace("ELAPSED       ", "ELAPSED      ").replace(
        "40 s   ",
        "40 s  ",
      )
    ),
  );
  const narrow = statusTable(found, 40);
  assertEquals(narrow.every((line) => line.length <= 40), true);
});
