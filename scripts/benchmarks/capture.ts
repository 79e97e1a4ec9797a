/**
 * What a whole recording costs beside plain ffmpeg: echolog with its ffmpeg
 * against `ffmpeg -f pulse … -f segment`, all at the same time on one sound
 * server, PulseAudio's and then PipeWire's. Each recording has a source of its
 * own: on a shared one, the sound server sends to all as often as the quickest
 * asked for. The kernel's own accounting tells processor time; each round is one
 * measurement, and the medians count.
 *
 * Needs Linux, PulseAudio and ffmpeg; PipeWire where that is to be seen.
 * Run: `scripts/bench capture [--seconds N] [--rounds N]`, five rounds of sixty
 * seconds by default. Ends with 1 when a limit is missed.
 *
 * @module
 */

import { join } from "@std/path";
import { FORMAT_NAMES } from "../../src/audio/format.ts";
import { readState } from "../../src/sessions/state_file.ts";
import { onlySession, startEcholog } from "../../tests/support/echolog.ts";
import { PipeWire } from "../../tests/support/pipewire.ts";
import { pactl, playTone } from "../../tests/support/pulse_client.ts";
import { runProgram } from "../../tests/support/program.ts";
import { SoundServer } from "../../tests/support/sound_server.ts";
import { tempFolder } from "../../tests/support/temp.ts";
import { waitFor } from "../../tests/support/wait.ts";
import { endedOnInterrupt } from "./interrupt.ts";
import { readNumbers } from "./options.ts";
import { costOf } from "./process_cost.ts";
import { median } from "./statistics.ts";

const { seconds, rounds } = readNumbers("capture", Deno.args, {
  seconds: { defaultValue: 60, least: 5 },
  rounds: { defaultValue: 5, least: 1 },
});

/** Most times that a recording may take the processor time of plain ffmpeg. */
const LIMIT = 1.15;
/** Formats to compare. */
const FORMATS = FORMAT_NAMES.filter((format) => format !== "mp3");
type Format = typeof FORMATS[number];

/** How plain ffmpeg is asked for a format. */
const PLAIN: Readonly<Record<string, readonly string[]>> = {
  flac: ["-c:a", "flac"],
  wav: ["-c:a", "pcm_s16le"],
  opus: ["-c:a", "libopus"],
};

/** A program that records, by the ids of its processes. */
interface Contender {
  readonly name: string;
  readonly format: Format;
  readonly pids: readonly number[];
  readonly end: () => Promise<void>;
}

type Env = Readonly<Record<string, string>>;

/** Sources of a sound server, each with a tone; disposing of it ends the tones. */
class Sources implements Disposable {
  readonly #env: Env;
  readonly #players: Deno.ChildProcess[] = [];

  constructor(env: Env) {
    this.#env = env;
  }

  /** Adds a source, and returns its name. */
  async add(): Promise<string> {
    const sink = `sink${this.#players.length}`;
    const sound = ["rate=48000", "channels=2"];
    await pactl(
      this.#env,
      ...["load-module", "module-null-sink", `sink_name=${sink}`, ...sound],
    );
    this.#players.push(playTone(this.#env, sink));
    return `${sink}.monitor`;
  }

  [Symbol.dispose](): void {
    for (const player of this.#players) player.kill("SIGKILL");
  }
}

/** Starts a recording in a home of its own, so that none has the device alone. */
async function startOwn(
  home: string,
  format: Format,
  latency: "normal" | "low",
  env: Env,
  source: string,
): Promise<Contender> {
  const folder = join(home, `${format}-${latency}`);
  Deno.mkdirSync(folder, { recursive: true });
  const config = join(folder, "echolog.conf");
  Deno.writeTextFileSync(config, `[recording]\nlatency = "${latency}"\n`);
  const running = startEcholog([
    ...["record", "--device", `pulse:${source}`, "--format", format],
  ], { home: folder, env: { ...env, ECHOLOG_CONFIG: config } });
  const session = await onlySession(join(folder, "recordings"));
  const ffmpeg = await waitFor(
    "ffmpeg",
    () => readState(session.folder)?.ffmpeg_pid ?? null,
  );
  return {
    ...{ name: `echolog, ${latency}`, format, pids: [running.pid, ffmpeg] },
    async end() {
      // A recorder that is killed leaves its ffmpeg.
      running.signal("SIGINT");
      await running.finished;
    },
  };
}

function startPlain(
  home: string,
  format: Format,
  env: Env,
  source: string,
): Contender {
  const folder = join(home, `${format}-plain`);
  Deno.mkdirSync(folder, { recursive: true });
  const child = new Deno.Command("ffmpeg", {
    args: [
      ...["-nostdin", "-hide_banner", "-loglevel", "error"],
      ...["-f", "pulse", "-i", source, ...PLAIN[format] ?? []],
      ...["-f", "segment", "-segment_time", "300", `chunk_%05d.${format}`],
    ],
    cwd: folder,
    env: { ...env, HOME: folder },
    ...{ stdin: "null", stdout: "null", stderr: "null" },
  }).spawn();
  return {
    ...{ name: "plain ffmpeg", format, pids: [child.pid] },
    async end() {
      child.kill("SIGINT");
      await child.status;
    },
  };
}

/** Processor time so far, in seconds. */
interface Used {
  /** Of all processes. */
  readonly all: number;
  /** Of echolog and what it asked, without its ffmpeg; or of plain ffmpeg. */
  readonly own: number;
}

async function timeOf({ pids }: Contender): Promise<Used> {
  const costs = await Promise.all(pids.map(costOf));
  const [own = NaN] = costs.map(({ cpu, childCpu }) => cpu + childCpu);
  const all = costs.reduce((sum, { cpu, childCpu }) => sum + cpu + childCpu, 0);
  return { all, own };
}

/** Returns what was used in a time, in per cent of a core. */
function share(
  before: Used | undefined,
  after: Used | undefined,
  milliseconds: number,
): Used {
  const of = (key: keyof Used) =>
    100_000 * ((after?.[key] ?? NaN) - (before?.[key] ?? NaN)) / milliseconds;
  return { all: of("all"), own: of("own") };
}

async function pause(length: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, length * 1000));
}

