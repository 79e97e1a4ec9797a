/**
 * Measures the audio in an Ogg Opus file.
 *
 * Formats: RFC 3533 (Ogg pages), RFC 7845 (Opus in Ogg; granule positions
 * count samples at 48 kHz, of which the first `pre-skip` are not played).
 *
 * @module
 */

import { type AudioFile, type ChunkHeader, unreadable } from "./audio_file.ts";

/** Samples per second of every Opus granule position. */
const GRANULE_RATE = 48_000;
/** Maximum size of a page: 27 bytes, 255 lacing values, 255 × 255 bytes. */
export const PAGE_LIMIT = 27 + 255 + 255 * 255;

/** Bytes read from the start of the file: head, tags and the first page of audio. */
const HEAD_LIMIT = 4 * PAGE_LIMIT;

/** Contents of an Ogg Opus file. */
export interface OggContents {
  /** Always 48,000. */
  readonly sampleRate: number;
  /** Samples of each channel that a decoder plays. */
  readonly samples: number;
  /** Bytes up to the end of the last whole page. */
  readonly validBytes: number;
}

/**
 * Reads the first pages and the last one.
 *
 * @param isContinued whether its first samples are audio to be played, as after
 * {@linkcode clearPreSkip}.
 * @returns the contents, or `null` when it is not Opus or holds no audio.
 */
export async function measureOgg(
  file: AudioFile,
  isContinued: boolean,
): Promise<OggContents | null> {
  const head = await file.read(0, Math.min(file.size, HEAD_LIMIT));
  const first = readPage(head, 0);
  if (first === null || text(head, first.body, 8) !== "OpusHead") return null;
  const preSkip = (head[first.body + 10] ?? 0) |
    (head[first.body + 11] ?? 0) << 8;
  const start = firstGranule(head, preSkip);
  if (start === null) return null;

  const from = Math.max(0, file.size - 2 * PAGE_LIMIT);
  const tail = await file.read(from, file.size - from);
  for (let at = tail.length - 27; at >= 0; at--) {
    const page = readPage(tail, at);
    if (page === null || page.end > tail.length || page.granule <= 0) continue;
    const skipped = isContinued ? 0 : preSkip;
    const samples = page.granule - start - skipped;
    if (samples <= 0) return null;
    return { sampleRate: GRANULE_RATE, samples, validBytes: from + page.end };
  }
  return null;
}

/**
 * Writes a pre-skip of 0, for a chunk that continues another: its first samples
 * are audio, and a decoder that skips them leaves a hole of 6.5 ms at every
 * seam. Only the first chunk of an encoder begins with padding.
 */
export async function clearPreSkip(file: AudioFile): Promise<void> {
  const head = await file.read(0, Math.min(file.size, PAGE_LIMIT));
  const first = readPage(head, 0);
  if (first === null || text(head, first.body, 8) !== "OpusHead") return;
  const page = head.subarray(0, first.end);
  page.fill(0, first.body + 10, first.body + 12);
  page.fill(0, 22, 26);
  new DataView(page.buffer, page.byteOffset).setUint32(
    22,
    pageChecksum(page),
    true,
  );
  await file.write(0, page);
}

/**
 * CRC-32 of an Ogg page whose checksum is zero: polynomial 0x04c11db7, from 0,
 * bits not reflected (RFC 3533, section 6).
 */
export function pageChecksum(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) {
      crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
    }
  }
  return crc >>> 0;
}

/** A page. */
export interface Page {
  /** Position after its last whole packet. */
  readonly granule: number;
  /** Offset of its packets. */
  readonly body: number;
  /** Offset of its end. */
  readonly end: number;
  /** Lengths of the packets that end in this page. */
  readonly packets: readonly number[];
}

/** Reads a page; `null` when none begins at `at`. */
export function readPage(bytes: Uint8Array, at: number): Page | null {
  if (text(bytes, at, 4) !== "OggS" || bytes[at + 4] !== 0) return null;
  if (at + 27 > bytes.length) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at);
  const body = at + 27 + (bytes[at + 26] ?? 0);
  const packets: number[] = [];
  let end = body;
  let length = 0;
  for (const lacing of bytes.subarray(at + 27, body)) {
    end += lacing;
    length += lacing;
    if (lacing === 255) continue;
    packets.push(length);
    length = 0;
  }
  return {
    granule: Number(view.getBigInt64(6, true)),
    body,
    end,
    packets,
  };
}

