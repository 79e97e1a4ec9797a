/**
 * Writes tags into an Ogg Opus file, in place of a comment that keeps room for
 * them.
 *
 * Formats: RFC 3533 (pages), RFC 7845, section 5.2 (the comment header, after
 * which zeros may follow).
 *
 * @module
 */

import type { AudioFile } from "./audio_file.ts";
import { PAGE_LIMIT, pageChecksum, readPage, text } from "./ogg.ts";
import {
  type ChunkIdentity,
  type ChunkTags,
  commentsOf,
  identityOf,
} from "./tags.ts";
import {
  readComment,
  type VorbisComment,
  withComments,
} from "./vorbis_comment.ts";

/** Name of the comment that keeps room. */
export const ROOM_NAME = "ROOM";
const MAGIC = "OpusTags";

/**
 * Writes tags; all pages stay where they are.
 *
 * @returns whether there was room.
 */
export async function tagOgg(
  file: AudioFile,
  tags: ChunkTags,
): Promise<boolean> {
  const header = await readTagPage(file);
  if (header === null) return false;
  const { bytes, page, start, end, own } = header;
  if (!own.comments.some(([name]) => name === ROOM_NAME)) return false;
  const kept = {
    ...own,
    comments: own.comments.filter(([name]) => name !== ROOM_NAME),
  };
  const room = end - start;
  const comment = withComments(kept, commentsOf(tags), room);
  if (comment === null) return false;
  const whole = bytes.slice(page, end);
  whole.fill(0, start - page);
  whole.set(comment, start - page);
  whole.fill(0, 22, 26);
  new DataView(whole.buffer).setUint32(22, pageChecksum(whole), true);
  await file.write(page, whole);
  return true;
}

/** Returns which chunk the tags of a file name, or `null`. */
export async function identifyOgg(
  file: AudioFile,
): Promise<ChunkIdentity | null> {
  return identityOf((await readTagPage(file))?.own.comments ?? []);
}

/** The page with the comments, in the first bytes of a file. */
interface TagPage {
  readonly bytes: Uint8Array;
  /** Where the page begins. */
  readonly page: number;
  /** Where its comments begin. */
  readonly start: number;
  /** Where the page ends. */
  readonly end: number;
  /** The comments. */
  readonly own: VorbisComment;
}

async function readTagPage(file: AudioFile): Promise<TagPage | null> {
  const bytes = await file.read(0, Math.min(file.size, 2 * PAGE_LIMIT));
  const head = readPage(bytes, 0);
  const page = head === null ? null : readPage(bytes, head.end);
  if (head === null || page === null || page.end > bytes.length) return null;
  const isTags = text(bytes, page.body, MAGIC.length) === MAGIC &&
    page.packets.length === 1;
  if (!isTags) return null;
  const start = page.body + MAGIC.length;
  const own = readComment(bytes.subarray(start, page.end));
  return own === null
    ? null
    : { bytes, page: head.end, start, end: page.end, own };
}
