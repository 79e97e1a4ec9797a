/**
 * The depth of a recording's samples: which is chosen, and ffmpeg's arguments
 * for it.
 *
 * @module
 */

import type { BitDepth } from "../../audio/bit_depth.ts";
import type { Device } from "../../audio/device.ts";
import { type Format, FORMATS } from "../../audio/format.ts";

/** How a recording is encoded. */
export interface Encoding {
  /** File format of the chunks. */
  readonly format: Format;
  /** Bits per sample, or `null` for a format without a depth. */
  readonly bitDepth: BitDepth | null;
  /** The user's further arguments before the output. */
  readonly outputArgs: readonly string[];
}

/** ffmpeg's options that choose the encoder of the audio. */
const CODEC_OPTION = /^-(?:c|codec)(?::a(?::0)?)?$|^-acodec$/;

/** Returns the value of an option among arguments, or `null`. The last one counts. */
export function lastOption(
  args: readonly string[],
  option: RegExp,
): string | null {
  const at = args.findLastIndex((word) => option.test(word));
  return (at < 0 ? undefined : args[at + 1]) ?? null;
}

/** Returns the encoder that the user's arguments name, or `null`. */
function ownEncoder(outputArgs: readonly string[]): string | null {
  return lastOption(outputArgs, CODEC_OPTION);
}

/**
 * Returns the encoder that a recording uses: that of its format, unless the
 * user's arguments name another.
 */
export function encoderOf({ format, bitDepth, outputArgs }: Encoding): string {
  return ownEncoder(outputArgs) ?? FORMATS[format].codec(bitDepth ?? 16);
}

/** Returns the bits per sample in the chunks, or `null` when the encoder has no depth. */
export function depthOf({ bitDepth, outputArgs }: Encoding): number | null {
  const own = ownEncoder(outputArgs);
  if (own === null) return bitDepth;
  const bits = /^pcm_s(\d+)[lb]e$/.exec(own)?.[1];
  return bits === undefined ? null : Number(bits);
}

/**
 * Returns ffmpeg's sample format for a recording, or `null` when the encoder
 * chooses it. Samples of 24 bits are the high bits of 32.
 */
export function sampleFormat(encoding: Encoding): "s16" | "s32" | null {
  const { bitDepth, outputArgs } = encoding;
  if (bitDepth === null || ownEncoder(outputArgs) !== null) return null;
  return bitDepth === 16 ? "s16" : "s32";
}

/** Returns the arguments that make the encoder write the depth. */
export function depthArgs(encoding: Encoding): string[] {
  const format = sampleFormat(encoding);
  if (format === null) return [];
  return [
    ...["-sample_fmt", format],
    // Without this, the FLAC encoder warns that it writes 24 bits of 32.
    ...(encoding.bitDepth === 24 ? ["-bits_per_raw_sample", "24"] : []),
  ];
}

/**
 * Returns the arguments that request a depth from a sound server or card. Both
 * give 16 bits by default.
 */
export function requestedDepthArgs(depth: BitDepth | null): string[] {
  return depth === null || depth === 16 ? [] : ["-c:a", `pcm_s${depth}le`];
}

/** Devices whose samples are floating point. */
const FLOAT_DEVICES: ReadonlySet<string> = new Set(["jack", "avfoundation"]);

/**
 * Returns the depth that `auto` chooses for a device, as far as its kind tells:
 * `null` when only its audio does.
 */
export function depthOfDevice(device: Device): BitDepth | null {
  switch (device.kind) {
    case "test":
      return 16;
    case "format":
      if (device.format === "lavfi") return null;
      return FLOAT_DEVICES.has(device.format) ? 24 : 16;
    case "url":
      // Other sources may serve one client only, so they are not opened to ask;
      // almost all of them are lossy.
      return /^(?:https?|file):/i.test(device.url) ? null : 16;
  }
}

/**
 * Returns the depth that `auto` chooses for a stream, by ffmpeg's description
 * of the input; `null` when there is none. Lossy codecs have 16 bits, whatever
 * their decoder gives.
 *
 * @param lines ffmpeg's lines.
 * @param stream number of the audio stream, from 0.
 */
export function depthOfStream(
  lines: readonly string[],
  stream: number,
): BitDepth | null {
  const found = lines.flatMap((line) => {
    const [, codec, format] =
      /Stream #0:\d+.*?: Audio: (\w+).*?, (u8|s16|s32|s64|flt|dbl)p?\b/
        .exec(line) ?? [];
    return codec === undefined || format === undefined
      ? []
      : [{ codec, format }];
  })[stream];
  if (found === undefined) return null;
  const { codec, format } = found;
  const isFloat = format === "flt" || format === "dbl";
  const hasMore = isFloat
    ? /^pcm_f|^wavpack$/.test(codec)
    : format === "s32" || format === "s64";
  return hasMore ? 24 : 16;
}