/**
 * Returns the granule position before the first sample: the end of the first
 * page of audio, less its length.
 */
function firstGranule(head: Uint8Array, preSkip: number): number | null {
  for (let at = 0; at < head.length;) {
    const page = readPage(head, at);
    if (page === null) return null;
    // Head and tags have granule position 0, a page that ends no packet -1.
    if (page.granule > 0) {
      let samples = 0;
      let packet = page.body;
      for (const length of page.packets) {
        samples += packetSamples(head[packet] ?? 0, head[packet + 1] ?? 0);
        packet += length;
      }
      // The audio may end inside the only page. ffmpeg counts from the
      // pre-skip.
      return Math.max(preSkip, page.granule - samples);
    }
    at = page.end;
  }
  return null;
}

/**
 * Returns the samples at 48 kHz in an Opus packet that begins with these bytes
 * (RFC 6716, section 3.1).
 */
function packetSamples(toc: number, second: number): number {
  const config = toc >> 3;
  const frame = config < 12
    ? [480, 960, 1920, 2880][config & 3]
    : config < 16
    ? [480, 960][config & 1]
    : [120, 240, 480, 960][config & 3];
  const code = toc & 3;
  const frames = code === 0 ? 1 : code === 3 ? second & 63 : 2;
  return (frame ?? 0) * frames;
}

/** Returns some bytes as text. */
export function text(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}

/** Corrects the pre-skip of a chunk that continues another and measures it. */
export async function finishOgg(
  file: AudioFile,
  isContinued: boolean,
): Promise<OggContents | null> {
  const contents = await measureOgg(file, isContinued);
  if (contents !== null && isContinued) await clearPreSkip(file);
  return contents;
}

function hasRightChecksum(page: Uint8Array): boolean {
  const copy = page.slice();
  copy.fill(0, 22, 26);
  const view = new DataView(page.buffer, page.byteOffset, page.length);
  return view.getUint32(22, true) === pageChecksum(copy);
}

/** Bytes read at a time when walking through the pages. */
const WALK_BLOCK = 1 << 20;

/**
 * Reads the header of a finished chunk, and checks that pages follow each other
 * without a hole: a decoder skips a page whose start is damaged. The checksums
 * of pages with audio are left to the decoder.
 */
export async function inspectOgg(file: AudioFile): Promise<ChunkHeader> {
  const head = await file.read(0, Math.min(file.size, PAGE_LIMIT));
  const first = readPage(head, 0);
  if (first === null || text(head, first.body, 8) !== "OpusHead") {
    return unreadable("it cannot be read");
  }
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const tags = readPage(head, first.end);
  const isWhole = hasRightChecksum(head.subarray(0, first.end)) &&
    tags !== null &&
    hasRightChecksum(head.subarray(first.end, tags.end));
  const hole = await findHole(file, view.getUint32(14, true));
  return {
    sampleRate: view.getUint32(first.body + 12, true),
    channels: head[first.body + 9] ?? 0,
    bitDepth: null,
    codec: null,
    fault: hole !== null
      ? `no page of its stream begins at byte ${hole}`
      : isWhole
      ? null
      : "its checksum is wrong",
  };
}

/** Returns the offset where the next page should begin, but does not; or `null`. */
async function findHole(
  file: AudioFile,
  serial: number,
): Promise<number | null> {
  let bytes: Uint8Array = new Uint8Array();
  let start = 0;
  let at = 0;
  for (let number = 0; at < file.size; number++) {
    if (at + PAGE_LIMIT > start + bytes.length) {
      start = at;
      bytes = await file.read(start, Math.min(file.size - at, WALK_BLOCK));
    }
    const index = at - start;
    const page = readPage(bytes, index);
    const view = new DataView(bytes.buffer, bytes.byteOffset + index);
    const isNext = page !== null && page.end <= bytes.length &&
      view.getUint32(14, true) === serial &&
      view.getUint32(18, true) === number;
    if (!isNext) return at;
    at = start + page.end;
  }
  return null;
}
