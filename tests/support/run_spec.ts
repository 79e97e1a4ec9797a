/**
 * The specification of a run for tests: each names only the fields that it is
 * about.
 *
 * @module
 */

import type { RunSpec } from "../../src/ffmpeg/command/run_spec.ts";

/** A recording of the test tone as flac, with the default settings. */
export const RUN_SPEC: RunSpec = {
  device: { kind: "test" },
  sampleRate: 48_000,
  channels: 2,
  inputChannels: 2,
  inputChannel: null,
  stream: null,
  bitDepth: 16,
  format: "flac",
  segmentDuration: 300,
  duration: null,
  folder: "/rec/s",
  firstChunk: 1,
  latency: "low",
  inputArgs: [],
  outputArgs: [],
};
