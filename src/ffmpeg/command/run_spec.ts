/**
 * What ffmpeg is to record.
 *
 * @module
 */

import type { Align } from "../../audio/align.ts";
import type { SessionTags } from "../../audio/contents/tags.ts";
import type { Latency } from "../../audio/latency.ts";
import type { ChunkNaming } from "../../audio/chunk_name.ts";
import type { BitDepth } from "../../audio/bit_depth.ts";
import type { Device } from "../../audio/device.ts";
import type { Format } from "../../audio/format.ts";
import type { EpochMs, Seconds } from "../../events.ts";

/** Specification of a run. */
export interface RunSpec {
  /** Where the audio comes from. */
  readonly device: Device;
  /** Samples per second and channel. */
  readonly sampleRate: number;
  /** Number of channels of the recording. */
  readonly channels: number;
  /** Number of channels to request from the device. */
  readonly inputChannels: number;
  /** The input's channel that is recorded alone, from 0, or `null` for all. */
  readonly inputChannel: number | null;
  /** Audio stream of the source, from 0, or `null` for the first. */
  readonly stream: number | null;
  /** Bits per sample, or `null` for a format without a depth. */
  readonly bitDepth: BitDepth | null;
  /** File format of the chunks. */
  readonly format: Format;
  /** Nominal length of a chunk. */
  readonly segmentDuration: Seconds;
  /** How much audio is captured at once; normal unless given. */
  readonly latency?: Latency;
  /** Whether chunks begin at multiples of that on the clock; off unless given. */
  readonly align?: Align;
  /** How chunks are named; by number unless given. */
  readonly chunkNames?: ChunkNaming;
  /** What the chunks say of themselves; nothing unless given. */
  readonly tags?: SessionTags;
  /** Requested duration, or `null` to run until stopped. */
  readonly duration: Seconds | null;
  /** When that begins; without it, samples alone count. */
  readonly since?: EpochMs;
  /** Folder of the chunks. */
  readonly folder: string;
  /** Number of the first chunk. */
  readonly firstChunk: number;
  /** Further arguments before `-i`. */
  readonly inputArgs: readonly string[];
  /** Further arguments before the output. */
  readonly outputArgs: readonly string[];
}

/** The part of a run that does not depend on where its chunks go. */
export type CaptureSpec = Omit<
  RunSpec,
  "segmentDuration" | "folder" | "firstChunk"
>;
