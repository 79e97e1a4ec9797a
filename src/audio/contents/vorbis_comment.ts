/**
 * Vorbis comments, the tags of FLAC and Opus.
 *
 * Format: Ogg Vorbis I format specification, comment field and header
 * specification; RFC 7845, section 5.2; RFC 9639, section 8.6.
 *
 * @module
 */

/** The vendor and the comments of a file. */
export interface VorbisComment {
  /** What made the file. */
  readonly vendor: string;
  /** Names and values, in order. */
  readonly comments: readonly (readonly [string, string])[];
}

/** Reads comments; `null` when they are damaged. */
export function readComment(bytes: Uint8Array): VorbisComment | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  const number = () => {
    at += 4;
    return at > bytes.length ? Infinity : view.getUint32(at - 4, true);
  };
  const text = () => {
    const length = number();
    const from = at;
    at += length;
    return new TextDecoder().decode(bytes.subarray(from, at));
  };
  const vendor = text();
  const count = number();
  const comments: [string, string][] = [];
  for (let index = 0; index < count && at <= bytes.length; index++) {
    const [name = "", ...value] = text().split("=");
    comments.push([name, value.join("=")]);
  }
  return at <= bytes.length ? { vendor, comments } : null;
}

/** Writes comments. */
export function commentBytes({ vendor, comments }: VorbisComment): Uint8Array {
  const texts = [vendor, ...comments.map(([name, value]) => `${name}=${value}`)]
    .map((text) => new TextEncoder().encode(text));
  const length = texts.reduce((sum, { length }) => sum + 4 + length, 4);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [index, text] of texts.entries()) {
    view.setUint32(at, text.length, true);
    bytes.set(text, at + 4);
    at += 4 + text.length;
    if (index > 0) continue;
    view.setUint32(at, comments.length, true);
    at += 4;
  }
  return bytes;
}

/**
 * Returns comments with some of them set, those of other names kept.
 *
 * @param room Bytes that they may take; the last ones of `set` are left out when
 * they take more.
 * @returns `null` when not even the first one has room.
 */
export function withComments(
  own: VorbisComment,
  set: readonly (readonly [string, string])[],
  room: number,
): Uint8Array | null {
  const names = new Set(set.map(([name]) => name));
  const kept = own.comments.filter(([name]) => !names.has(name.toUpperCase()));
  for (let count = set.length; count > 0; count--) {
    const comments = [...kept, ...set.slice(0, count)];
    const bytes = commentBytes({ vendor: own.vendor, comments });
    if (bytes.length <= room) return bytes;
  }
  return null;
}
