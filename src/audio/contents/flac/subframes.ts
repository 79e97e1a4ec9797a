/**
 * Finds the end of a FLAC frame by parsing its subframes.
 *
 * A frame has no length, and its CRC-16 cannot tell where it ends: it stays
 * valid when zeros follow, and when the last byte is a zero that is cut off.
 *
 * Format: RFC 9639, sections 9.2 and 9.3.
 *
 * @module
 */

import { type Frame, hasRightCrc16 } from "./frame.ts";

/** Types of subframes, where the first of a range includes its order. */
const CONSTANT = 0;
const VERBATIM = 1;
const FIRST_FIXED = 8;
const MAX_FIXED_ORDER = 4;
const FIRST_LPC = 32;

/** Bits of the parameter of a partition, by the coding method of the residual. */
const PARAMETER_BITS = [4, 5] as const;

/** Skips bits; the position may lie after the end. */
class BitReader {
  readonly #bytes: Uint8Array;
  /** Number of bits read so far. */
  position: number;

  constructor(bytes: Uint8Array, byteOffset: number) {
    this.#bytes = bytes;
    this.position = byteOffset * 8;
  }

  /** Whether more was read than there is. */
  get isPastEnd(): boolean {
    return this.position > this.#bytes.length * 8;
  }

  /** Reads a number of up to 6 bits. */
  read(bits: number): number {
    const at = this.position >> 3;
    const pair = (this.#bytes[at] ?? 0) << 8 | (this.#bytes[at + 1] ?? 0);
    const value = pair >> (16 - (this.position & 7) - bits);
    this.position += bits;
    return value & ((1 << bits) - 1);
  }

  /** Counts the zeros up to the next one, and skips both. */
  unary(): number {
    const start = this.position;
    let at = start >> 3;
    let byte = (this.#bytes[at] ?? 0) & (0xff >> (start & 7));
    while (byte === 0) {
      at += 1;
      if (at >= this.#bytes.length) {
        this.position = Infinity;
        return 0;
      }
      byte = this.#bytes[at] ?? 0;
    }
    const one = at * 8 + Math.clz32(byte) - 24;
    this.position = one + 1;
    return one - start;
  }
}

/**
 * Returns the index after a frame's CRC-16.
 *
 * @param at Index of the frame in `bytes`.
 * @param bitsPerSample Bits per sample of a frame that refers to the header of
 * the file.
 * @returns `null` when the frame is not whole, malformed, or has a wrong sum.
 */
export function frameEnd(
  bytes: Uint8Array,
  at: number,
  frame: Frame,
  bitsPerSample: number,
): number | null {
  const reader = new BitReader(bytes, at + frame.headerLength);
  const depth = frame.bitDepth ?? bitsPerSample;
  for (let channel = 0; channel < frame.channels; channel++) {
    // The difference of two channels takes one bit more.
    const bits = depth + (channel === frame.sideChannel ? 1 : 0);
    if (!skipSubframe(reader, frame.blockSize, bits)) return null;
    if (reader.isPastEnd) return null;
  }
  const end = Math.ceil(reader.position / 8) + 2;
  if (end > bytes.length) return null;
  return hasRightCrc16(bytes.subarray(at, end)) ? end : null;
}

/** Skips the samples of one channel; false when they are malformed. */
function skipSubframe(
  reader: BitReader,
  blockSize: number,
  bitsPerSample: number,
): boolean {
  if (reader.read(1) !== 0) return false;
  const type = reader.read(6);
  const wasted = reader.read(1) === 0 ? 0 : reader.unary() + 1;
  const bits = bitsPerSample - wasted;
  if (bits <= 0) return false;
  if (type === CONSTANT) {
    reader.position += bits;
    return true;
  }
  if (type === VERBATIM) {
    reader.position += bits * blockSize;
    return true;
  }
  if (type >= FIRST_LPC) {
    const order = type - FIRST_LPC + 1;
    reader.position += order * bits;
    const precision = reader.read(4) + 1;
    // The shift of the coefficients, and these.
    reader.position += 5 + order * precision;
    return skipResidual(reader, blockSize, order);
  }
  const order = type - FIRST_FIXED;
  if (order < 0 || order > MAX_FIXED_ORDER) return false;
  reader.position += order * bits;
  return skipResidual(reader, blockSize, order);
}

/** Skips the Rice codes of a subframe; false when they are malformed. */
function skipResidual(
  reader: BitReader,
  blockSize: number,
  order: number,
): boolean {
  const parameterBits = PARAMETER_BITS[reader.read(2)];
  if (parameterBits === undefined) return false;
  const partitions = 1 << reader.read(4);
  const length = blockSize / partitions;
  if (!Number.isInteger(length) || length < order) return false;
  for (let partition = 0; partition < partitions; partition++) {
    const samples = partition === 0 ? length - order : length;
    const parameter = reader.read(parameterBits);
    if (parameter === (1 << parameterBits) - 1) {
      reader.position += reader.read(5) * samples;
      continue;
    }
    for (let sample = 0; sample < samples; sample++) {
      reader.unary();
      reader.position += parameter;
    }
    if (reader.isPastEnd) return false;
  }
  return true;
}
