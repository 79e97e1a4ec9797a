import { assert, assertEquals } from "@std/assert";
import type { AudioFile } from "../../../../../src/audio/contents/audio_file.ts";
import {
  finishMp3,
  inspectMp3,
  isMp3Header,
  lastMp3Frames,
  measureMp3,
} from "../../../../../src/audio/contents/mp3/mp3.ts";

/** Headers of frames as libmp3lame writes them, and what is known of each. */
const HEADERS = [
  // rate, channels, samples and length of a frame, of MPEG-1, 2 and 2.5
  [0xfffb9464, 48_000, 2, 1_152, 384],
  [0xfffb54c4, 48_000, 1, 1_152, 192],
  [0xfffb9064, 44_100, 2, 1_152, 417],
  [0xfffb9264, 44_100, 2, 1_152, 418],
  [0xfffb7864, 32_000, 2, 1_152, 432],
  [0xfff38464, 24_000, 2, 576, 192],
  [0xfff38064, 22_050, 2, 576, 208],
  [0xfff338c4, 16_000, 1, 576, 108],
  [0xffe324c4, 12_000, 1, 576, 96],
  [0xffe320c4, 11_025, 1, 576, 104],
  [0xffe318c4, 8_000, 1, 576, 72],
] as const;

const [[STEREO]] = HEADERS;

/** The tag that ffmpeg writes, with an encoder's name. */
const TAG = Uint8Array.of(
  ...[0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 0, 35],
  ...new TextEncoder().encode("TSSE\0\0\0\x0f\0\0\x03Lavf59.27.100\0"),
  ...new Uint8Array(10),
);

