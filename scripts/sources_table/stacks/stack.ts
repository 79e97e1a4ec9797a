/**
 * What all stacks have in common.
 *
 * @module
 */

import type { SessionOnDisk } from "../../../tests/support/echolog.ts";
import type { Signal } from "../analysis/signal.ts";
import type { Arrival } from "../analysis/truth.ts";

/** A running source of sound. */
export interface Stack extends AsyncDisposable {
  /** What `--device` takes. */
  readonly device: string;
  /** Variables with which programs find it. */
  readonly env: Readonly<Record<string, string>>;
  /** ffmpeg's further arguments before `-i`. */
  readonly inputArgs?: readonly string[];
  /** A program that prints the sound as s16le; it is started again when it ends. */
  readonly reader: readonly string[] | null;
  /** Moments that the stack itself notes, in the place of a reader. */
  readonly arrivals?: () => Promise<readonly Arrival[]>;
  /** Connects a recorder that has been started. */
  readonly connect?: () => Promise<void>;
  /** Breaks it, in the way of the row. */
  readonly fault?: (recording: FaultTarget) => Promise<void>;
}

/** What a fault acts on. */
export interface FaultTarget {
  /** Process id of the recorder. */
  readonly recorderPid: number;
  /** What is recorded. */
  readonly session: SessionOnDisk;
  /** Process id of the recording's ffmpeg. */
  ffmpegPid(): number;
  /** The source was started again now. */
  restarted(): void;
}

/** What a stack is started with. */
export interface Opening {
  /** The sound. */
  readonly signal: Signal;
  /** When its first sample was due, in milliseconds since 1970. */
  readonly epoch: number;
}

/** A row of the table before it has run. */
export interface Row {
  /** Its name for `--only`. */
  readonly name: string;
  /** The source, in words. */
  readonly source: string;
  /** The fault, in words. */
  readonly fault: string;
  /** Format of the chunks. */
  readonly format: "flac" | "wav" | "opus";
  /** The sound. */
  readonly signal: Signal;
  /** How long to record, in seconds. */
  readonly seconds: number;
  /** When the fault comes, in seconds after the first audio. */
  readonly faultAt?: number;
  /** Seconds by which the source is late, about. */
  readonly latency?: number;
  /**
   * Seconds of the first audio that came while the source was opened, and not in
   * the speed of time.
   */
  readonly skip?: number;
  /** Whether the source loses audio in pieces too short for a gap each. */
  readonly isScattered?: boolean;
  /** Length of the segments in which it sends, in seconds. */
  readonly segment?: number;
  /** Whether the source is slower than time. */
  readonly isSlow?: boolean;
  /** Whether it is also run with further ffmpegs. */
  readonly isForAll?: boolean;
  /** Starts the stack. */
  open(opening: Opening): Promise<Stack>;
}

/** Two channels at 48 kHz whose samples are numbered. */
export const NUMBERED: Signal = {
  rate: 48_000,
  channels: 2,
  carries: "numbers",
};
/** Two channels at 48 kHz with beeps alone. */
export const BEEPING: Signal = { rate: 48_000, channels: 2, carries: "beeps" };

/** Waits. */
export async function pause(seconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

/** The command of a reader that uses ffmpeg. */
export function ffmpegReader(
  { rate, channels }: Signal,
  ...input: readonly string[]
): string[] {
  return [
    ...["ffmpeg", "-v", "error", "-fflags", "nobuffer", ...input],
    ...["-map", "0:a:0", "-ar", String(rate), "-ac", String(channels)],
    ...["-f", "s16le", "-flush_packets", "1", "pipe:1"],
  ];
}
