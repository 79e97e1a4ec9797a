import { assertEquals } from "@std/assert";
import {
  commentBytes,
  readComment,
  withComments,
} from "../../../src/audio/contents/vorbis_comment.ts";
import {
  commentsOf,
  MAX_TEXT,
  tagLine,
} from "../../../src/audio/contents/tags.ts";

const TAGS = {
  start: Date.UTC(2025, 8, 22, 10, 0, 0, 123),
  session: "night",
  seq: 7,
  device: "pulse:Göttingen",
  echolog: "0.1.0",
};

Deno.test("readComment: reads what commentBytes wrote, and nothing that is damaged", () => {
  const comment = {
    vendor: "Lavf",
    comments: [["A", "1=2"], ["B", "ü"]],
  } as const;
  const bytes = commentBytes(comment);
  assertEquals(readComment(bytes), {
    vendor: "Lavf",
    comments: [["A", "1=2"], ["B", "ü"]],
  });
  // Zeros may follow.
  const padded = new Uint8Array(bytes.length + 9);
  padded.set(bytes);
  assertEquals(readComment(padded)?.comments.length, 2);
  for (let length = 0; length < bytes.length; length++) {
    assertEquals(readComment(bytes.subarray(0, length)), null, `${length}`);
  }
});

Deno.test("withComments: keeps others, replaces its own, and leaves out what has no room", () => {
  const own = {
    vendor: "v",
    comments: [["encoder", "x"], ["date", "old"]],
  } as const;
  const all = withComments(own, commentsOf(TAGS), 1_000);
  assertEquals(readComment(all ?? new Uint8Array())?.comments, [
    ["encoder", "x"],
    ["DATE", "2025-09-22T10:00:00.123Z"],
    ["TRACKNUMBER", "7"],
    ["SESSION", "night"],
    ["ECHOLOG", "0.1.0"],
    ["DEVICE", "pulse:Göttingen"],
  ]);
  const length = all?.length ?? 0;
  const less = withComments(own, commentsOf(TAGS), length - 1);
  assertEquals(
    readComment(less ?? new Uint8Array())?.comments.map(([name]) => name),
    ["encoder", "DATE", "TRACKNUMBER", "SESSION", "ECHOLOG"],
  );
  assertEquals(withComments(own, commentsOf(TAGS), 40), null);
});

Deno.test("tagLine: says all in one line, and fits for usual names", () => {
  assertEquals(
    tagLine({ ...TAGS, device: null }),
    "2025-09-22T10:00:00.123Z, session night, chunk 7, echolog 0.1.0",
  );
  const device =
    "pulse:alsa_input.usb-Focusrite_Scarlett_2i2_USB-00.analog-stereo";
  assertEquals(tagLine({ ...TAGS, device }).length < MAX_TEXT, true);
});
