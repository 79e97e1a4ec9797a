/**
 * What echolog costs beside the ffmpeg that it runs: several recordings of the
 * same sound server at the same time, with default settings but for the level
 * of the log, and the same ffmpeg command without echolog. The kernel's own
 * accounting tells processor time, memory, bytes written and wake-ups.
 *
 * Two of the recordings have a chatty ffmpeg, which says a hundred lines a
 * second.
 *
 * Needs Linux, PulseAudio and ffmpeg.
 * Run: `scripts/bench overhead [--minutes N]`, ten by default; 120 are what
 * the limits are meant for. Ends with 1 when a limit is missed.
 *
 * @module
 */

import { join } from "@std/path";
import { readState } from "../../src/sessions/state_file.ts";
import { fakeFfmpeg } from "../../tests/faults/support.ts";
import {
  onlySession,
  type RunningEcholog,
  type SessionOnDisk,
  startEcholog,
} from "../../tests/support/echolog.ts";
import { SoundServer } from "../../tests/support/sound_server.ts";
import { waitFor } from "../../tests/support/wait.ts";
import { tempFolder } from "../../tests/support/temp.ts";
import { endedOnInterrupt } from "./interrupt.ts";
import { readNumbers } from "./options.ts";
import { costOf, type ProcessCost } from "./process_cost.ts";
import { median } from "./statistics.ts";

const { minutes } = readNumbers("overhead", Deno.args, {
  minutes: { defaultValue: 10, least: 2, mayBeBroken: true },
});

/** Writes a hundred lines a second to ffmpeg's stderr for as long as it runs. */
const CHATTER = `
(
  exec 3<> <(:) 1>&2 </dev/null
  while kill -0 $$ 2>/dev/null; do
    for n in 0 1 2 3 4 5 6 7 8 9; do
      echo "[pulse @ 0x55d0] [warning] Queue input is $RANDOM backward in time"
    done
    read -rt 0.1 -u 3
  done
) &
exec "$FFMPEG" "$@"
`;

/** A recording whose cost is being watched. */
class Watched implements AsyncDisposable {
  readonly name: string;
  readonly running: RunningEcholog;
  readonly session: SessionOnDisk;
  readonly ffmpeg: number;
  readonly own: ProcessCost[] = [];
  readonly child: ProcessCost[] = [];

  private constructor(
    name: string,
    running: RunningEcholog,
    session: SessionOnDisk,
    ffmpeg: number,
  ) {
    this.name = name;
    this.running = running;
    this.session = session;
    this.ffmpeg = ffmpeg;
  }

  /** Starts a recording in a home of its own, so that none has the device alone. */
  static async start(
    name: string,
    level: string,
    program: string | null,
  ): Promise<Watched> {
    const folder = join(home.path, name.replace(" ", "-"));
    Deno.mkdirSync(folder);
    const running = startEcholog([
      ...["record", "--device", "pulse:loop.monitor", "--log-level", level],
      ...(program === null ? [] : ["--ffmpeg", program]),
    ], { home: folder, env: server.clientEnv });
    const session = await onlySession(join(folder, "recordings"));
    const pid = await waitFor(
      "ffmpeg",
      () => readState(session.folder)?.ffmpeg_pid ?? null,
    );
    return endedOnInterrupt(new Watched(name, running, session, pid));
  }

