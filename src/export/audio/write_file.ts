/**
 * Encodes samples into a file that has its name only when it is complete.
 *
 * @module
 */

import { EchologError } from "../../errors.ts";
import {
  assertFree,
  createDraft,
  removeDraft,
} from "../../platform/drafts/draft.ts";
import type { SampleForm } from "./pcm.ts";
import { FfmpegPipe } from "./pipe.ts";
import { type TargetName, TARGETS } from "./target.ts";

/** What is encoded. */
export interface Input {
  /** ffmpeg's options for it. */
  readonly args: readonly string[];
  /** ffmpeg's filter, or `null`. */
  readonly filter: string | null;
  /** Its bytes. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** A file to be written. */
export interface WriteOptions {
  /** Its path. */
  readonly path: string;
  /** Its format. */
  readonly format: TargetName;
  /** Form of the samples. */
  readonly form: SampleForm;
  /** Samples per second and channel that are encoded. */
  readonly sampleRate: number;
  /** Its tags. */
  readonly tags: Readonly<Record<string, string>>;
  /** Whether it may replace a file. */
  readonly replaces: boolean;
  /** Path of ffmpeg. */
  readonly ffmpeg: string;
  /** Ends it; nothing is left of the file. */
  readonly signal: AbortSignal;
  /** Whether the file is as it should be, before it gets its name; it is unless given. */
  readonly isRight?: (draft: string) => Promise<boolean>;
}

/**
 * Writes a file.
 *
 * @returns its size in bytes; `null` when it is not as it should be, and nothing
 * is left of it.
 * @throws {EchologError} `failed`, when it cannot be written; nothing is left.
 */
export async function writeFile(
  input: Input,
  options: WriteOptions,
): Promise<number | null> {
  const { path, signal, isRight } = options;
  const draft = createDraft(path);
  try {
    await encode(input, draft, options);
    signal.throwIfAborted();
    if (isRight !== undefined && !await isRight(draft)) {
      removeDraft(draft);
      return null;
    }
    using file = await Deno.open(draft);
    await file.sync();
    const { size } = await file.stat();
    if (!options.replaces) assertFree(path);
    Deno.renameSync(draft, path);
    return size;
  } catch (error) {
    removeDraft(draft);
    throw error;
  }
}

async function encode(
  { args, filter, bytes }: Input,
  draft: string,
  { path, format, form, sampleRate, tags, ffmpeg, signal }: WriteOptions,
): Promise<void> {
  const { muxer, encoder, encoderArgs, muxerArgs } = TARGETS[format];
  const rate = TARGETS[format].sampleRate(sampleRate);
  await using pipe = new FfmpegPipe(ffmpeg, [
    ...["-y", "-protocol_whitelist", "pipe", ...args, "-i", "pipe:0"],
    ...["-map", "0:a:0", ...(filter === null ? [] : ["-af", filter])],
    ...["-c:a", encoder(form), ...encoderArgs, "-ar", String(rate)],
    ...Object.entries(tags)
      .flatMap(([name, value]) => ["-metadata", `${name}=${value}`]),
    ...[...muxerArgs, "-f", muxer, `file:${draft}`],
  ], signal);
  for await (const block of bytes) {
    if (!await pipe.write(block)) break;
  }
  await pipe.end();
  const code = await pipe.finished();
  signal.throwIfAborted();
  if (code === 0) return;
  const [message] = pipe.messages;
  throw new EchologError(
    "failed",
    `Cannot write ${path}: ${
      message?.replaceAll(`file:${draft}`, path).replaceAll(draft, path) ??
        `ffmpeg ended with exit code ${code}`
    }`,
    { hint: "check the room on its disk, and that ffmpeg has the encoder" },
  );
}
