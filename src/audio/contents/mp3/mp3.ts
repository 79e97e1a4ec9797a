/**
 * Measures the audio in an MP3 file: frames one after the other, behind a tag.
 *
 * Formats: ISO/IEC 11172-3 and 13818-3 (frames of layer III), ID3v2.4.
 *
 * @module
 */

import { type AudioFile, type ChunkHeader, unreadable } from "../audio_file.ts";

/** Contents of an MP3 file. */
export interface Mp3Contents {
  /** Samples per second and channel. */
  readonly sampleRate: number;
  /**
   * Samples of each channel that a decoder plays: those of all frames. A run
   * begins with the delay of its encoder and ends with padding.
   */
  readonly samples: number;
  /** Offset of the first frame. */
  readonly audioStart: number;
  /** Bytes up to the end of the last whole frame. */
  readonly validBytes: number;
}

/** Size of a frame's header. */
const HEADER = 4;
/** Size of a tag's header. */
const TAG_HEADER = 10;
/** Maximum size of a frame: 320 kbit/s at 32 kHz, or 160 kbit/s at 8 kHz. */
const FRAME_LIMIT = 1_441;
/** Bytes read at a time. */
const BLOCK = 1 << 20;
/** Bytes compared with zero at a time. */
const ZEROS_BLOCK = 1 << 16;

/** The bits of a frame's header that are the same in all frames of a stream. */
const CONSTANT_BITS = 0xffff_0dcf;

