import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { AudioFile } from "../../src/audio/contents/audio_file.ts";
import { type Format, FORMATS } from "../../src/audio/format.ts";
import type { SessionStart } from "../../src/events.ts";
import { NOT_OPENED } from "../../src/review/verify/decode.ts";
import { headerFaults } from "../../src/review/verify/headers.ts";
import { SessionOnDisk } from "../support/echolog.ts";
import { tempFolder } from "../support/temp.ts";
import { recordNoise } from "../support/verified.ts";

/** A finished chunk in memory, which must not be changed. */
function inMemory(bytes: Uint8Array): AudioFile {
  return {
    size: bytes.length,
    read: (from, length) => Promise.resolve(bytes.slice(from, from + length)),
    write: () => Promise.reject(new Error("written")),
    truncate: () => Promise.reject(new Error("truncated")),
  };
}

function flipped(bytes: Uint8Array, at: number, bit: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = (copy[at] ?? 0) ^ (1 << bit);
  return copy;
}

async function faultsOf(
  format: Format,
  bytes: Uint8Array,
  start: SessionStart,
): Promise<string[]> {
  const header = await FORMATS[format].inspect(inMemory(bytes));
  const decoded = { ...NOT_OPENED, header };
  return headerFaults(decoded, start);
}

/** Returns the flips of single bits that are not found, as byte and bit. */
async function missedFlips(
  folder: string,
  format: Format,
  positions: (chunk: Uint8Array) => readonly number[],
): Promise<[Uint8Array, number, number][]> {
  const missed: [Uint8Array, number, number][] = [];
  const [start] = new SessionOnDisk(folder).eventsOf("session_start");
  if (start === undefined) throw new Error("no session_start");
  // The first, one between, and the last, whose header ffmpeg completes.
  for (const seq of [1, 2, 4]) {
    const bytes = Deno.readFileSync(join(folder, `chunk_0000${seq}.${format}`));
    assertEquals(await faultsOf(format, bytes, start), [], `${format} ${seq}`);
    for (const at of positions(bytes)) {
      for (let bit = 0; bit < 8; bit++) {
        const copy = flipped(bytes, at, bit);
        const faults = await faultsOf(format, copy, start);
        if (faults.length === 0) missed.push([copy, at, bit]);
      }
    }
  }
  return missed;
}

const range = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => from + index);

/** Returns the offset of a text of four letters. */
function offsetOf(bytes: Uint8Array, text: string, from = 0): number {
  for (let at = from; at < bytes.length; at++) {
    if (String.fromCharCode(...bytes.subarray(at, at + 4)) === text) return at;
  }
  throw new Error(`no ${text}`);
}

/** Whether `flac -t` accepts a file. */
async function passesFlac(folder: string, bytes: Uint8Array): Promise<boolean> {
  const path = join(folder, "flipped.flac");
  Deno.writeFileSync(path, bytes);
  const { success } = await new Deno.Command("flac", {
    args: ["--totally-silent", "-t", path],
    stderr: "null",
  }).output();
  return success;
}

for (const depth of ["16", "24"]) {
  Deno.test(`verify: finds each flipped bit in the header of a flac chunk that flac -t refuses, ${depth} bits`, async () => {
    using home = tempFolder();
    const folder = await recordNoise(home.path, `flips-${depth}`, [
      ...["--bit-depth", depth],
    ]);
    // STREAMINFO, the heads of the blocks after it, and some of the padding.
    const missed = await missedFlips(folder, "flac", (bytes) => {
      const comment = 42 + 4 + ((bytes[44] ?? 0) << 8 | (bytes[45] ?? 0));
      return [...range(0, 50), ...range(comment, comment + 4), 300, 5_000];
    });
    // The sizes of frames in STREAMINFO are only hints.
    const known = missed.filter(([, at]) => at < 42).map(([, at]) => at);
    assertEquals([...new Set(known)], range(12, 18));
    const refused: string[] = [];
    for (const [bytes, at, bit] of missed) {
      if (!await passesFlac(home.path, bytes)) refused.push(`${at}.${bit}`);
    }
    assertEquals(refused, []);
  });
}

for (
  const [shape, args] of [
    ["16 bits", ["--bit-depth", "16"]],
    ["24 bits", ["--bit-depth", "24"]],
    ["32 bits, one channel", ["--bit-depth", "32", "--channels", "1"]],
  ] as const
) {
  Deno.test(`verify: finds each flipped bit in the format of a wav chunk, ${shape}`, async () => {
    using home = tempFolder();
    const folder = await recordNoise(home.path, "flips", [
      ...["--format", "wav", ...args],
    ]);
    const missed = await missedFlips(folder, "wav", (bytes) => {
      const bext = offsetOf(bytes, "bext");
      const data = offsetOf(bytes, "data");
      // The mask of speakers is a hint; bext and LIST say when it began.
      const mask = bext > 36 ? range(40, 44) : [];
      return [...range(0, bext), ...range(data, data + 8)]
        .filter((at) => !mask.includes(at));
    });
    assertEquals(missed.map(([, at, bit]) => `${at}.${bit}`), []);
  });
}

Deno.test("verify: finds each flipped bit in the header of an opus chunk, and in the start of any page", async () => {
  using home = tempFolder();
  const folder = await recordNoise(home.path, "flips", ["--format", "opus"]);
  const missed = await missedFlips(folder, "opus", (bytes) => {
    const tags = offsetOf(bytes, "OggS", 4);
    const audio = offsetOf(bytes, "OggS", tags + 4);
    const next = offsetOf(bytes, "OggS", audio + 4);
    // Of the pages with audio, the decoder checks the rest.
    return [...range(0, audio + 5), ...range(next, next + 5)];
  });
  assertEquals(missed.map(([, at, bit]) => `${at}.${bit}`), []);
});

Deno.test("verify: finds each flipped bit in the headers of an mp3 chunk", async () => {
  using home = tempFolder();
  const folder = await recordNoise(home.path, "flips", ["--format", "mp3"]);
  const heads = (bytes: Uint8Array) => {
    const tag = 10 + ((bytes[8] ?? 0) << 7 | (bytes[9] ?? 0));
    const last = bytes.length - 384;
    return [tag, tag + 384, tag + 10 * 384, last];
  };
  const missed = await missedFlips(folder, "mp3", (bytes) => [
    ...range(0, 10),
    ...heads(bytes).flatMap((at) => range(at, at + 4)),
  ]);
  for (const [bytes, at, bit] of missed) {
    const head = heads(bytes).find((head) => at >= head && at < head + 4);
    assert(head !== undefined, `byte ${at}`);
    // The kind of joint stereo of a frame is free.
    if (at - head === 3 && (bit === 4 || bit === 5)) continue;
    // A frame that seems twice as long hides the next one; the length shows it.
    const contents = await FORMATS.mp3.measure(inMemory(bytes), false);
    const frames = (bytes.length - (heads(bytes)[0] ?? 0)) / 384;
    assertEquals(contents?.samples, (frames - 1) * 1_152, `${at}.${bit}`);
  }
});
