/**
 * Files of a session from elsewhere whose contents are made to hurt: readers
 * take no more memory for them.
 *
 * @module
 */

import { assert } from "@std/assert";
import { join } from "@std/path";
import { writeAll } from "@std/io/write-all";
import type { SessionEvent } from "../../src/events.ts";
import { encodeEvent } from "../../src/log/format/event_fields.ts";
import { textFormat } from "../../src/log/format/line.ts";
import { INDEX_FILE } from "../../src/sessions/chunks/chunk_index.ts";
import { startEcholog } from "../support/echolog.ts";
import { event } from "../support/events.ts";
import { peakMemory } from "../support/peak_memory.ts";
import { tempFolder } from "../support/temp.ts";

/** Most memory that a reader may take, in bytes. */
const LIMIT = 300_000_000;

const NOT_LINUX = "not run: only Linux shows the most memory of a process";

/** Writes a small gzip file of a line of many bytes. */
async function writeBomb(path: string): Promise<void> {
  const piece = new Uint8Array(1_000_000).fill(0x41);
  const pieces = ReadableStream.from(function* () {
    for (let count = 0; count < 600; count++) yield piece;
  }());
  using file = await Deno.create(path);
  const compressed = pieces.pipeThrough(new CompressionStream("gzip"));
  for await (const bytes of compressed) await writeAll(file, bytes);
}

/** Writes a gzip file in which a member may begin every three bytes. */
function writeBeginnings(path: string): void {
  const body = new Uint8Array(60_000);
  for (let at = 0; at < body.length; at++) {
    body[at] = [0x1f, 0x8b, 8][at % 3] ?? 0;
  }
  const view = new DataView(new ArrayBuffer(15));
  for (
    const [at, byte] of [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1].entries()
  ) {
    view.setUint8(at, byte);
  }
  // A block that is stored as it is.
  view.setUint16(11, body.length, true);
  view.setUint16(13, ~body.length & 0xffff, true);
  const bytes = new Uint8Array(view.byteLength + body.length);
  bytes.set(new Uint8Array(view.buffer));
  bytes.set(body, view.byteLength);
  Deno.writeFileSync(path, bytes);
}

/** Writes a log of 180 MB in five parts, and returns the lines of each. */
async function writeLongLog(path: string): Promise<void> {
  const options = { format: textFormat, utc: true, redact: String };
  const line = (some: SessionEvent) =>
    new TextEncoder().encode(`${encodeEvent(some, options)}\n`);
  const message = "Opening a part of the stream, as it does every second";
  const chatter = line(event("ffmpeg_stderr", { line: message }));
  const many = new Uint8Array(chatter.length * 10_000);
  for (let at = 0; at < many.length; at += chatter.length) {
    many.set(chatter, at);
  }
  using file = await Deno.create(path);
  for (let part = 1; part <= 5; part++) {
    await writeAll(file, line(event("log_rotated", { session_id: "s", part })));
    for (let size = 0; size < 36_000_000; size += many.length) {
      await writeAll(file, many);
    }
  }
}

Deno.test("explain: a log alone of 180 MB is not held in memory", async () => {
  if (Deno.build.os !== "linux") return console.log(NOT_LINUX);
  using home = tempFolder();
  const path = join(home.path, "long.log");
  await writeLongLog(path);
  await using running = startEcholog(["explain", path], { home: home.path });
  const [peak, { code, stdout, stderr }] = await Promise.all([
    peakMemory(running.pid),
    running.finished,
  ]);
  assert(code === 0, stderr);
  assert(!stdout.includes("cannot be read"), stdout);
  console.log(`explain: ${Math.round(peak / 1e6)} MB`);
  assert(peak > 0 && peak < LIMIT, `${peak / 1e6} MB`);
});

Deno.test("a log or an index that is made to take memory takes none", async () => {
  if (Deno.build.os !== "linux") return console.log(NOT_LINUX);
  using home = tempFolder();
  const folder = join(home.path, "recordings", "x");
  Deno.mkdirSync(folder, { recursive: true });
  Deno.writeTextFileSync(join(folder, "session.log"), "");
  Deno.writeTextFileSync(
    join(folder, INDEX_FILE),
    `[${"[],".repeat(15_000_000)}[]]`,
  );
  const bomb = join(home.path, "bomb.gz");
  await writeBomb(bomb);
  const many = join(home.path, "many.gz");
  writeBeginnings(many);
  for (const argv of [["explain", bomb], ["explain", many], ["sessions"]]) {
    await using running = startEcholog(argv, { home: home.path });
    const [peak, { stderr }] = await Promise.all([
      peakMemory(running.pid),
      running.finished,
    ]);
    assert(stderr.trim().split("\n").length <= 1, stderr);
    console.log(`${argv.join(" ")}: ${Math.round(peak / 1e6)} MB`);
    assert(peak > 0 && peak < LIMIT, `${argv.join(" ")}: ${peak / 1e6} MB`);
  }
});
