/**
 * How long the commands that read take on a large session, 10,000 chunks and a
 * log of four parts of 5 MB, against `--version`; and whether `verify` keeps
 * all cores busy.
 *
 * Needs ffmpeg. Takes two minutes and some 100 MB below the temporary folder.
 * Run: `scripts/bench commands [--rounds N]`; ends with 1 when a limit is missed.
 *
 * @module
 */

import { join } from "@std/path";
import { readNumbers } from "./options.ts";
import type { SessionEvent } from "../../src/events.ts";
import { openSessionLog } from "../../src/log/write/session_log.ts";
import { registerSession } from "../../src/sessions/registry.ts";
import { StateWriter } from "../../src/sessions/state_writer.ts";
import { SessionTotals } from "../../src/sessions/totals.ts";
import { echologCommand } from "../../tests/support/echolog.ts";
import { tempFolder } from "../../tests/support/temp.ts";

const CHUNKS = 10_000;
const PART_BYTES = 5_242_880;
/** What a command may take: three times `--version`, and this. */
const ALLOWANCE_MS = 300;
/** Chunks that are really decoded. */
const DECODED = 400;

const { rounds } = readNumbers("commands", Deno.args, {
  rounds: { defaultValue: 7, least: 1 },
});

interface Timed {
  readonly ms: number;
  /** Processor time of the command and of all it started, in seconds. */
  readonly cpu: number;
}

/** Runs echolog once; `time` of the shell tells the processor time of its children, too. */
async function run(
  home: string,
  args: readonly string[],
  expected = 0,
): Promise<Timed> {
  const words = [...echologCommand(), ...args].map((word) => `'${word}'`);
  const startedAt = performance.now();
  const { stderr, code } = await new Deno.Command("bash", {
    args: ["-c", `TIMEFORMAT='cpu %U %S'; time ${words.join(" ")}`],
    env: { HOME: home, NO_COLOR: "1", LC_ALL: "C" },
    stdin: "null",
  }).output();
  const ms = performance.now() - startedAt;
  const said = new TextDecoder().decode(stderr);
  const [, user = "0", system = "0"] = /cpu ([\d.]+) ([\d.]+)\s*$/.exec(said) ??
    [];
  if (code !== expected) throw new Error(`${args.join(" ")} failed: ${said}`);
  return { ms, cpu: Number(user) + Number(system) };
}

async function median(home: string, args: readonly string[]) {
  const times: Timed[] = [];
  for (let round = 0; round < rounds; round++) {
    times.push(await run(home, args));
  }
  times.sort((one, other) => one.ms - other.ms);
  const middle = times[Math.floor(times.length / 2)];
  if (middle === undefined) throw new Error("no round");
  return middle;
}

function* events(start: number): Generator<SessionEvent> {
  yield {
    event: "session_start",
    time: start,
    session_id: "large",
    start,
    device: "pulse:default",
    sample_rate: 48_000,
    channels: 2,
    codec: "flac",
    format: "flac",
    segment_duration: 300,
    output_dir: "/home/ann/recordings",
    config: null,
    overrides: "",
    log_level: "debug",
    log_rotation: "size",
    log_max_bytes: PART_BYTES,
    log_backup_count: 3,
    echolog: "0",
    ffmpeg: "5.1",
    os: "linux-x86_64",
    pid: Deno.pid,
  };
  let time = start;
  let run = 1;
  for (let seq = 1; seq <= CHUNKS; seq++) {
    const end = time + 300_000;
    // Every tenth chunk ends with a lost device.
    if (seq % 10 === 0) {
      const line = "loop.monitor: Generic error in an external library";
      yield stderrLine(end, run, "error", line);
      const cause = "device_gone";
      yield {
        event: "recovery",
        time: end,
        attempt: 1,
        delay: 0,
        cause,
        exit_code: 0,
        signal: null,
      };
      run++;
      yield { event: "ffmpeg_started", time: end, run, pid: 1, latency: 0.1 };
      yield {
        event: "gap",
        time: end,
        start: end,
        end: end + 80,
        duration: 0.08,
        cause,
      };
    }
    for (let line = 0; line < 13; line++) {
      yield stderrLine(end, run, "debug", `chatter ${line} of a long night`);
    }
    yield {
      event: "chunk_created",
      time: end,
      file: `chunk_${String(seq).padStart(5, "0")}.flac`,
      seq,
      run,
      start: time,
      end,
      duration: 300,
      size: 20_000_000,
      peak_dbfs: -18,
    };
    time = end;
  }
}

