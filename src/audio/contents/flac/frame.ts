/**
 * Parses the headers of FLAC frames and checks their sums.
 *
 * Format: RFC 9639, section 9.
 *
 * @module
 */

/** What a frame's place and size are checked against. */
interface Limits {
  /** Samples of the largest block. */
  readonly maxBlock: number;
  /** Offset of the first frame. */
  readonly audioStart: number;
}

/** The header of a frame. */
export interface Frame {
  /** Its offset in the file. */
  readonly at: number;
  /** Bytes up to its first subframe. */
  readonly headerLength: number;
  /** Number of the frame, or of its first sample in a stream with blocks of varying size. */
  readonly number: number;
  /** Samples of each channel. */
  readonly blockSize: number;
  /** Whether blocks vary in size. */
  readonly isVariable: boolean;
  /** Samples per second and channel, or `null` when the file's header has them. */
  readonly sampleRate: number | null;
  /** Number of channels. */
  readonly channels: number;
  /** Index of the channel that has the difference of two, or `null`. */
  readonly sideChannel: number | null;
  /** Bits per sample, or `null` when the file's header has them. */
  readonly bitDepth: number | null;
}

/** Sample rates by their code in a frame (RFC 9639, section 9.1.2). */
const SAMPLE_RATES: readonly (number | null)[] = [
  ...[null, 88_200, 176_400, 192_000, 8_000, 16_000, 22_050, 24_000],
  ...[32_000, 44_100, 48_000, 96_000],
];
/** Bits per sample by their code in a frame (RFC 9639, section 9.1.4). */
const BIT_DEPTHS: readonly (number | null)[] = [
  ...[null, 8, 12, null, 16, 20, 24, 32],
];

/** Channels with a difference by the code in a frame (RFC 9639, section 9.1.3). */
const SIDE_CHANNELS: Readonly<Record<number, number>> = { 8: 1, 9: 0, 10: 1 };

/**
 * Parses the header of a frame.
 *
 * @param at Index of the frame in `bytes`.
 * @param fileOffset Offset of the frame in the file.
 * @returns `null` when no frame of the stream begins there.
 */
export function parseFrame(
  bytes: Uint8Array,
  at: number,
  info: Limits,
  fileOffset: number,
): Frame | null {
  const byte = (index: number) => bytes[at + index] ?? 0;
  if (byte(0) !== 0xff || (byte(1) & 0xfe) !== 0xf8) return null;
  if ((byte(3) & 1) !== 0) return null;
  const blockCode = byte(2) >> 4;
  const rateCode = byte(2) & 15;
  if (blockCode === 0 || rateCode === 15 || byte(3) >> 4 > 10) return null;
  const number = codedNumber(bytes, at + 4);
  if (number === null) return null;
  let next = 4 + number.length;
  let blockSize = blockSizeOf(blockCode);
  if (blockCode === 6) blockSize = byte(next) + 1;
  if (blockCode === 7) blockSize = (byte(next) << 8 | byte(next + 1)) + 1;
  next += blockCode === 6 ? 1 : blockCode === 7 ? 2 : 0;
  const sampleRate = sampleRateOf(rateCode, byte(next), byte(next + 1));
  next += rateCode === 12 ? 1 : rateCode > 12 ? 2 : 0;
  if (at + next >= bytes.length) return null;
  if (blockSize > info.maxBlock || fileOffset < info.audioStart) return null;
  if (crc8(bytes.subarray(at, at + next)) !== byte(next)) return null;
  return {
    at: fileOffset,
    headerLength: next + 1,
    number: number.value,
    blockSize,
    isVariable: (byte(1) & 1) === 1,
    sampleRate,
    channels: byte(3) >> 4 < 8 ? (byte(3) >> 4) + 1 : 2,
    sideChannel: SIDE_CHANNELS[byte(3) >> 4] ?? null,
    bitDepth: BIT_DEPTHS[byte(3) >> 1 & 7] ?? null,
  };
}

/** Returns a frame's sample rate, or `null` when it refers to the header of the file. */
function sampleRateOf(
  code: number,
  first: number,
  second: number,
): number | null {
  if (code === 12) return first * 1000;
  if (code > 12) return (first << 8 | second) * (code === 14 ? 10 : 1);
  return SAMPLE_RATES[code] ?? null;
}

function blockSizeOf(code: number): number {
  if (code === 1) return 192;
  if (code <= 5) return 576 << (code - 2);
  return 256 << (code - 8);
}

/**
 * Decodes a number in the extended UTF-8 of RFC 9639, section 9.1.5: up to 36
 * bits in 7 bytes.
 */
function codedNumber(
  bytes: Uint8Array,
  at: number,
): { value: number; length: number } | null {
  const first = bytes[at] ?? 0xff;
  if (first < 0x80) return { value: first, length: 1 };
  const length = Math.clz32(~(first << 24));
  if (length < 2 || length > 7) return null;
  let value = first & (0x7f >> length);
  for (let index = 1; index < length; index++) {
    const byte = bytes[at + index] ?? 0;
    if ((byte & 0xc0) !== 0x80) return null;
    value = value * 64 + (byte & 0x3f);
  }
  return { value, length };
}

/** CRC-8 of a frame header, polynomial x^8 + x^2 + x + 1. */
function crc8(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) {
      crc = (crc & 0x80) === 0 ? crc << 1 : (crc << 1) ^ 0x07;
    }
    crc &= 0xff;
  }
  return crc;
}

/** CRC-16 of a frame, polynomial x^16 + x^15 + x^2 + 1; over a frame with its CRC it is 0. */
export function hasRightCrc16(frame: Uint8Array): boolean {
  let crc = 0;
  for (const byte of frame) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) {
      crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x8005;
    }
    crc &= 0xffff;
  }
  return frame.length > 2 && crc === 0;
}