/** Bytes of a frame; none of them can begin a header. */
function frame(header: number, length: number, fill = 0x55): Uint8Array {
  const bytes = new Uint8Array(length).fill(fill);
  new DataView(bytes.buffer).setUint32(0, header);
  return bytes;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function frames(count: number): Uint8Array[] {
  return Array.from({ length: count }, () => frame(STEREO, 384));
}

interface MemoryFile extends AudioFile {
  readonly content: () => Uint8Array;
}

function fileOf(...parts: readonly Uint8Array[]): MemoryFile {
  let content = joined(...parts);
  return {
    size: content.length,
    content: () => content,
    read: (at, length) => Promise.resolve(content.slice(at, at + length)),
    write(at, bytes) {
      const grown = new Uint8Array(Math.max(content.length, at + bytes.length));
      grown.set(content);
      grown.set(bytes, at);
      content = grown;
      return Promise.resolve();
    },
    truncate: () => Promise.reject(new Error("truncated")),
  };
}

Deno.test("measureMp3: counts the frames of every version, rate and channel count", async () => {
  for (const [header, sampleRate, channels, samples, length] of HEADERS) {
    const file = fileOf(TAG, ...Array(3).fill(frame(header, length)));
    assertEquals(
      await measureMp3(file),
      {
        ...{ sampleRate, samples: 3 * samples },
        ...{ audioStart: TAG.length, validBytes: file.size },
      },
      header.toString(16),
    );
    assertEquals(await inspectMp3(file), {
      ...{ sampleRate, channels, bitDepth: null, codec: null, fault: null },
    });
  }
});

Deno.test("measureMp3: counts frames of any bit rate, without a tag, and of a file larger than a block", async () => {
  const [low, high] = [frame(0xfffb5464, 192), frame(0xfffbe464, 960)];
  const some = fileOf(low, high, low, high);
  assertEquals((await measureMp3(some))?.samples, 4 * 1_152);
  const many = fileOf(TAG, ...frames(6_000));
  assert(many.size > 2 ** 21);
  const contents = await measureMp3(many);
  assertEquals(
    [contents?.samples, contents?.validBytes],
    [6_000 * 1_152, many.size],
  );
});

Deno.test("measureMp3: leaves out the torn last frame, wherever it is cut", async () => {
  const whole = joined(TAG, ...frames(3));
  const end = TAG.length + 2 * 384;
  for (let size = end; size < whole.length; size++) {
    const contents = await measureMp3(fileOf(whole.subarray(0, size)));
    assertEquals(
      [contents?.samples, contents?.validBytes],
      [2 * 1_152, end],
      `${size} bytes`,
    );
  }
});

Deno.test("measureMp3: leaves out zeros behind the last frame", async () => {
  for (const count of [1, 3]) {
    for (const zeros of [1, 3, 4, 100, 300_000]) {
      const file = fileOf(TAG, ...frames(count), new Uint8Array(zeros));
      const contents = await measureMp3(file);
      assertEquals(
        [contents?.samples, contents?.validBytes],
        [count * 1_152, file.size - zeros],
        `${count} frames, ${zeros} zeros`,
      );
    }
  }
});

Deno.test("measureMp3: a damaged header costs no audio behind it", async () => {
  for (const damaged of [0, 1, 5, 8]) {
    for (let bit = 0; bit < 32; bit++) {
      const parts = frames(10);
      parts[damaged] = frame(STEREO ^ 1 << bit, 384);
      const file = fileOf(TAG, ...parts);
      const contents = await measureMp3(file);
      const lost = 10 - (contents?.samples ?? 0) / 1_152;
      // A frame that begins a search counts only with another behind it.
      assert(lost >= 0 && lost <= 3, `frame ${damaged}, bit ${bit}: ${lost}`);
      assertEquals(contents?.validBytes, file.size);
    }
  }
});

Deno.test("measureMp3: finds nothing in other data", async () => {
  for (const data of [[], [0], TAG, new Uint8Array(5_000)]) {
    assertEquals(await measureMp3(fileOf(Uint8Array.from(data))), null);
  }
  for (const fill of [0xff, 0x55]) {
    const file = fileOf(TAG, new Uint8Array(5_000).fill(fill));
    assertEquals(await measureMp3(file), null);
  }
  // One header among other bytes is no frame.
  const noise = new Uint8Array(5_000).fill(0x55);
  noise.set(frame(STEREO, 384), 1_000);
  assertEquals(await measureMp3(fileOf(noise)), null);
});

Deno.test("finishMp3: gives a single frame a silent one, and leaves others as they are", async () => {
  const [one] = frames(1);
  assert(one !== undefined);
  const single = fileOf(TAG, one, one.subarray(0, 100));
  const contents = await finishMp3(single);
  assertEquals(
    [contents?.samples, contents?.validBytes],
    [2 * 1_152, TAG.length + 2 * 384],
  );
  const silent = frame(STEREO, 384, 0);
  assertEquals(single.content(), joined(TAG, one, silent));
  const again = fileOf(single.content());
  assertEquals(await finishMp3(again), contents);
  assertEquals(again.content(), single.content());
  const two = fileOf(TAG, one, one);
  assertEquals((await finishMp3(two))?.samples, 2 * 1_152);
  assertEquals(two.content(), joined(TAG, one, one));
});

Deno.test("lastMp3Frames: finds what a decoder needs before the next chunk", async () => {
  const file = fileOf(TAG, ...frames(100));
  const expected = { at: file.size - 2 * 384, samples: 2 * 1_152 };
  assertEquals(await lastMp3Frames(file), expected);
  assertEquals(await lastMp3Frames(fileOf(TAG, ...frames(1))), null);
  const torn = fileOf(TAG, ...frames(100), Uint8Array.of(0xff));
  assertEquals(await lastMp3Frames(torn), null);
});

Deno.test("isMp3Header: is true for a tag with less than a frame behind it, or zeros", async () => {
  const [one = TAG] = frames(1);
  for (const size of [10, 20, TAG.length]) {
    assert(await isMp3Header(fileOf(TAG.subarray(0, size))), `${size} bytes`);
  }
  for (const size of [1, 3, 4, 100, 383]) {
    assert(await isMp3Header(fileOf(TAG, one.subarray(0, size))), `${size}`);
  }
  assert(await isMp3Header(fileOf(TAG, new Uint8Array(70_000))));
  for (const other of [one, new Uint8Array(100).fill(0x55)]) {
    assertEquals(await isMp3Header(fileOf(TAG, other)), false);
    assertEquals(await isMp3Header(fileOf(other)), false);
  }
});

Deno.test("inspectMp3, measureMp3: find each flipped bit of a header but those of a frame's stereo", async () => {
  const whole = joined(TAG, ...frames(5));
  for (let number = 0; number < 5; number++) {
    for (let bit = 0; bit < 32; bit++) {
      const at = TAG.length + number * 384 + (bit >> 3);
      const bytes = whole.slice();
      bytes[at] = (bytes[at] ?? 0) ^ (0x80 >> (bit & 7));
      const { fault } = await inspectMp3(fileOf(bytes));
      const contents = await measureMp3(fileOf(bytes));
      // A frame that seems twice as long hides the next one.
      const isFound = fault !== null || contents?.samples !== 5 * 1_152;
      // Which kind of joint stereo a frame has may differ.
      const isFree = bit === 26 || bit === 27;
      assertEquals(isFound, !isFree, `frame ${number}, bit ${bit}`);
    }
  }
});

Deno.test("inspectMp3: reports each flipped bit in the header of the tag", async () => {
  const whole = joined(TAG, ...frames(5));
  for (let at = 0; at < 10; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const bytes = whole.slice();
      bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
      const { fault } = await inspectMp3(fileOf(bytes));
      assert(fault !== null, `byte ${at}, bit ${bit}`);
    }
  }
});
