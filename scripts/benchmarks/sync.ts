/**
 * What `recording.sync_interval` costs: recordings of the test tone in real time
 * with different intervals, each onto an ext4 file system of its own in an image,
 * at the same time. The kernel's own accounting tells processor time, wake-ups
 * and what reaches the disk, audio included.
 *
 * Needs Linux, root, loop devices, mkfs.ext4 and ffmpeg.
 * Run: `scripts/bench sync [--minutes N]`, ten by default.
 *
 * @module
 */

import { join } from "@std/path";
import {
  onlySession,
  type RunningEcholog,
  startEcholog,
} from "../../tests/support/echolog.ts";
import { configured } from "../../tests/faults/support.ts";
import {
  type CuttableDisk,
  cuttableDisk,
} from "../../tests/support/power_cut.ts";
import { tempFolder } from "../../tests/support/temp.ts";
import { endedOnInterrupt } from "./interrupt.ts";
import { readNumbers } from "./options.ts";
import { costOf, type ProcessCost } from "./process_cost.ts";

const { minutes } = readNumbers("sync", Deno.args, {
  minutes: { defaultValue: 10, least: 1, mayBeBroken: true },
});

/** The first is what the others are compared with. */
const INTERVALS = ["0s", "1s", "10s", "60s"];
/** Seconds before the first look: preparing a session is no cost of syncing. */
const SETTLING = 20;
const SECONDS_OF_DAY = 86_400;
/** Bytes of a sector in the statistics of a block device. */
const SECTOR = 512;

/** What a recording has cost so far. */
interface Look {
  readonly at: number;
  readonly own: ProcessCost;
  /** Bytes that reached its disk. */
  readonly disk: number;
}

/** A recording onto a disk of its own. */
class Watched implements AsyncDisposable {
  readonly interval: string;
  readonly looks: Look[] = [];
  readonly #home = tempFolder();
  #disk: CuttableDisk | null = null;
  #running: RunningEcholog | null = null;

  constructor(interval: string) {
    this.interval = interval;
  }

  async start(): Promise<void> {
    this.#disk = await cuttableDisk(this.#home.path);
    if (this.#disk === null) Deno.exit(1);
    const outputDir = join(this.#home.path, "disk", "recordings");
    const settings = `[recording]\nsync_interval = "${this.interval}"\n`;
    this.#running = startEcholog(
      ["record", "--device", "test", "--output-dir", outputDir],
      {
        home: this.#home.path,
        env: configured(this.#home.path, settings),
      },
    );
    const session = await onlySession(outputDir);
    await session.waitForEvent("ffmpeg_started");
  }

  async look(): Promise<void> {
    this.looks.push({
      at: performance.now() / 1000,
      own: await costOf(this.#running?.pid ?? 0),
      disk: await writtenTo(join(this.#home.path, "disk")),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#running?.signal("SIGINT");
    await this.#running?.finished;
    await this.#disk?.[Symbol.asyncDispose]();
    this.#home[Symbol.dispose]();
  }
}

/**
 * Bytes that were written to the block device of a file system: the seventh
 * field of its statistics counts sectors, see the kernel's block/stat.
 */
async function writtenTo(path: string): Promise<number> {
  const { stdout } = await new Deno.Command("sh", {
    args: [
      "-c",
      'cat "/sys/dev/block/$(mountpoint -d "$1")/stat"',
      "sh",
      path,
    ],
  }).output();
  const fields = new TextDecoder().decode(stdout).trim().split(/\s+/);
  return Number(fields[6]) * SECTOR;
}

async function pause(seconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

await using stack = new AsyncDisposableStack();
const all = INTERVALS.map((interval) =>
  stack.use(endedOnInterrupt(new Watched(interval)))
);
for (const watched of all) await watched.start();
await pause(SETTLING);
for (const watched of all) await watched.look();
await pause(minutes * 60);
for (const watched of all) await watched.look();

const costs = all.map(({ interval, looks: [first, last] }) => {
  if (first === undefined || last === undefined) throw new Error("No look");
  const seconds = last.at - first.at;
  return {
    interval,
    cpu: (last.own.cpu - first.own.cpu) / seconds,
    wakeUps: (last.own.wakeUps - first.own.wakeUps) / seconds,
    megabytes: (last.disk - first.disk) / seconds * SECONDS_OF_DAY / 1e6,
  };
});
const [reference] = costs;
console.log(`${minutes} minutes, compared with sync_interval = "0s"`);
console.log("interval   processor  ratio  wake-ups/s  ratio  MB/day  ratio");
for (const { interval, cpu, wakeUps, megabytes } of costs) {
  const ratio = (value: number, of: number | undefined) =>
    (value / (of ?? NaN)).toFixed(2).padStart(6);
  console.log([
    interval.padEnd(8),
    `${(100 * cpu).toFixed(3)} %`.padStart(12),
    ratio(cpu, reference?.cpu),
    wakeUps.toFixed(2).padStart(11),
    ratio(wakeUps, reference?.wakeUps),
    megabytes.toFixed(0).padStart(7),
    ratio(megabytes, reference?.megabytes),
  ].join(" "));
}
