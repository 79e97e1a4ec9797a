import { assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { TimeFormat } from "../../../src/times/shown.ts";
import { Zone } from "../../../src/times/zone.ts";
import { renderSessions } from "../../../src/cli/commands/sessions.ts";
import { renderStatus } from "../../../src/cli/commands/status/status.ts";
import { statusAsJson } from "../../../src/cli/commands/status/status_json.ts";
import { type KnownSession, listKnown } from "../../../src/sessions/catalog.ts";
import { summarize } from "../../../src/sessions/list_entry.ts";
import type { SessionState } from "../../../src/sessions/state_file.ts";
import { statusOf } from "../../../src/sessions/status.ts";
import { PLAIN } from "../../../src/terminal/style.ts";
import { faultsIn } from "../../support/json_schema.ts";
import { type TempFolder, tempFolder } from "../../support/temp.ts";

const START = Date.UTC(2025, 8, 22, 10);

function stateOf(folder: TempFolder, chunks: number): SessionState {
  const time = new Date(START).toISOString();
  return {
    ends_at: null,
    version: 1,
    session_id: "s",
    state: "recording",
    since: time,
    cause: null,
    start: time,
    folder: folder.path,
    log: join(folder.path, "session.log"),
    device: "test",
    format: "flac",
    sample_rate: 48_000,
    channels: 2,
    log_backup_count: 3,
    pid: 1,
    process_start: null,
    boot_id: null,
    machine: "m",
    run: 1,
    ffmpeg_pid: 2,
    audio_since: time,
    chunks,
    audio: 300 * chunks,
    overlap: 0,
    lost_chunks: 0,
    lost_audio: 0,
    bytes: 1_000 * chunks,
    last_audio: null,
    audio_before: null,
    silent_since: null,
    quiet_since: null,
    silent_channel_list: [],
    min_free_bytes: null,
    gaps: 0,
    gap_total: 0,
    retries: 0,
    reason: null,
    wall: null,
    coverage: null,
    updated: time,
  };
}

function known(folder: TempFolder, state: SessionState | null): KnownSession {
  return {
    session_id: "s",
    folder: folder.path,
    log: join(folder.path, "session.log"),
    start: START,
    state,
    entry: null,
    liveness: "alive",
    isForeign: false,
  };
}

function writing(folder: TempFolder, chunks: number): string | null {
  const session = known(folder, stateOf(folder, chunks));
  return statusOf(session, START, null).writing;
}

/** A state with numbers that have more decimals than JSON does. */
function exact(folder: TempFolder): SessionState {
  return {
    ...stateOf(folder, 1),
    audio: 100 / 3,
    gaps: 1,
    gap_total: 1 / 3,
    wall: 200 / 3,
    coverage: 100 / 3,
  };
}

Deno.test("statusAsJson: matches its schema, with and without a state", () => {
  using folder = tempFolder();
  const states = [null, stateOf(folder, 0), exact(folder), {
    ...exact(folder),
    state: "recovering" as const,
    cause: "device_lost",
  }];
  for (const state of states) {
    const status = statusOf(known(folder, state), START + 1_234.567, 1_000_001);
    assertEquals(faultsIn([statusAsJson(status)], "status"), []);
  }
});

Deno.test("statusOf: counts the outage in which a recorder died", async () => {
  using folder = tempFolder();
  const at = (second: number) => new Date(START + second * 1000).toISOString();
  const state = {
    ...stateOf(folder, 1),
    ...{ state: "recovering" as const, cause: "device_gone" },
    ...{ since: at(300), last_audio: at(300), updated: at(400) },
  };
  const session = { ...known(folder, state), liveness: "dead" as const };
  const status = statusOf(session, START + 5_000_000, null);
  const { gaps, gap_total, coverage, outage, wall } = status;
  assertEquals([gaps, gap_total, coverage, wall], [1, 100, 75, 400]);
  assertEquals(outage?.duration, 100);
  assertEquals((await summarize(session)).outage, outage);
});

Deno.test("statusOf: counts time in which nothing was written as missing", () => {
  using folder = tempFolder();
  const last_audio = new Date(START + 300_000).toISOString();
  const state = { ...stateOf(folder, 1), last_audio };
  const at = (second: number) =>
    statusOf(known(folder, state), START + second * 1000, null).coverage;
  // ffmpeg writes about once a second.
  assertEquals([at(301), at(303), at(400)], [100, 100, 75]);
});

Deno.test("statusOf and summarize: take audio that came twice off the coverage", async () => {
  using folder = tempFolder();
  const last_audio = new Date().toISOString();
  const twice = {
    ...stateOf(folder, 1),
    ...{ last_audio, overlap: 200, gaps: 1, gap_total: 100 },
  };
  const session = known(folder, twice);
  const now = Date.parse(last_audio);
  assertEquals(statusOf(session, now, null).coverage, 50);
  const { coverage } = await summarize(session);
  // It is asked a moment later.
  assertAlmostEquals(coverage ?? 0, 50, 2);
});

Deno.test("statusOf: counts the open chunk up to now while it is written", () => {
  using folder = tempFolder();
  const at = (second: number) => new Date(START + second * 1000).toISOString();
  const open = join(folder.path, "chunk_00002.flac.part");
  Deno.writeTextFileSync(open, "");
  Deno.utimeSync(open, START / 1000 + 301, START / 1000 + 301);
  const state = {
    ...stateOf(folder, 1),
    ...{ last_audio: at(300), gaps: 1, gap_total: 300 },
  };
  const share = (second: number) =>
    statusOf(known(folder, state), START + second * 1000, null).coverage;
  assertEquals([share(301), share(303)], [50.08, 50.25]);
  // It is no longer written: what is missing counts from its last audio.
  assertEquals(share(901), 25.06);
});

Deno.test("renderStatus: shows when audio ended, not what it was, during an outage", () => {
  using folder = tempFolder();
  const at = (second: number) => new Date(START + second * 1000).toISOString();
  const silent = {
    ...stateOf(folder, 1),
    ...{ last_audio: at(300), silent_since: at(200) },
  };
  const gone = {
    ...silent,
    ...{ state: "recovering" as const, cause: "stall", since: at(300) },
  };
  const line = (state: SessionState, second: number) =>
    renderStatus(
      statusOf(known(folder, state), START + second * 1000, null),
      Infinity,
    ).find((line) => line.startsWith("last audio:"));
  assertMatch(line(silent, 301) ?? "", /digital silence since .*10:03:20 UTC/);
  assertEquals(line(gone, 301), "last audio: 1 s ago");
});

Deno.test("renderStatus: calls no chunk of a dead recorder one that is written", () => {
  using folder = tempFolder();
  put(folder, 2);
  const session = known(folder, stateOf(folder, 1));
  const line = (liveness: "alive" | "dead") =>
    renderStatus(
      statusOf({ ...session, liveness }, START + 1000, null),
      Infinity,
    ).find((line) => line.startsWith("chunks:"));
  assertEquals(line("alive"), "chunks: 1, writing chunk_00002.flac.part");
  assertEquals(
    line("dead"),
    "chunks: 1, and chunk_00002.flac.part, which was not closed",
  );
});

Deno.test("summarize: matches its schema, whatever the state has", async () => {
  using folder = tempFolder();
  for (const state of [null, exact(folder)]) {
    const summary = await summarize(known(folder, state));
    assertEquals(faultsIn([summary], "sessions"), []);
  }
});

function put(folder: TempFolder, seq: number): void {
  const name = `chunk_${String(seq).padStart(5, "0")}.flac.part`;
  Deno.writeTextFileSync(join(folder.path, name), "");
}

Deno.test("statusOf: finds the chunk being written without listing the folder", () => {
  using folder = tempFolder();
  put(folder, 25_921);
  const { readDirSync } = Deno;
  Deno.readDirSync = (path) => {
    throw new Error(`${path} is listed`);
  };
  try {
    assertEquals(writing(folder, 25_920), "chunk_25921.flac.part");
  } finally {
    Deno.readDirSync = readDirSync;
  }
});

Deno.test("statusOf: finds the last chunk after others that could not be closed", () => {
  using folder = tempFolder();
  for (const seq of [26, 27, 28, 56]) put(folder, seq);
  assertEquals(writing(folder, 25), "chunk_00056.flac.part");
});

Deno.test("statusOf: finds the chunk being written after many skipped numbers", () => {
  using folder = tempFolder();
  put(folder, 400);
  assertEquals(writing(folder, 25), "chunk_00400.flac.part");
});

Deno.test("renderSessions: shows dashes for a session whose log cannot be read", async () => {
  using folder = tempFolder();
  for (const id of ["20250922T100000Z", "20250922T110000Z"]) {
    Deno.mkdirSync(join(folder.path, id));
    Deno.writeTextFileSync(join(folder.path, id, "session.log"), "");
  }
  const known = await listKnown({ outputDir: folder.path, stateFolder: null });
  const { openSync } = Deno;
  Deno.openSync = (path, options) => {
    if (!String(path).includes("T10")) return openSync(path, options);
    throw new Deno.errors.PermissionDenied(`Permission denied: ${path}`);
  };
  try {
    const summaries = await Promise.all(known.map(summarize));
    const [, ...rows] = renderSessions(summaries, Infinity, PLAIN).split("\n");
    assertMatch(rows[0] ?? "", /^20250922T110000Z .* 0 +0 +– +– +unknown$/);
    assertMatch(rows[1] ?? "", /^20250922T100000Z .* –( +–){5} +unknown$/);
  } finally {
    Deno.openSync = openSync;
  }
});

const LISTED = {
  session_id: "20250922T100000Z",
  folder: "/r/20250922T100000Z",
  log: "/r/20250922T100000Z/session.log",
  device: "pulse:alsa_input.usb-Focusrite_Scarlett_2i2-00.analog-stereo",
  audio: 93_784,
  lost_audio: 0,
  bytes: 11_200_000_000,
  state: "ended",
  start: "2025-09-22T10:00:00.000Z",
  end: "2025-09-23T12:03:04.000Z",
  wall: 93_784,
  chunks: 12_345,
  gaps: 123,
  outage: null,
  coverage: 99.98,
  deleted_until: null,
  kept: true,
  reason: "stop_command",
} as const;

Deno.test("renderSessions: is complete at 80 columns, in two lines a session", () => {
  const lines = renderSessions([LISTED], 80, PLAIN).split("\n");
  assertEquals(lines.filter((line) => line.length > 80), []);
  const [titles, row, ...more] = lines;
  assertEquals(titles?.split(/ {2,}/), [
    ...["SESSION", "START (UTC)", "END", "SIZE", "CHUNKS", "GAPS"],
  ]);
  assertEquals(row?.split(/ {2,}/), [
    ...["20250922T100000Z", "2025-09-22 10:00:00", "09-23 12:03:04"],
    ...["11.2 GB", "12345", "123"],
  ]);
  assertEquals(more, [
    `  ${LISTED.device}, stop command,`,
    "  kept",
  ]);
});

Deno.test("renderSessions: is one line a session where there is room, in local time", () => {
  const times = new TimeFormat(Zone.named("Europe/Berlin") ?? Zone.utc);
  const day = { ...LISTED, end: "2025-09-22T11:00:00.000Z", wall: 3_600 };
  const [titles, row] = renderSessions([day], Infinity, PLAIN, times)
    .split("\n");
  assertEquals(titles?.split(/ {2,}/), [
    ...["SESSION", "START (Europe/Berlin)", "END", "DURATION", "SIZE"],
    ...["CHUNKS", "GAPS", "COVERAGE", "DEVICE", "ENDED"],
  ]);
  assertEquals(row?.split(/ {2,}/), [
    ...["20250922T100000Z", "2025-09-22 12:00:00", "13:00:00", "1 h"],
    ...["11.2 GB", "12345", "123", "99.98 %", LISTED.device],
    "stop command, kept",
  ]);
});
