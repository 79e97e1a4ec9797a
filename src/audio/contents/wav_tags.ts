/**
 * Writes tags into a WAV file, in place of what keeps room for them: the chunk
 * `bext` of Broadcast Wave, and the date and comment of `LIST`.
 *
 * Formats: EBU Tech 3285 (bext), RIFF (INFO).
 *
 * @module
 */

import type { AudioFile } from "./audio_file.ts";
import {
  type ChunkIdentity,
  type ChunkTags,
  identityIn,
  isoTime,
  tagLine,
} from "./tags.ts";

const HEADER_LIMIT = 65_536;
/** Bytes of the fields of bext up to its version. */
const BEXT_BYTES = 348;

/**
 * Writes tags. Date and time of bext are UTC, as the name of a chunk; the time
 * reference is the number of samples since midnight.
 *
 * @returns whether there was room.
 */
export async function tagWav(
  file: AudioFile,
  tags: ChunkTags,
): Promise<boolean> {
  const header = await file.read(0, Math.min(file.size, HEADER_LIMIT));
  const places = placesIn(header);
  if (places === null) return false;
  const { bext, date, comment, sampleRate } = places;
  if (bext !== null) {
    await file.write(bext, bextBytes(tags, sampleRate));
  }
  if (date !== null) {
    await file.write(date.at, fitted(isoTime(tags.start), date.length));
  }
  if (comment !== null) {
    await file.write(comment.at, fitted(tagLine(tags), comment.length));
  }
  return bext !== null || comment !== null;
}

/**
 * Returns which chunk the tags of a file name, or `null` when they do not say: a
 * long line was cut.
 */
export async function identifyWav(
  file: AudioFile,
): Promise<ChunkIdentity | null> {
  const header = await file.read(0, Math.min(file.size, HEADER_LIMIT));
  const comment = placesIn(header)?.comment ?? null;
  if (comment === null) return null;
  const { at, length } = comment;
  const text = new TextDecoder().decode(header.subarray(at, at + length));
  return identityIn(text.replace(/\0+$/, ""));
}

interface Field {
  readonly at: number;
  readonly length: number;
}

interface Places {
  bext: number | null;
  date: Field | null;
  comment: Field | null;
  sampleRate: number;
}

/** Finds where tags go; `null` when the header is damaged. */
function placesIn(header: Uint8Array): Places | null {
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  const tag = (at: number) =>
    String.fromCharCode(...header.subarray(at, at + 4));
  const places: Places = {
    bext: null,
    date: null,
    comment: null,
    sampleRate: 0,
  };
  const walk = (from: number, to: number): boolean => {
    for (let at = from; at + 8 <= to;) {
      const length = view.getUint32(at + 4, true);
      const field = { at: at + 8, length };
      if (tag(at) === "data") return true;
      if (field.at + length > header.length) return false;
      if (tag(at) === "fmt ") places.sampleRate = view.getUint32(at + 12, true);
      if (tag(at) === "bext" && length >= BEXT_BYTES) places.bext = field.at;
      if (tag(at) === "ICRD") places.date = field;
      if (tag(at) === "ICMT") places.comment = field;
      const isInfo = tag(at) === "LIST" && tag(at + 8) === "INFO";
      if (isInfo && !walk(at + 12, at + 8 + length)) return false;
      at += 8 + length + length % 2;
    }
    return true;
  };
  if (header.length < 12 || tag(0) !== "RIFF") return null;
  return walk(12, header.length) ? places : null;
}

/** Returns the fields of bext up to the time reference. */
function bextBytes(tags: ChunkTags, sampleRate: number): Uint8Array {
  const { start, session, echolog } = tags;
  const iso = isoTime(start);
  const midnight = Math.floor(start / 86_400_000) * 86_400_000;
  const reference = Math.round((start - midnight) * sampleRate / 1000);
  const bytes = new Uint8Array(BEXT_BYTES - 2);
  bytes.set(fitted(tagLine(tags), 256), 0);
  bytes.set(fitted(`echolog ${echolog}`, 32), 256);
  bytes.set(fitted(session, 32), 288);
  bytes.set(fitted(iso.slice(0, 10), 10), 320);
  bytes.set(fitted(iso.slice(11, 19), 8), 330);
  new DataView(bytes.buffer).setBigUint64(338, BigInt(reference), true);
  return bytes;
}

/** Returns a text in ASCII, cut or filled with zeros. */
function fitted(text: string, length: number): Uint8Array {
  const bytes = new TextEncoder()
    .encode(text.replace(/[^\x20-\x7e]/g, "?")).subarray(0, length);
  const field = new Uint8Array(length);
  field.set(bytes);
  return field;
}
