/**
 * Writes tags into a FLAC file, in place: ffmpeg leaves 8 KiB of padding.
 *
 * Format: RFC 9639, section 8.
 *
 * @module
 */

import type { AudioFile } from "../audio_file.ts";
import {
  HEADER_LIMIT,
  readStreamInfo,
  STREAMINFO_AT,
  STREAMINFO_LENGTH,
} from "./header.ts";
import {
  type ChunkIdentity,
  type ChunkTags,
  commentsOf,
  identityOf,
} from "../tags.ts";
import { readComment, withComments } from "../vorbis_comment.ts";

/** Where the blocks behind STREAMINFO begin. */
const FIRST = STREAMINFO_AT + STREAMINFO_LENGTH;
const PADDING = 1;
const COMMENT = 4;
const NO_COMMENT = { vendor: "echolog", comments: [] };

/**
 * Writes tags; the audio stays where it is.
 *
 * @returns whether there was room.
 */
export async function tagFlac(
  file: AudioFile,
  tags: ChunkTags,
): Promise<boolean> {
  const header = await file.read(0, Math.min(file.size, HEADER_LIMIT));
  const info = readStreamInfo(header);
  if (info === null) return false;
  const blocks = blocksOf(header.subarray(0, info.audioStart), FIRST);
  const others = blocks.filter(({ type }) =>
    type !== PADDING && type !== COMMENT
  );
  const used = others.reduce((sum, { body }) => sum + 4 + body.length, 0);
  // A comment and padding, each with its head.
  const room = info.audioStart - FIRST - used - 8;
  const own = blocks.find(({ type }) => type === COMMENT);
  const comment = own === undefined ? NO_COMMENT : readComment(own.body);
  const body = comment === null
    ? null
    : withComments(comment, commentsOf(tags), room);
  if (body === null) return false;
  const padding = new Uint8Array(room - body.length);
  const written = [
    ...others,
    { type: COMMENT, body },
    { type: PADDING, body: padding },
  ];
  const bytes = new Uint8Array(info.audioStart - 4);
  // STREAMINFO is the first block, and no longer the last.
  bytes.set(header.subarray(4, FIRST));
  bytes[0] = 0;
  let at = FIRST - 4;
  for (const [index, { type, body }] of written.entries()) {
    const isLast = index === written.length - 1;
    const head = (isLast ? 0x80 : 0) | type;
    bytes.set([head, body.length >> 16, body.length >> 8, body.length], at);
    bytes.set(body, at + 4);
    at += 4 + body.length;
  }
  await file.write(4, bytes);
  return true;
}

/** Returns which chunk the tags of a file name, or `null`. */
export async function identifyFlac(
  file: AudioFile,
): Promise<ChunkIdentity | null> {
  const header = await file.read(0, Math.min(file.size, HEADER_LIMIT));
  const info = readStreamInfo(header);
  if (info === null) return null;
  const comment = blocksOf(header.subarray(0, info.audioStart), FIRST)
    .find(({ type }) => type === COMMENT);
  return identityOf(
    comment === undefined ? [] : readComment(comment.body)?.comments ?? [],
  );
}

/** Returns the metadata blocks from an offset on. */
function blocksOf(header: Uint8Array, from: number) {
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  const blocks: { type: number; body: Uint8Array }[] = [];
  for (let at = from; at + 4 <= header.length;) {
    const block = view.getUint32(at);
    const length = block & 0xffffff;
    const body = header.subarray(at + 4, at + 4 + length);
    blocks.push({ type: block >>> 24 & 0x7f, body });
    at += 4 + length;
  }
  return blocks;
}