/** Bit rates by index, in kbit/s; of MPEG-1, and of MPEG-2 and 2.5. */
const BIT_RATES = [
  [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
] as const;
/** Sample rates of MPEG-1 by index. */
const SAMPLE_RATES = [44_100, 48_000, 32_000] as const;
/** How much lower the rates of a version are: of MPEG-2.5, none, 2 and 1. */
const DIVISORS = [4, 0, 2, 1] as const;

/** A frame by its header. */
interface Frame {
  readonly sampleRate: number;
  readonly channels: number;
  readonly samples: number;
  readonly length: number;
  /** The header's bits. */
  readonly bits: number;
}

/** Returns the frame with a header of these 32 bits, or `null`. */
function parseHeader(bits: number): Frame | null {
  if (bits >>> 21 !== 0x7ff) return null;
  const isLayer3 = (bits >>> 17 & 3) === 1;
  const divisor = DIVISORS[bits >>> 19 & 3] ?? 0;
  const rate = SAMPLE_RATES[bits >>> 10 & 3];
  const bitRate = BIT_RATES[divisor === 1 ? 0 : 1][bits >>> 12 & 15] ?? 0;
  if (!isLayer3 || divisor === 0 || rate === undefined || bitRate === 0) {
    return null;
  }
  const sampleRate = rate / divisor;
  const samples = divisor === 1 ? 1_152 : 576;
  const padding = bits >>> 9 & 1;
  return {
    sampleRate,
    channels: (bits >>> 6 & 3) === 3 ? 1 : 2,
    samples,
    length: Math.floor(samples / 8 * bitRate * 1_000 / sampleRate) + padding,
    bits,
  };
}

/** Whether the bits of a header may be in the same stream as another. */
function isOfStream(bits: number, first: Frame | null): boolean {
  return first === null || ((bits ^ first.bits) & CONSTANT_BITS) === 0;
}

/** The frames of a file. */
interface Frames {
  /** The first one. */
  readonly first: Frame;
  /** Its offset. */
  readonly start: number;
  /** Their number. */
  readonly count: number;
  /** Offset behind the last one. */
  readonly end: number;
  /** Offset of the frame before the last one, or of the only one. */
  readonly lastTwo: number;
  /** Offset where a frame should begin but does not, or `null`. */
  readonly hole: number | null;
}

/** A part of a file in memory. */
class Window {
  readonly #file: AudioFile;
  #bytes: Uint8Array = new Uint8Array();
  #start = 0;

  /** A window onto a file, which shows nothing yet. */
  constructor(file: AudioFile) {
    this.#file = file;
  }

  /** Shows a frame at an offset, and the header behind it. */
  async show(at: number): Promise<void> {
    const end = this.#start + this.#bytes.length;
    const wanted = Math.min(at + FRAME_LIMIT + 4, this.#file.size);
    if (at >= this.#start && wanted <= end) return;
    this.#start = at;
    this.#bytes = await this.#file.read(at, BLOCK);
  }

  /** Returns the 32 bits at an offset, or `null` behind the end. */
  bits(at: number): number | null {
    const bytes = this.bytes(at, 4);
    return bytes.length < 4 ? null : bitsOf(bytes);
  }

  /** Returns bytes that are shown. */
  bytes(at: number, length: number): Uint8Array {
    const index = at - this.#start;
    return this.#bytes.subarray(index, index + length);
  }

  /** Returns where the next header may be. */
  nextSync(at: number): number {
    const index = this.#bytes.indexOf(0xff, at - this.#start);
    return this.#start + (index < 0 ? this.#bytes.length : index);
  }
}

function bitsOf(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getInt32(0);
}

/**
 * Finds the frames from an offset on. A frame begins where the one before it
 * ends. Where it does not, the next one is searched for: a damaged header must
 * not cost the audio after it. A frame that was searched for counts only if
 * another follows it, or zeros, or the end of the file.
 */
async function findFrames(
  file: AudioFile,
  from: number,
): Promise<Frames | null> {
  const window = new Window(file);
  let first: Frame | null = null;
  let count = 0;
  let end = from;
  let start = from;
  let last = from;
  let lastTwo = from;
  let hole: number | null = null;
  for (let at = from; at < file.size;) {
    await window.show(at);
    const frame = parseHeader(window.bits(at) ?? 0);
    const after = at + (frame?.length ?? 0);
    const isWhole = frame !== null && after <= file.size &&
      isOfStream(frame.bits, first);
    const isEnded = isWhole && doesEnd(frame, window.bits(after));
    const isFound = isEnded || isWhole && first !== null && at === end;
    if (!isEnded) hole ??= isFound ? after : at;
    if (isFound) {
      first ??= frame;
      if (count === 0) start = at;
      lastTwo = count === 0 ? at : last;
      last = at;
      count++;
      end = after;
    }
    // The damaged header may be that of this frame, whose length is wrong then.
    at = isEnded ? after : window.nextSync(at + 1);
  }
  return first === null ? null : { first, start, count, end, lastTwo, hole };
}

/** Whether a frame ends where it should, by the bits that follow. */
function doesEnd(frame: Frame, next: number | null): boolean {
  return next === null || next === 0 ||
    parseHeader(next) !== null && isOfStream(next, frame);
}

/**
 * Returns the offset behind the tag, 0 without one.
 *
 * @returns `null` when there is a tag that cannot be read.
 */
export async function tagEnd(file: AudioFile): Promise<number | null> {
  const tag = await file.read(0, Math.min(file.size, TAG_HEADER));
  if (String.fromCharCode(...tag.subarray(0, 3)) !== "ID3") return 0;
  const [major = 0, revision, flags] = tag.subarray(3, 6);
  const sizes = tag.subarray(6);
  const isKnown = (major === 3 || major === 4) && revision === 0 &&
    flags === 0 && sizes.length === 4 && sizes.every((byte) => byte < 128);
  return isKnown
    ? sizes.reduce((size, byte) => size << 7 | byte, 0) + TAG_HEADER
    : null;
}

/**
 * Counts the frames.
 *
 * @returns the contents, or `null` when there is no whole frame.
 */
export async function measureMp3(file: AudioFile): Promise<Mp3Contents | null> {
  const frames = await findFrames(file, await tagEnd(file) ?? 0);
  return frames === null ? null : contentsOf(frames);
}

function contentsOf({ first, count, start, end }: Frames): Mp3Contents {
  return {
    sampleRate: first.sampleRate,
    samples: count * first.samples,
    audioStart: start,
    validBytes: end,
  };
}

/**
 * Measures a chunk. A single frame gets a silent one behind it: ffmpeg opens no
 * file with fewer than two.
 */
export async function finishMp3(file: AudioFile): Promise<Mp3Contents | null> {
  const contents = await measureMp3(file);
  if (contents === null) return null;
  const { audioStart, validBytes } = contents;
  const length = validBytes - audioStart;
  if (length > FRAME_LIMIT) return contents;
  const frame = (await file.read(audioStart, length)).slice();
  if (parseHeader(bitsOf(frame))?.length !== length) return contents;
  // Without side information a frame has no sound.
  frame.fill(0, HEADER);
  await file.write(validBytes, frame);
  return {
    ...contents,
    samples: 2 * contents.samples,
    validBytes: validBytes + length,
  };
}

/**
 * Returns the offset and the samples of the last two frames: a decoder that
 * begins with them is ready for the frame that follows.
 *
 * @returns `null` when the file does not end with them.
 */
export async function lastMp3Frames(
  file: AudioFile,
): Promise<{ readonly at: number; readonly samples: number } | null> {
  const frames = await findFrames(
    file,
    Math.max(await tagEnd(file) ?? 0, file.size - 4 * FRAME_LIMIT),
  );
  if (frames === null || frames.count < 2 || frames.end < file.size) {
    return null;
  }
  return { at: frames.lastTwo, samples: 2 * frames.first.samples };
}

/**
 * Whether a file has only the tag, with less than a frame behind it, or zeros
 * from a power cut.
 */
export async function isMp3Header(file: AudioFile): Promise<boolean> {
  const end = await tagEnd(file);
  if (end === null || end === 0) return false;
  const rest = await file.read(end, FRAME_LIMIT);
  const frame = rest.length < 4 ? null : parseHeader(bitsOf(rest));
  return rest.length < 4 || frame !== null && end + frame.length > file.size ||
    await isZeroFrom(file, end);
}

async function isZeroFrom(file: AudioFile, from: number): Promise<boolean> {
  for (let at = from; at < file.size; at += ZEROS_BLOCK) {
    const bytes = await file.read(at, ZEROS_BLOCK);
    if (bytes.some((byte) => byte !== 0)) return false;
  }
  return true;
}

/**
 * Reads the header of a finished chunk, and checks that its frames follow each
 * other without a hole: a decoder skips what is between frames. There is no
 * checksum.
 */
export async function inspectMp3(file: AudioFile): Promise<ChunkHeader> {
  const start = await tagEnd(file);
  const frames = await findFrames(file, start ?? 0);
  if (frames === null) return unreadable("it cannot be read");
  const { first: { sampleRate, channels }, hole } = frames;
  return {
    sampleRate,
    channels,
    bitDepth: null,
    codec: null,
    fault: start === null
      ? "its tag cannot be read"
      : hole === null
      ? null
      : `no frame of its stream begins at byte ${hole}`,
  };
}
