/**
 * Writes tags into an MP3 file, in place of a comment that keeps room for them.
 *
 * Format: ID3v2.4, which allows zeros behind its frames.
 *
 * @module
 */

import type { AudioFile } from "../audio_file.ts";
import { ROOM_NAME } from "../ogg_tags.ts";
import {
  type ChunkIdentity,
  type ChunkTags,
  commentsOf,
  identityOf,
} from "../tags.ts";
import { tagEnd } from "./mp3.ts";

/** Size of the header of a tag, and of one of its frames. */
const HEADER = 10;
/** Text in UTF-8. */
const UTF8 = 3;

/** The frames of tags that have one; others have a name of their own. */
const FRAMES: Readonly<Record<string, string>> = {
  DATE: "TDRC",
  TRACKNUMBER: "TRCK",
};

/**
 * Writes tags; the audio stays where it is. Those that have no room are left
 * out, the last ones first.
 *
 * @returns whether there was room.
 */
export async function tagMp3(
  file: AudioFile,
  tags: ChunkTags,
): Promise<boolean> {
  const end = await tagEnd(file);
  if (end === null || end === 0) return false;
  const own = framesOf(await file.read(HEADER, end - HEADER));
  const isRoom = (frame: Uint8Array) => textOf(frame).startsWith(ROOM_NAME);
  if (own === null || !own.some(isRoom)) return false;
  const kept = own.filter((frame) => !isRoom(frame));
  const set = commentsOf(tags).map(([name, value]) => frameOf(name, value));
  for (let count = set.length; count > 0; count--) {
    const bytes = joined([...kept, ...set.slice(0, count)], end - HEADER);
    if (bytes === null) continue;
    await file.write(HEADER, bytes);
    return true;
  }
  return false;
}

/** Returns which chunk the tags of a file name, or `null`. */
export async function identifyMp3(
  file: AudioFile,
): Promise<ChunkIdentity | null> {
  const end = await tagEnd(file);
  if (end === null || end === 0) return null;
  const own = framesOf(await file.read(HEADER, end - HEADER)) ?? [];
  return identityOf(own.map(commentOf));
}

/** Returns the name and the value of a frame, as a comment has them. */
function commentOf(frame: Uint8Array): [string, string] {
  const id = new TextDecoder().decode(frame.subarray(0, 4));
  const name = Object.keys(FRAMES).find((name) => FRAMES[name] === id);
  const text = textOf(frame);
  if (name !== undefined) return [name, text.replace(/\0$/, "")];
  const [own = "", value = ""] = text.split("\0");
  return [own, value];
}

/** Returns the frames of a tag, each with its header; `null` when it is damaged. */
function framesOf(tag: Uint8Array): Uint8Array[] | null {
  const frames: Uint8Array[] = [];
  for (let at = 0; at + HEADER <= tag.length && tag[at] !== 0;) {
    const size = tag.subarray(at + 4, at + 8)
      .reduce((sum, byte) => sum << 7 | byte, 0);
    const next = at + HEADER + size;
    if (next > tag.length) return null;
    frames.push(tag.subarray(at, next));
    at = next;
  }
  return frames;
}

/** Returns the text of a frame, behind the byte with its encoding. */
function textOf(frame: Uint8Array): string {
  return new TextDecoder().decode(frame.subarray(HEADER + 1));
}

function frameOf(name: string, value: string): Uint8Array {
  const id = FRAMES[name];
  const text = id === undefined ? `${name}\0${value}` : value;
  const body = new TextEncoder().encode(text);
  const size = body.length + 1;
  const bytes = new Uint8Array(HEADER + size);
  bytes.set(new TextEncoder().encode(id ?? "TXXX"));
  bytes.set(
    [size >> 21, size >> 14, size >> 7, size].map((part) => part & 127),
    4,
  );
  bytes[HEADER] = UTF8;
  bytes.set(body, HEADER + 1);
  return bytes;
}

/** Returns frames with zeros behind them; `null` when they are too long. */
function joined(
  frames: readonly Uint8Array[],
  length: number,
): Uint8Array | null {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const frame of frames) {
    if (at + frame.length > length) return null;
    bytes.set(frame, at);
    at += frame.length;
  }
  return bytes;
}
