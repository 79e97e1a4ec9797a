import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { SessionEvent } from "../../src/events.ts";
import { readState, STATE_FILE } from "../../src/session/state.ts";
import { replaceFile, SessionStore } from "../../src/session/store.ts";
import { tempFolder } from "../support/temp.ts";

const START = Date.UTC(2025, 8, 22, 10);

const SESSION_START: SessionEvent = {
  event: "session_start",
  time: START,
  session_id: "s",
  start: START,
  device: "rtsp://user:secret@host/x",
  sample_rate: 48_000,
  channels: 2,
  codec: "flac",
  format: "flac",
  segment_duration: 300,
  output_dir: "/rec/s",
  config: null,
  overrides: "",
  log_level: "info",
  log_rotation: "size",
  log_max_bytes: 1,
  log_backup_count: 1,
  echolog: "0",
  ffmpeg: null,
  os: "linux",
  pid: 7,
};

function store(folder: string, onTrouble: (error: unknown) => void) {
  return new SessionStore({
    folder,
    log: join(folder, "session.log"),
    redact: (text) => text.replace("secret", "***"),
    onTrouble,
  });
}

function unexpected(error: unknown): void {
  throw error;
}

Deno.test("the state follows the session from its start to its end", () => {
  using folder = tempFolder();
  const sink = store(folder.path, unexpected);
  const states: (string | undefined)[] = [];
  const emit = (event: SessionEvent) => {
    sink.emit(event);
    states.push(readState(folder.path)?.state);
  };
  emit(SESSION_START);
  emit({
    event: "ffmpeg_started",
    time: START + 100,
    run: 1,
    pid: 8,
    latency: 0.1,
  });
  assertEquals(readState(folder.path)?.ffmpeg_pid, 8);
  emit({
    event: "chunk_created",
    time: START + 5_100,
    file: "chunk_00001.flac",
    seq: 1,
    run: 1,
    start: START + 100,
    end: START + 5_100,
    duration: 5,
    size: 10,
    peak_dbfs: null,
  });
  emit({
    event: "ffmpeg_stopped",
    time: START + 5_200,
    run: 1,
    exit_code: 0,
    signal: null,
    stopped_by: "q",
  });
  emit({
    event: "session_stop",
    time: START + 5_300,
    reason: "interrupted",
    exit_code: 0,
    chunks: 1,
    audio: 5,
    wall: 5.3,
    coverage: 94.34,
    gaps: 0,
    gap_total: 0,
    retries: 0,
    warnings: 0,
    errors: 0,
    log_lines_dropped: 0,
  });
  assertEquals(states, [
    "starting",
    "recording",
    "recording",
    "recording",
    "ended",
  ]);
  const state = readState(folder.path);
  assertEquals(state?.chunks, 1);
  assertEquals(state?.audio, 5);
  assertEquals(state?.last_audio, "2025-09-22T10:00:05.100Z");
  assertEquals(state?.reason, "interrupted");
  assertEquals(state?.ffmpeg_pid, null);
});

Deno.test("secrets of the device are not in the state", () => {
  using folder = tempFolder();
  store(folder.path, unexpected).emit(SESSION_START);
  const text = Deno.readTextFileSync(join(folder.path, STATE_FILE));
  assert(!text.includes("secret"));
  assertEquals(readState(folder.path)?.device, "rtsp://user:***@host/x");
});

Deno.test("a state that cannot be written is told once, and never thrown", () => {
  using folder = tempFolder();
  const troubles: unknown[] = [];
  const sink = store(
    join(folder.path, "gone"),
    (error) => troubles.push(error),
  );
  sink.emit(SESSION_START);
  sink.emit(SESSION_START);
  assertEquals(troubles.length, 1);
});

Deno.test("a state that is absent, torn, foreign or of another version reads as none", () => {
  using folder = tempFolder();
  assertEquals(readState(folder.path), null);
  for (const text of ["", '{"version":1', "[]", "null", '{"version":99}']) {
    Deno.writeTextFileSync(join(folder.path, STATE_FILE), text);
    assertEquals(readState(folder.path), null, text);
  }
});

Deno.test("a file is replaced as a whole or not at all", () => {
  using folder = tempFolder();
  const path = join(folder.path, "file");
  replaceFile(path, "one");
  replaceFile(path, "two");
  assertEquals(Deno.readTextFileSync(path), "two");
  assertEquals([...Deno.readDirSync(folder.path)].length, 1);
});
