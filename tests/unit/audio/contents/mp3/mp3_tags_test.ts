import { assertEquals } from "@std/assert";
import type { AudioFile } from "../../../../../src/audio/contents/audio_file.ts";
import { tagMp3 } from "../../../../../src/audio/contents/mp3/mp3_tags.ts";

const TAGS = {
  start: Date.UTC(2025, 8, 22, 10, 0, 0, 123),
  session: "night",
  seq: 7,
  device: "pulse:Göttingen",
  echolog: "0.1.0",
};

const text = (value: string) => new TextEncoder().encode(value);

function frame(id: string, body: string): Uint8Array {
  const bytes = text(`${id}\0\0\0\0\0\0\x03${body}`);
  bytes[7] = bytes.length - 10;
  return bytes;
}

/** A tag with frames, and two bytes of audio behind it. */
function fileOf(...frames: readonly Uint8Array[]) {
  const body = frames.flatMap((one) => [...one]);
  const content = Uint8Array.from([
    ...text("ID3\x04\0\0"),
    ...[0, 0, body.length >> 7, body.length & 127],
    ...body,
    ...[0xff, 0xfb],
  ]);
  const file: AudioFile = {
    size: content.length,
    read: (at, length) => Promise.resolve(content.slice(at, at + length)),
    write(at, bytes) {
      content.set(bytes, at);
      return Promise.resolve();
    },
    truncate: () => Promise.reject(new Error("truncated")),
  };
  return { file, content };
}

const ENCODER = frame("TSSE", "Lavf59\0");

/** The frames of a tag, without the zeros behind them. */
function framesIn(content: Uint8Array): string {
  return new TextDecoder().decode(content.subarray(10)).replace(
    /\0+\ufffd+$/,
    "",
  );
}

function joined(...frames: readonly Uint8Array[]): string {
  return frames.map((one) => new TextDecoder().decode(one)).join("");
}

Deno.test("tagMp3: writes tags into the room for them, and keeps other frames and the audio", async () => {
  const room = frame("TXXX", `ROOM\0${".".repeat(110)}`);
  const { file, content } = fileOf(ENCODER, room, frame("TIT2", "x"));
  const before = content.slice();
  assertEquals(await tagMp3(file, TAGS), true);
  assertEquals(content.length, before.length);
  assertEquals(content.subarray(0, 10), before.subarray(0, 10));
  assertEquals(content.subarray(-2), before.subarray(-2));
  // Not all of them have room: the last one is left out.
  assertEquals(
    framesIn(content),
    joined(
      ENCODER,
      frame("TIT2", "x"),
      frame("TDRC", "2025-09-22T10:00:00.123Z"),
      frame("TRCK", "7"),
      frame("TXXX", "SESSION\0night"),
      frame("TXXX", "ECHOLOG\x000.1.0"),
    ),
  );
});

Deno.test("tagMp3: changes nothing without room, or a tag that can be read", async () => {
  const damaged = frame("TXXX", "ROOM\0....");
  damaged[7] = 100;
  for (
    const frames of [
      [],
      [ENCODER],
      [frame("TXXX", "ROOM\0....")],
      [ENCODER, damaged],
    ]
  ) {
    const { file, content } = fileOf(...frames);
    const before = content.slice();
    assertEquals(await tagMp3(file, TAGS), false);
    assertEquals(content, before);
  }
  const { file, content } = fileOf(frame("TXXX", `ROOM\0${".".repeat(99)}`));
  content[3] = 2;
  assertEquals(await tagMp3(file, TAGS), false);
});
