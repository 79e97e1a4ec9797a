import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { Retention } from "../../src/retention/retention.ts";
import { FakeClock } from "../fakes/clock.ts";
import { DAY, OutputFolder } from "../support/output_folder.ts";

/** Days that are kept, of audio and of logs. */
const KEPT = 30;
/** Chunks of a day: five minutes each. */
const CHUNKS = 288;
const MINUTES_5 = 300_000;
const START = Date.UTC(2025, 0, 1);

/** What an output folder holds. */
function held(path: string): { folders: number; files: number; bytes: number } {
  const sum = { folders: 0, files: 0, bytes: 0 };
  for (const { name, isDirectory } of Deno.readDirSync(path)) {
    if (!isDirectory) continue;
    sum.folders++;
    for (const { name: file } of Deno.readDirSync(join(path, name))) {
      sum.files++;
      sum.bytes += Deno.statSync(join(path, name, file)).size;
    }
  }
  return sum;
}

Deno.test("retention: after a year of chunks of five minutes, a folder holds what it held after two months", async () => {
  using out = new OutputFolder();
  const clock = new FakeClock(START);
  const retention = new Retention({
    outputDir: out.path,
    rules: {
      ...{ maxAge: KEPT * 86_400, maxBytes: null, minFreeBytes: null },
      ...{ minAge: 86_400, keepLogs: KEPT * 86_400 },
    },
    clock,
    boot: "boot",
    uptime: () => clock.monotonic() / 1000,
    freeBytes: () => Promise.resolve(null),
    onDeleted() {},
    onProblem: (path, message) => {
      throw new Error(`${path}: ${message}`);
    },
  });
  const memory: number[] = [];
  let early = held(out.path);
  let deleted = 0;
  for (let day = 0; day < 365; day++) {
    const id = `day-${String(day).padStart(3, "0")}`;
    const made = { start: START + day * DAY, chunks: CHUNKS };
    out.session(id, { ...made, chunks: 0, isEnded: false });
    for (let chunk = 0; chunk < CHUNKS; chunk++) {
      clock.advance(MINUTES_5);
      const start = made.start + chunk * MINUTES_5;
      out.add(id, chunk + 1, { start, chunks: 1, length: MINUTES_5 });
      deleted += (await retention.apply()).pruned.length;
    }
    out.end(id, made);
    if (day === 2 * KEPT) early = held(out.path);
    if (day % 10 === 0) memory.push(Deno.memoryUsage().heapUsed);
  }
  const late = held(out.path);
  console.log(JSON.stringify({ deleted, early, late, memory }));
  assertEquals(late, early);
  assertEquals(deleted, (365 - KEPT) * CHUNKS - 1);
  const [before = 0, after = 0] = [memory[7], memory.at(-1)];
  assert(after < before * 1.5, `${before} bytes, then ${after}`);
});
