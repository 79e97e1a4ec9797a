import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { SessionEvent } from "../../../src/events.ts";
import { readState, STATE_FILE } from "../../../src/sessions/state_file.ts";
import { StateWriter } from "../../../src/sessions/state_writer.ts";
import { event, START } from "../../support/events.ts";
import { tempFolder } from "../../support/temp.ts";
import { withTotals } from "../../support/totals.ts";

const SESSION_START = event("session_start", {
  device: "rtsp://user:secret@host/x",
});

function store(folder: string, onError: (error: unknown) => void) {
  return withTotals((totals) =>
    new StateWriter({
      folder,
      log: join(folder, "session.log"),
      totals,
      redact: (text) => text.replace("secret", "***"),
      onError,
    })
  );
}

function unexpected(error: unknown): void {
  throw error;
}

Deno.test("StateWriter: updates the state from the start of the session to its end", () => {
  using folder = tempFolder();
  const sink = store(folder.path, unexpected);
  const states: (string | undefined)[] = [];
  const emit = (event: SessionEvent) => {
    sink.emit(event);
    states.push(readState(folder.path)?.state);
  };
  emit(SESSION_START);
  emit(event("ffmpeg_started", { time: START + 100, pid: 8 }));
  assertEquals(readState(folder.path)?.ffmpeg_pid, 8);
  emit(event("chunk_created", {
    time: START + 5_100,
    start: START + 100,
    end: START + 5_100,
    duration: 5,
  }));
  emit(event("ffmpeg_stopped", { time: START + 5_200, stopped_by: "q" }));
  emit(event("session_stop", { time: START + 5_300, wall: 5.3 }));
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

Deno.test("StateWriter: masks secrets of the device", () => {
  using folder = tempFolder();
  store(folder.path, unexpected).emit(SESSION_START);
  const text = Deno.readTextFileSync(join(folder.path, STATE_FILE));
  assert(!text.includes("secret"));
  assertEquals(readState(folder.path)?.device, "rtsp://user:***@host/x");
});

Deno.test("StateWriter: reports a failed write once and never throws", () => {
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

Deno.test("StateWriter: an outage counts from the end of the audio until its gap is logged", () => {
  using folder = tempFolder();
  const { sink, emit } = store(folder.path, unexpected);
  const stateOf = () => {
    const state = readState(folder.path);
    return [state?.state, state?.since, state?.cause];
  };
  const iso = (time: number) => new Date(time).toISOString();
  emit(SESSION_START);
  emit(event("ffmpeg_started", { time: START + 100 }));
  const [since, time] = [START + 5_000, START + 20_000];
  const outage = { since, cause: "stall" } as const;
  sink.observe({ kind: "outage", time, outage });
  assertEquals(stateOf(), ["recovering", iso(since), "stall"]);
  emit(event("recovery", { time, cause: "stall" }));
  // What delays its return is not its cause.
  emit(event("recovery", { time, cause: "device_missing" }));
  emit(event("ffmpeg_started", { time: START + 24_000, run: 3 }));
  assertEquals(stateOf(), ["recovering", iso(since), "stall"]);
  sink.observe({ kind: "outage", time: START + 25_000, outage: null });
  assertEquals(stateOf(), ["recording", iso(START + 25_000), null]);
});

Deno.test("StateWriter: shows digital silence until it ends", () => {
  using folder = tempFolder();
  const { sink, emit } = store(folder.path, unexpected);
  emit(SESSION_START);
  const time = START + 20_000;
  sink.observe({ kind: "silence", what: "zero", time, since: START + 10_000 });
  assertEquals(
    readState(folder.path)?.silent_since,
    "2025-09-22T10:00:10.000Z",
  );
  sink.observe({ kind: "silence", what: "zero", time: time + 1, since: null });
  assertEquals(readState(folder.path)?.silent_since, null);
});

Deno.test("StateWriter: shows sound below the level, silent channels and the limit of the disk", () => {
  using folder = tempFolder();
  const { sink, emit } = store(folder.path, unexpected);
  emit(SESSION_START);
  const time = START + 20_000;
  const silence = { kind: "silence", time, since: START } as const;
  sink.observe({ ...silence, what: "level" });
  sink.observe({ ...silence, what: "channels", channels: [2, 3] });
  emit(event("warning", { code: "disk_low", details: { min_free: 1_000 } }));
  const shown = () => {
    const state = readState(folder.path);
    return [
      ...[state?.quiet_since, state?.silent_since, state?.min_free_bytes],
      ...state?.silent_channel_list ?? [],
    ];
  };
  assertEquals(shown(), ["2025-09-22T10:00:00.000Z", null, 1_000, 2, 3]);
  sink.observe({ ...silence, what: "level", since: null });
  sink.observe({ ...silence, what: "channels", channels: [], since: null });
  assertEquals(shown(), [null, null, 1_000]);
});

Deno.test("readState: returns null for a state that is absent, torn, foreign or of another version", () => {
  using folder = tempFolder();
  assertEquals(readState(folder.path), null);
  for (const text of ["", '{"version":1', "[]", "null", '{"version":99}']) {
    Deno.writeTextFileSync(join(folder.path, STATE_FILE), text);
    assertEquals(readState(folder.path), null, text);
  }
});
