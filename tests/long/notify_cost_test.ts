// Recordings of one sound server at the same time: one without notify.command,
// and one with each command that works or misbehaves. They must not differ.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { costOf } from "../../scripts/benchmarks/process_cost.ts";
import type { SessionEvent } from "../../src/events.ts";
import {
  assertSound,
  ffmpegPid,
  IMPATIENT,
  type Recording,
  startRecording,
} from "../faults/support.ts";
import type { SessionOnDisk } from "../support/echolog.ts";
import {
  COMMANDS,
  configured,
  countRuns,
  leftovers,
  type NotifyCommand,
} from "../support/notify_commands.ts";
import { numbersIn } from "../support/rollover.ts";
import { decodeFiles, RATE, SoundServer } from "../support/sound_server.ts";
import { type TempFolder, tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";

/** How long a command may take, in seconds. */
const TIMEOUT = 4;
const SETTINGS = `after = "1s"
timeout = "${TIMEOUT}s"
heartbeat = "10s"
${IMPATIENT}`;
/** Numbers between two players. */
const FAR = 100_000_000;
/** How long the sound server is away. */
const OUTAGE_MS = 3_000;
/** Seconds that the last notifications may take. */
const LAST = 5;
/** Processor time that notifications may take of the recorder, in seconds. */
const MAX_CPU = 1.5;
/** Bytes that lines about notifications may add to a log. */
const MAX_LOG = 4_096;

const NOTHING: NotifyCommand = { name: "none", script: "", why: null };
const MISSING: NotifyCommand = {
  ...{ name: "is missing", script: "", why: /Cannot run it: .* is missing/ },
};

/** A recording and its command. */
interface Contender {
  readonly command: NotifyCommand;
  readonly home: TempFolder;
  readonly recording: Recording;
}

/** What was measured. */
interface Measured {
  readonly command: NotifyCommand;
  /** Seconds of samples within runs of ffmpeg that are neither there nor in a gap. */
  readonly unnamed: number;
  /** Seconds by which the gap of a killed ffmpeg differs from its missing samples. */
  readonly gapError: number;
  /** Seconds of audio. */
  readonly audio: number;
  readonly logBytes: number;
  /** What is in the log, without notifications. */
  readonly kinds: readonly string[];
  readonly failures: readonly string[];
  /** Processor time of the recorder, in seconds. */
  readonly cpu: number;
  /** Seconds from SIGTERM to its end. */
  readonly stop: number;
  readonly runs: number;
  readonly left: readonly string[];
}

async function start(
  server: SoundServer,
  command: NotifyCommand,
): Promise<Contender> {
  const home = tempFolder();
  const config = configured(home, command.script, SETTINGS);
  const text = Deno.readTextFileSync(config.ECHOLOG_CONFIG ?? "");
  const lines = { none: "", [MISSING.name]: `command = ["/none/tell"]` };
  const line = lines[command.name];
  if (line !== undefined) {
    const changed = text.replace(/^command = .*$/m, line);
    Deno.writeTextFileSync(config.ECHOLOG_CONFIG ?? "", changed);
  }
  const recording = await startRecording(
    home.path,
    ["--device", "pulse:loop.monitor"],
    { ...server.clientEnv, ...config },
  );
  return { command, home, recording };
}

/** What an event of a log is about, or `null` where it is about notifications. */
function kindOf(event: SessionEvent): string | null {
  switch (event.event) {
    case "gap":
    case "recovery":
      return `${event.event} ${event.cause}`;
    case "warning":
    case "error":
      return event.code === "notify_failed"
        ? null
        : `${event.event} ${event.code}`;
    case "ffmpeg_stopped":
      return `${event.event} ${event.stopped_by}`;
    case "session_stop":
      return `${event.event} ${event.reason} ${event.exit_code}`;
    default:
      return event.event;
  }
}

/** The numbers of each run of ffmpeg, without silence. */
async function runsOf(session: SessionOnDisk): Promise<number[][]> {
  const chunks = session.eventsOf("chunk_created");
  const runs = [...new Set(chunks.map(({ run }) => run))];
  const numbers: number[][] = [];
  for (const run of runs) {
    const files = chunks.filter((chunk) => chunk.run === run)
      .map(({ file }) => join(session.folder, file));
    numbers.push(numbersIn(await decodeFiles(files)).filter((n) => n !== 0));
  }
  return numbers;
}

/** Seconds of samples that are missing in runs and between them; one player's alone. */
function missingIn(runs: readonly number[][]) {
  let inside = 0;
  let between = 0;
  for (const [index, run] of runs.entries()) {
    for (let at = 1; at < run.length; at++) {
      const step = (run[at] ?? 0) - (run[at - 1] ?? 0) - 1;
      assert(step >= 0, `${run[at]} follows ${run[at - 1]}`);
      if (step < FAR / 2) inside += step;
    }
    const before = runs[index - 1]?.at(-1);
    const step = (run[0] ?? 0) - (before ?? Infinity) - 1;
    if (step > 0 && step < FAR / 2) between += step;
  }
  return { inside: inside / RATE, between: between / RATE };
}

/** Stops a recording; returns how long that took, in seconds, and what is left. */
async function stopped({ command, home, recording: { running } }: Contender) {
  const began = performance.now();
  running.signal("SIGTERM");
  const { code, stderr } = await running.finished;
  const stop = (performance.now() - began) / 1000;
  const left = leftovers(home);
  assertEquals([code, stderr], [0, ""], command.name);
  return { stop, left };
}

/** Measures a recording that was stopped. */
async function measure(
  { command, home, recording: { session } }: Contender,
  costs: Pick<Measured, "cpu" | "stop" | "left">,
): Promise<Measured> {
  const end = await assertSound(session, "terminated");
  const missing = missingIn(await runsOf(session));
  const lengthOf = (cause: string) =>
    session.eventsOf("gap").filter((gap) => gap.cause === cause)
      .reduce((sum, { duration }) => sum + duration, 0);
  const kinds = session.events().map(kindOf).filter((kind) => kind !== null);
  return {
    ...{ command, ...costs, runs: countRuns(home) },
    unnamed: missing.inside - lengthOf("audio_lost"),
    gapError: missing.between - lengthOf("ffmpeg_killed"),
    audio: end.audio,
    logBytes: session.logText().length,
    kinds: [...new Set(kinds)].sort(),
    failures: session.eventsOf("warning")
      .filter(({ code }) => code === "notify_failed")
      .map(({ message }) => message ?? ""),
  };
}

/** Waits until every log has something. */
async function inEach(
  all: readonly Contender[],
  what: string,
  isThere: (session: SessionOnDisk) => boolean,
): Promise<void> {
  await Promise.all(
    all.map(({ recording: { session }, command }) =>
      waitFor(what, () => isThere(session) || null, {
        limit: 60_000,
        context: () => `${command.name}:\n${session.logText()}`,
      })
    ),
  );
}

/** Waits until every recording has a chunk that began after now. */
async function continued(all: readonly Contender[]): Promise<void> {
  const now = Date.now();
  await inEach(
    all,
    "a new chunk",
    (session) => (session.eventsOf("chunk_created").at(-1)?.start ?? 0) > now,
  );
}

/** Lets things happen that are notified of: two killed ffmpegs, two outages, and dead air. */
async function disturb(
  server: SoundServer,
  all: readonly Contender[],
): Promise<void> {
  for (const round of [1, 2]) {
    for (const { recording: { session } } of all) {
      Deno.kill(ffmpegPid(session), "SIGKILL");
    }
    await continued(all);
    await server.pullThePlug();
    const end = Date.now() + OUTAGE_MS;
    await inEach(all, "an outage of some seconds", () => Date.now() > end);
    await server.plugIn();
    // A sink without a player is digital zero.
    if (round === 2) {
      await inEach(
        all,
        "digital silence",
        (session) => session.logText().includes("code=digital_silence "),
      );
    }
    server.playNumbers(200, round * FAR);
    await server.waitForSound();
    await continued(all);
  }
}

/** Records without a command, and with each of some. */
async function compare(commands: readonly NotifyCommand[]): Promise<void> {
  await using server = await SoundServer.start();
  server.playNumbers(200, 1);
  await server.waitForSound();
  await using stack = new AsyncDisposableStack();
  const all: Contender[] = [];
  for (const command of [NOTHING, ...commands]) {
    const contender = await start(server, command);
    stack.defer(() => contender.home[Symbol.dispose]());
    stack.use(contender.recording);
    all.push(contender);
  }
  const costs = await Promise.all(
    all.map(({ recording }) => costOf(recording.running.pid)),
  );
  await disturb(server, all);
  const cpus = await Promise.all(
    all.map(async ({ recording }, index) =>
      (await costOf(recording.running.pid)).cpu - (costs[index]?.cpu ?? 0)
    ),
  );
  const ends: Awaited<ReturnType<typeof stopped>>[] = [];
  for (const contender of all) ends.push(await stopped(contender));
  const measured: Measured[] = [];
  for (const [index, contender] of all.entries()) {
    const [end, cpu] = [ends[index], cpus[index]];
    assert(end !== undefined && cpu !== undefined);
    measured.push(await measure(contender, { ...end, cpu }));
  }
  console.log(
    "command            runs  audio s  unnamed ms  gap ms  log B  cpu s  stop s  left",
  );
  for (const one of measured) console.log(rowOf(one));
  const [reference, ...others] = measured;
  assert(reference !== undefined);
  for (const one of [reference, ...others]) assertWhole(one);
  for (const one of others) assertAlike(one, reference);
}

function rowOf(one: Measured): string {
  return [
    one.command.name.padEnd(18),
    String(one.runs).padStart(4),
    one.audio.toFixed(2).padStart(8),
    (1000 * one.unnamed).toFixed(0).padStart(11),
    (1000 * one.gapError).toFixed(0).padStart(7),
    String(one.logBytes).padStart(6),
    one.cpu.toFixed(2).padStart(6),
    one.stop.toFixed(2).padStart(7),
    String(one.left.length).padStart(5),
  ].join(" ");
}

function assertWhole({ command: { name }, unnamed, gapError, left }: Measured) {
  // What a player takes to start may be a gap, and has no numbers.
  assert(unnamed < 0.05, `${name}: ${unnamed} s are missing, and in no gap`);
  assert(Math.abs(gapError) < 0.2, `${name}: the gap is ${gapError} s wrong`);
  assertEquals(left, [], name);
}

function assertAlike(one: Measured, reference: Measured): void {
  const { name, why } = one.command;
  assertEquals(one.kinds, reference.kinds, name);
  assert(one.logBytes < reference.logBytes + MAX_LOG, name);
  assert(one.cpu < reference.cpu + MAX_CPU, `${name}: ${one.cpu} s`);
  assert(one.stop < reference.stop + LAST + 1, `${name}: ${one.stop} s`);
  if (why === null) assertEquals(one.failures, [], name);
  else assertMatch(one.failures[0] ?? "", why, name);
}

Deno.test("notify.command: recordings with commands that misbehave are as one without", async () => {
  const floods = COMMANDS.filter(({ name }) => name.startsWith("floods"));
  // One that floods takes a whole processor.
  await compare([
    ...COMMANDS.filter((command) => !floods.includes(command)),
    MISSING,
  ]);
  await compare(floods);
});
