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
import { type ChunkTags, commentsOf } from "./tags.ts";
import { readComment, withComments } from "./vorbis_comment.ts";

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
  const bytes = await file.read(0, Math.min(file.size, 2 * PAGE_LIMIT));
  const head = readPage(bytes, 0);
  const page = head === null ? null : readPage(bytes, head.end);
  if (head === null || page === null || page.end > bytes.length) return false;
  const isTags = text(bytes, page.body, MAGIC.length) === MAGIC &&
    page.packets.length === 1;
  if (!isTags) return false;
  const start = page.body + MAGIC.length;
  const own = readComment(bytes.subarray(start, page.end));
  const isFree = own?.comments.some(([name]) => name === ROOM_NAME) ?? false;
  if (own === null || !isFree) return false;
  const kept = {
    ...own,
    comments: own.comments.filter(([name]) => name !== ROOM_NAME),
  };
  const room = page.end - start;
  const comment = withComments(kept, commentsOf(tags), room);
  if (comment === null) return false;
  const whole = bytes.slice(head.end, page.end);
  whole.fill(0, start - head.end);
  whole.set(comment, start - head.end);
  whole.fill(0, 22, 26);
  new DataView(whole.buffer).setUint32(22, pageChecksum(whole), true);
  await file.write(head.end, whole);
  return true;
}
