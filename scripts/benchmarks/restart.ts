/**
 * Audio that is lost when the capturing process is killed, counted in samples
 * with a sound that numbers them. Contenders: echolog with
 * `recording.latency` normal and low, a shell loop around
 * `ffmpeg -f segment` (with `flush_packets=1`: by its defaults it loses the
 * whole buffer, too), a shell loop around arecord.
 *
 * Needs PulseAudio, ffmpeg, and for arecord alsa-utils and ALSA's pulse
 * plug-in. Run: `scripts/bench restart [--kills N]`, 20 of each by default.
 *
 * @module
 */

import { median } from "./statistics.ts";
import { join } from "@std/path";
import { onlySession, startEcholog } from "../../tests/support/echolog.ts";
import { SoundServer } from "../../tests/support/sound_server.ts";
import { tempFolder } from "../../tests/support/temp.ts";
import { waitFor } from "../../tests/support/wait.ts";
import { endedOnInterrupt } from "./interrupt.ts";
import { missingBetween, numbersIn } from "./numbered_audio.ts";
import { readNumbers } from "./options.ts";

/** What one kill cost. */
interface Loss {
  /** Seconds of samples that are missing. */
  readonly lost: number;
  /** Seconds that the recorder's own gap line names, or `null` when there is none. */
  readonly named: number | null;
}

type Contender = (server: SoundServer) => Promise<Loss>;

const { kills } = readNumbers("restart", Deno.args, {
  kills: { defaultValue: 20, least: 1 },
});

async function killEcholog(
  server: SoundServer,
  latency: "normal" | "low",
): Promise<Loss> {
  using home = tempFolder();
  const config = join(home.path, "echolog.conf");
  Deno.writeTextFileSync(config, `[recording]\nlatency = "${latency}"\n`);
  await using running = startEcholog(
    ["record", "--device", "pulse:loop.monitor", "--segment-duration", "5s"],
    {
      home: home.path,
      env: { ...server.clientEnv, ECHOLOG_CONFIG: config },
    },
  );
  const session = await onlySession(join(home.path, "recordings"));
  await session.waitForEvent("ffmpeg_started");
  await audioFlows();
  const pid = session.eventsOf("ffmpeg_started")[0]?.pid ?? 0;
  Deno.kill(pid, "SIGKILL");
  await session.waitForEvent("gap");
  await audioFlows();
  running.signal("SIGINT");
  await running.finished;
  const files = session.eventsOf("chunk_created")
    .map(({ file }) => join(session.folder, file));
  const lost = await missing(files);
  return { lost, named: session.eventsOf("gap")[0]?.duration ?? null };
}

/** A loop as people write it, killed once. */
async function killLoop(
  server: SoundServer,
  command: string,
  name: string,
): Promise<Loss> {
  using home = endedOnInterrupt(tempFolder());
  {
    await using loop = endedOnInterrupt(startLoop(server, command, home.path));
    const child = async () =>
      await waitFor(name, async () => {
        const { stdout } = await new Deno.Command("ps", {
          args: ["-o", "pid=,comm=", "--ppid", String(loop.pid)],
        }).output();
        const line = new TextDecoder().decode(stdout).split("\n")
          .find((line) => line.endsWith(name));
        return line === undefined ? null : Number.parseInt(line, 10);
      });
    const first = await child();
    await audioFlows();
    await audioFlows();
    Deno.kill(first, "SIGKILL");
    await waitFor("the next one", async () => {
      const pid = await child();
      return pid === first ? null : pid;
    });
    await audioFlows();
    await audioFlows();
  }
  return { lost: await missing(filesOf(home.path)), named: null };
}

/** A shell loop that starts a program again and again; disposing of it ends both. */
function startLoop(
  server: SoundServer,
  command: string,
  cwd: string,
): AsyncDisposable & { readonly pid: number } {
  const script = `n=0; while :; do n=$((n+1)); ${command}; done`;
  const { pid, status } = new Deno.Command("sh", {
    args: ["-c", script],
    cwd,
    env: { ...server.env, PULSE_SOURCE: "loop.monitor" },
    detached: true,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  let isEnded = false;
  return {
    pid,
    async [Symbol.asyncDispose]() {
      if (isEnded) return;
      isEnded = true;
      endGroup(pid);
      await status;
      await waitFor("the end of the loop", () => !endGroup(pid) || null);
    },
  };
}

/** Asks all processes of a group to end; tells whether there was one. */
function endGroup(pid: number): boolean {
  try {
    Deno.kill(-pid, "SIGTERM");
    return true;
  } catch {
    return false;
  }
}

const CONTENDERS: ReadonlyMap<string, Contender> = new Map([
  ["echolog", (server) => killEcholog(server, "normal")],
  ["echolog, low", (server) => killEcholog(server, "low")],
  ["ffmpeg loop", (server) =>
    killLoop(
      server,
      "ffmpeg -f pulse -i loop.monitor -f segment -segment_time 5 -segment_format_options flush_packets=1 ${n}_%03d.flac",
      "ffmpeg",
    )],
  ["arecord loop", (server) =>
    killLoop(
      server,
      "arecord -q -D pulse -t wav -f S16_LE -r 48000 -c 2 ${n}_000.wav",
      "arecord",
    )],
]);

function filesOf(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => join(folder, name))
    .sort();
}

/** Seconds of numbers that are missing between the first and the last. */
async function missing(paths: readonly string[]): Promise<number> {
  const numbers = await numbersIn(paths);
  return missingBetween(numbers, numbers[0] ?? 0, numbers.at(-1) ?? 0);
}

/** A while of recording, of a length that falls anywhere in a frame. */
async function audioFlows(): Promise<void> {
  const ms = 800 + Math.random() * 700;
  await new Promise((resolve) => setTimeout(resolve, ms));
}

await using server = endedOnInterrupt(await SoundServer.start());
server.playNumbers(20);
await server.waitForSound();
const results = new Map<string, Loss[]>();
for (let round = 0; round < kills; round++) {
  for (const [name, contender] of CONTENDERS) {
    const losses = results.get(name) ?? [];
    losses.push(await contender(server));
    results.set(name, losses);
  }
}
const reference = median(
  (results.get("ffmpeg loop") ?? []).map(({ lost }) => lost),
);
console.log(`Audio lost at a kill, ${kills} kills each (seconds)`);
console.log(
  "contender     min    median max    ratio  gaps named, worst error",
);
for (const [name, losses] of results) {
  const lost = losses.map(({ lost }) => lost);
  const named = losses.filter((loss) => loss.named !== null);
  const errors = named.map((loss) => Math.abs((loss.named ?? 0) - loss.lost));
  console.log(
    name.padEnd(13),
    Math.min(...lost).toFixed(3).padEnd(6),
    median(lost).toFixed(3).padEnd(6),
    Math.max(...lost).toFixed(3).padEnd(6),
    (median(lost) / reference).toFixed(2).padEnd(6),
    `${named.length} of ${losses.length}`,
    named.length > 0 ? `${(Math.max(...errors) * 1000).toFixed(0)} ms` : "",
  );
}
