/**
 * Reads the header of a FLAC file and compares it with the frames.
 *
 * Format: RFC 9639, section 8.
 *
 * @module
 */

import type { Frame } from "./frame.ts";

/** Bytes from the start of the file to STREAMINFO: `fLaC` and a block header. */
export const STREAMINFO_AT = 8;
/** Bytes of STREAMINFO. */
export const STREAMINFO_LENGTH = 34;
/** Maximum number of bytes before the first frame. */
export const HEADER_LIMIT = 1 << 20;

/** The fields of STREAMINFO, and where the frames begin. */
export interface StreamInfo {
  /** Samples of the smallest block but the last. */
  readonly minBlock: number;
  /** Samples of the largest block. */
  readonly maxBlock: number;
  /** Samples per second and channel. */
  readonly sampleRate: number;
  /** Number of channels. */
  readonly channels: number;
  /** Bits per sample. */
  readonly bitsPerSample: number;
  /** Samples of each channel, 0 when unknown. */
  readonly samples: number;
  /** Whether it has an MD5 of the audio. */
  readonly hasMd5: boolean;
  /** Offset of the first frame. */
  readonly audioStart: number;
}

/** Reads STREAMINFO; `null` when the header is malformed or longer than `bytes`. */
export function readStreamInfo(bytes: Uint8Array): StreamInfo | null {
  if (bytes.length < STREAMINFO_AT + STREAMINFO_LENGTH) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(0) !== 0x664c6143) return null; // "fLaC"
  let at = 4;
  for (let isLast = false; !isLast;) {
    if (at + 4 > bytes.length) return null;
    const block = view.getUint32(at);
    isLast = block >= 0x80000000;
    at += 4 + (block & 0xffffff);
  }
  const rateAndMore = view.getUint32(STREAMINFO_AT + 10);
  return {
    minBlock: view.getUint16(STREAMINFO_AT),
    maxBlock: view.getUint16(STREAMINFO_AT + 2),
    sampleRate: rateAndMore >>> 12,
    channels: ((rateAndMore >>> 9) & 7) + 1,
    bitsPerSample: ((rateAndMore >>> 4) & 31) + 1,
    samples: (rateAndMore & 0xf) * 2 ** 32 + view.getUint32(STREAMINFO_AT + 14),
    hasMd5: bytes.subarray(STREAMINFO_AT + 18, STREAMINFO_AT + 34)
      .some((byte) => byte !== 0),
    audioStart: at,
  };
}

/** A field's name, its value in the header, and its value in the frames. */
type Pair = [string, number, number];

/**
 * Compares the header of a closed chunk with its frames, which have checksums;
 * the header has none.
 *
 * @param samples Samples of each channel in the frames, or `null` when they
 * cannot be counted with this header.
 * @returns what is wrong, or `null`.
 */
export function streamInfoFault(
  info: StreamInfo,
  first: Frame,
  samples: number | null,
): string | null {
  const pairs: Pair[] = [
    ["sample rate", info.sampleRate, first.sampleRate ?? info.sampleRate],
    ["number of channels", info.channels, first.channels],
    ["bit depth", info.bitsPerSample, first.bitDepth ?? info.bitsPerSample],
    // A block that is alone in its file may be shorter.
    ...(first.isVariable || samples === first.blockSize ? [] : [
      ["block size", info.maxBlock, first.blockSize] satisfies Pair,
    ]),
    ...(first.isVariable ? [] : [
      ["minimum block size", info.minBlock, info.maxBlock] satisfies Pair,
    ]),
    ["number of samples", info.samples, samples ?? NaN],
  ];
  const wrong = pairs.find(([, claimed, found]) => claimed !== found);
  if (wrong !== undefined) {
    const [what, claimed, found] = wrong;
    const actual = Number.isNaN(found) ? "unknown" : found;
    return `its ${what} is ${claimed}, but that of the audio is ${actual}`;
  }
  // echolog clears the MD5 when it closes a chunk.
  return info.hasMd5 ? "it has an MD5, which echolog leaves empty" : null;
}

const STREAMINFO_TYPE = 0;
/** Types of metadata blocks: STREAMINFO to PICTURE. */
const LAST_TYPE = 6;

/**
 * What blocks of known structure have to be, RFC 9639, sections 8.5 to 8.8. A
 * damaged type makes one kind look like another.
 */
const BLOCK_CHECKS: ReadonlyMap<
  number,
  { readonly name: string; isSound(body: Uint8Array): boolean }
> = new Map([
  [3, { name: "seek points", isSound: ({ length }) => length % 18 === 0 }],
  [4, { name: "tags", isSound: fills }],
  [5, { name: "cue sheets", isSound: holdsTracks }],
  [6, { name: "pictures", isSound: holdsPicture }],
]);

/** Whether a cue sheet has the tracks that it counts. */
function holdsTracks(sheet: Uint8Array): boolean {
  const tracks = sheet[395] ?? 0;
  return tracks > 0 && sheet.length >= 396 + 36 * tracks;
}

/** Whether type, description and data of a picture fill its block exactly. */
function holdsPicture({ buffer, byteOffset, length }: Uint8Array): boolean {
  const view = new DataView(buffer, byteOffset, length);
  const end = [4, 0, 16].reduce(
    (at, before) =>
      at + before + 4 > length
        ? Infinity
        : at + before + 4 + view.getUint32(at + before),
    0,
  );
  return end === length;
}

/**
 * Checks the structure of the metadata blocks before `audioStart`.
 *
 * @returns what is wrong, or `null`.
 */
export function metadataFault(bytes: Uint8Array): string | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 4;
  for (let isLast = false; !isLast;) {
    const block = view.getUint32(at);
    const type = block >>> 24 & 0x7f;
    const length = block & 0xffffff;
    isLast = block >= 0x80000000;
    const isFirst = at === 4;
    if (isFirst !== (type === STREAMINFO_TYPE) || type > LAST_TYPE) {
      return `it has a metadata block of type ${type}`;
    }
    if (isFirst && length !== STREAMINFO_LENGTH) {
      return `its first block has ${length} bytes`;
    }
    const body = bytes.subarray(at + 4, at + 4 + length);
    const check = BLOCK_CHECKS.get(type);
    if (check !== undefined && !check.isSound(body)) {
      return `its ${check.name} are damaged`;
    }
    at += 4 + length;
  }
  return null;
}

/** Whether the vendor and the tags of a comment fill its block exactly. */
function fills(comment: Uint8Array): boolean {
  const { buffer, byteOffset, length } = comment;
  const view = new DataView(buffer, byteOffset, length);
  let at = 0;
  const number = () => {
    at += 4;
    return at > length ? Infinity : view.getUint32(at - 4, true);
  };
  const skip = (bytes: number) => void (at += bytes);
  skip(number());
  const count = number();
  for (let tag = 0; tag < count && at <= length; tag++) skip(number());
  return at === length;
}