  /** Asks it to stop: a recorder that is killed leaves its ffmpeg. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.running.signal("SIGINT");
    await this.running.finished;
  }

  async look(): Promise<void> {
    this.own.push(await costOf(this.running.pid));
    this.child.push(await costOf(this.ffmpeg));
  }
}

async function pause(seconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

/** Runs the command of a session without echolog, in another folder. */
function ffmpegAlone(session: SessionOnDisk): Deno.ChildProcess {
  const folder = join(home.path, "alone");
  Deno.mkdirSync(folder);
  const [event] = session.eventsOf("ffmpeg_command");
  return new Deno.Command("bash", {
    args: ["-c", `exec ${event?.command ?? ""}`],
    cwd: folder,
    env: { ...server.env, AV_LOG_FORCE_NOCOLOR: "1" },
    // An end of input is no q.
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
}

let isMissed = false;

function judge(what: string, value: string, isKept: boolean, limit: string) {
  isMissed ||= !isKept;
  console.log(
    `${what.padEnd(46)} ${value.padStart(10)}  limit ${limit}: ${
      isKept ? "kept" : "MISSED"
    }`,
  );
}

using home = endedOnInterrupt(tempFolder());
await using server = endedOnInterrupt(await SoundServer.start());
server.playTone(440);
await server.waitForSound();
const chatty = await fakeFfmpeg(home.path, CHATTER);
Deno.writeTextFileSync(
  chatty,
  Deno.readTextFileSync(chatty).replace("#!/bin/sh", "#!/bin/bash"),
);

const startedAt = performance.now();
const info = await Watched.start("info", "info", null);
const error = await Watched.start("error", "error", null);
const debug = await Watched.start("debug", "debug", null);
const chattyDebug = await Watched.start("chatty debug", "debug", chatty);
const chattyError = await Watched.start("chatty error", "error", chatty);
const all = [info, error, debug, chattyDebug, chattyError];
const alone = ffmpegAlone(info.session);
const lone: ProcessCost[] = [];
const rounds = Math.max(4, Math.floor(minutes));
for (let round = 1; round <= rounds; round++) {
  const due = startedAt + minutes * 60_000 * round / rounds;
  await pause(Math.max(0, due - performance.now()) / 1000);
  for (const watched of all) await watched.look();
  lone.push(await costOf(alone.pid));
}
const seconds = (performance.now() - startedAt) / 1000;
const logBytes = new Map(all.map((watched) => [
  watched,
  watched.session.files("").filter((name) => name.startsWith("session.log"))
    .reduce(
      (sum, name) =>
        sum + Deno.statSync(join(watched.session.folder, name)).size,
      0,
    ),
]));
for (const { running } of all) {
  running.signal("SIGINT");
  const { code, stderr } = await running.finished;
  if (code !== 0) console.log(`a recording ended with ${code}: ${stderr}`);
}
alone.kill("SIGINT");
await alone.status;

/** Processor time of echolog and its helpers, in per cent of one core. */
function percent(costs: readonly ProcessCost[]): number {
  const last = costs.at(-1);
  return last === undefined ? NaN : 100 * (last.cpu + last.childCpu) / seconds;
}

/** A rate between the first look and the last. */
function rate(
  costs: readonly ProcessCost[],
  of: (cost: ProcessCost) => number,
): number {
  const [first] = costs;
  const last = costs.at(-1);
  if (first === undefined || last === undefined) return NaN;
  return (of(last) - of(first)) / (seconds * (1 - 1 / rounds));
}

const loneCpu = percent(lone);
console.log(
  `${(seconds / 60).toFixed(1)} minutes; processor time in per cent of a core`,
);
console.log(
  "              echolog  ffmpeg  echolog/ffmpeg  MiB  written  writes  log/hour  wake-ups/s",
);
for (const watched of all) {
  const { name, own, child } = watched;
  const last = own.at(-1);
  console.log([
    name.padEnd(12),
    percent(own).toFixed(3).padStart(8),
    percent(child).toFixed(3).padStart(7),
    (percent(own) / percent(child)).toFixed(2).padStart(15),
    (last?.peak ?? NaN).toFixed(0).padStart(4),
    `${((last?.written ?? NaN) / 1000).toFixed(0)} kB`.padStart(8),
    String(last?.writes).padStart(7),
    `${((logBytes.get(watched) ?? NaN) / seconds * 3.6).toFixed(1)} kB`
      .padStart(9),
    rate(own, ({ wakeUps }) => wakeUps).toFixed(2).padStart(11),
  ].join(" "));
}
console.log(
  `ffmpeg alone  ${"".padStart(7)} ${loneCpu.toFixed(3).padStart(7)}`,
);
console.log(
  `ffmpeg under echolog takes ${
    (percent(info.child) / loneCpu).toFixed(2)
  } times what it takes alone`,
);
const cost = percent(info.own);
judge(
  "echolog's processor time at info",
  `${cost.toFixed(3)} %`,
  cost < 0.5,
  "0.5 %",
);
const share = cost - percent(error.own);
judge(
  "what logging adds, info against error",
  `${share.toFixed(3)} %`,
  share < 0.05,
  "0.05 %",
);
const chat = percent(chattyDebug.own) - percent(chattyError.own);
judge(
  "the same with a chatty ffmpeg, debug",
  `${chat.toFixed(3)} %`,
  chat < 1,
  "1 %",
);
const log = (logBytes.get(info) ?? NaN) / 1000;
judge("log", `${log.toFixed(1)} kB`, log < 20, "20 kB in two hours");
const written = (info.own.at(-1)?.written ?? NaN) / 1000;
judge(
  "written in all",
  `${written.toFixed(0)} kB`,
  written < 200,
  "200 kB in two hours",
);
const wakeUps = rate(info.own, (each) => each.wakeUps);
judge("wake-ups", `${wakeUps.toFixed(2)} a second`, wakeUps <= 4, "4");
const memory = info.own.map((each) => each.memory);
const quarter = Math.ceil(memory.length / 4);
const growth = median(memory.slice(-quarter)) /
  median(memory.slice(quarter, 2 * quarter));
judge(
  "memory, last quarter against the second",
  `${growth.toFixed(2)} times`,
  growth <= 1.1,
  "1.1 times",
);
if (isMissed) Deno.exitCode = 1;