function stderrLine(
  time: number,
  run: number,
  severity: "debug" | "error",
  line: string,
): SessionEvent {
  return { event: "ffmpeg_stderr", time, run, severity, context: null, line };
}

/** A large session that is being recorded, by its files. */
async function makeSession(home: string): Promise<AsyncDisposable> {
  const folder = join(home, "recordings", "large");
  Deno.mkdirSync(folder, { recursive: true });
  const path = join(folder, "session.log");
  const start = Date.now() - CHUNKS * 300_000;
  using log = openSessionLog({
    path,
    sessionId: "large",
    start,
    level: "debug",
    maxBytes: PART_BYTES,
    backupCount: 3,
  });
  let last = 0;
  const totals = new SessionTotals();
  const store = new StateWriter({
    folder,
    log: path,
    totals,
    redact: (text) => text,
    onError(error) {
      throw error;
    },
  });
  for (const event of events(start)) {
    log.emit(event);
    totals.record(event);
    if (event.event === "session_start") store.emit(event);
    if (event.event !== "chunk_created") continue;
    Deno.writeTextFileSync(join(folder, event.file), "");
    last = event.seq;
    if (last > CHUNKS - 3) store.emit(event);
  }
  Deno.writeTextFileSync(join(folder, "chunk_10001.flac.part"), "x");
  const state = join(home, ".local", "state", "echolog");
  const registration = await registerSession(state, {
    session_id: "large",
    folder,
    log: path,
    device: "0",
  });
  return {
    [Symbol.asyncDispose]: async () => {
      await registration[Symbol.asyncDispose]();
    },
  };
}

/** A short session copied over and over: chunks that really decode. */
async function makeDecodable(home: string): Promise<string> {
  await run(home, [
    ...["record", "--device", "test", "--duration", "31s"],
    ...["--segment-duration", "30s", "--session-id", "real"],
  ]);
  const folder = join(home, "recordings", "real");
  const first = join(folder, "chunk_00001.flac");
  for (let seq = 100; seq < 100 + DECODED; seq++) {
    Deno.copyFileSync(first, join(folder, `chunk_00${seq}.flac`));
  }
  return folder;
}

using home = tempFolder();
await using _session = await makeSession(home.path);
const parts = [...Deno.readDirSync(join(home.path, "recordings", "large"))]
  .filter(({ name }) => name.startsWith("session.log"))
  .map(({ name }) =>
    Deno.statSync(join(home.path, "recordings", "large", name)).size
  );
console.log(
  `${CHUNKS} chunks, log of ${parts.length} parts, ${
    (parts.reduce((sum, size) => sum + size, 0) / 1e6).toFixed(1)
  } MB; median of ${rounds}; Deno ${Deno.version.deno}`,
);
const version = await median(home.path, ["--version"]);
const limit = 3 * version.ms + ALLOWANCE_MS;
let isMissed = false;
const row = (name: string, ms: number, ratio: string) =>
  console.log(`${name.padEnd(22)} ${ms.toFixed(0).padStart(6)} ms  ${ratio}`);
row("--version", version.ms, "");
for (
  const args of [
    ["status"],
    ["sessions"],
    ["explain", "large"],
    ["logs", "large"],
    ["logs", "large", "--level", "warning"],
  ]
) {
  const { ms } = await median(home.path, args);
  const isKept = ms <= limit;
  isMissed ||= !isKept;
  row(
    args.join(" "),
    ms,
    `${
      (ms / limit).toFixed(2)
    } of the limit, 3 × --version + ${ALLOWANCE_MS} ms: ${
      isKept ? "kept" : "MISSED"
    }`,
  );
}
const folder = await makeDecodable(home.path);
const cores = navigator.hardwareConcurrency;
// The copies are in no line of the log, and so are wrong: exit code 1.
const timed = await run(home.path, ["verify", folder, "--json"], 1);
const busy = timed.cpu / (timed.ms / 1000) / cores;
console.log(
  `verify of ${DECODED} chunks of 30 s: ${(timed.ms / 1000).toFixed(1)} s, ${
    (100 * busy).toFixed(0)
  } % of ${cores} cores`,
);
if (isMissed) Deno.exitCode = 1;