let isMissed = false;

/** Measures all contenders on one server. */
async function compare(server: string, env: Env): Promise<void> {
  const home = endedOnInterrupt(tempFolder());
  using sources = endedOnInterrupt(new Sources(env));
  const contenders: Contender[] = [];
  for (const format of FORMATS) {
    const path = home.path;
    contenders.push(startPlain(path, format, env, await sources.add()));
    for (const latency of ["normal", "low"] as const) {
      const source = await sources.add();
      contenders.push(await startOwn(path, format, latency, env, source));
    }
  }
  const shares = new Map(contenders.map((one) => [one, [] as Used[]]));
  // The start is not what a recording of weeks costs.
  await pause(5);
  let before = await Promise.all(contenders.map(timeOf));
  let since = performance.now();
  for (let round = 0; round < rounds; round++) {
    await pause(seconds);
    const after = await Promise.all(contenders.map(timeOf));
    const now = performance.now();
    for (const [index, contender] of contenders.entries()) {
      shares.get(contender)
        ?.push(share(before[index], after[index], now - since));
    }
    [before, since] = [after, now];
  }
  for (const contender of contenders) await contender.end();
  home[Symbol.dispose]();
  console.log(`\n${server}, ${rounds} rounds of ${seconds} s:`);
  console.log(
    "format  program          % of a core        min–max  own part  ratio",
  );
  for (const contender of contenders) {
    const used = shares.get(contender) ?? [];
    const plain = contenders.find(({ name, format }) =>
      name === "plain ffmpeg" && format === contender.format
    );
    const least = plain === undefined ? [] : shares.get(plain) ?? [];
    const whole = used.map(({ all }) => all);
    const ratio = median(whole) / median(least.map(({ all }) => all));
    const isJudged = contender.name === "echolog, normal";
    isMissed ||= isJudged && !(ratio <= LIMIT);
    const own = median(used.map(({ own }) => own));
    console.log(
      [
        contender.format.padEnd(6),
        contender.name.padEnd(15),
        median(whole).toFixed(3).padStart(12),
        `${Math.min(...whole).toFixed(3)}–${Math.max(...whole).toFixed(3)}`
          .padStart(13),
        (contender === plain ? "" : own.toFixed(3)).padStart(8),
        ratio.toFixed(2).padStart(5),
        isJudged ? `limit ${LIMIT}: ${ratio <= LIMIT ? "kept" : "MISSED"}` : "",
      ].join("  ").trimEnd(),
    );
  }
}

/** Prints the first line of what a program says of its version. */
async function printVersion(program: string, ...args: string[]): Promise<void> {
  const { stdout } = await runProgram(program, args);
  console.log(stdout.split("\n").find((line) => /\d\.\d/.test(line)) ?? "");
}

console.log(`Deno ${Deno.version.deno}`);
await printVersion(Deno.env.get("ECHOLOG_BIN") ?? "echolog", "--version");
await printVersion("ffmpeg", "-version");
{
  await printVersion("pulseaudio", "--version");
  await using server = endedOnInterrupt(await SoundServer.start());
  await compare("PulseAudio", server.clientEnv);
}
const pipewire = await PipeWire.start();
if (pipewire !== null) {
  await printVersion("pipewire", "--version");
  await using server = endedOnInterrupt(pipewire);
  await compare("PipeWire", server.env);
}
if (isMissed) Deno.exitCode = 1;
