/**
 * Checks whether a chunk can be decoded, and measures its length.
 *
 * @module
 */

import { basename } from "@std/path";
import {
  type ChunkHeader,
  openAudioFile,
} from "../../audio/contents/audio_file.ts";
import type { ChunkIdentity } from "../../audio/contents/tags.ts";
import { chunkFormat } from "../../audio/chunk_name.ts";
import { FORMATS } from "../../audio/format.ts";
import type { Seconds } from "../../events.ts";
import { runFfmpeg } from "../../ffmpeg/query.ts";
import { parseStderrLine } from "../../ffmpeg/stderr.ts";
import { openToRead } from "../../platform/guarded/files.ts";
import { isSame, UnsafePathError } from "../../platform/guarded/guard.ts";
import { parseReport } from "../../ffmpeg/stdout.ts";

/** Result of decoding a chunk. */
export interface Decoded {
  /** Length of the decoded audio, or `null` without any. */
  readonly duration: Seconds | null;
  /** The error that ffmpeg found, or `null`. */
  readonly fault: string | null;
  /** Position of its first sample in the run, by the file itself; `null` when the format lacks it. */
  readonly position: Seconds | null;
  /** What its header says, or `null` when it could not be opened. */
  readonly header: ChunkHeader | null;
  /** Which chunk its tags name, or `null` when they do not say. */
  readonly identity: ChunkIdentity | null;
}

/** Result for a file that was not opened. */
export const NOT_OPENED: Decoded = {
  duration: null,
  fault: null,
  position: null,
  header: null,
  identity: null,
};

/** Maximum milliseconds; longer than any chunk takes on any disk. */
const LIMIT_MS = 3_600_000;

/**
 * Decodes a chunk with ffmpeg and checks every checksum of its format: those of
 * FLAC's frames and of Ogg's pages. WAV has none. Decoders ignore much of the
 * header, so that is read separately.
 *
 * @throws {SpawnError} when ffmpeg cannot be started.
 */
export async function decodeChunk(
  ffmpeg: string,
  path: string,
): Promise<Decoded> {
  const unsafe = whyUnsafe(path);
  if (unsafe !== null) {
    return { ...NOT_OPENED, fault: unsafe };
  }
  using watch = new FileWatch(path);
  const { exit, stdout, stderr } = await runFfmpeg(ffmpeg, [
    ...["-hide_banner", "-nostats", "-nostdin", "-loglevel", "+level+error"],
    ...["-progress", "pipe:1", "-xerror"],
    // One thread each: many chunks are decoded at a time.
    ...["-threads", "1", "-err_detect", "crccheck+explode"],
    // What a file holds must not decide which other files are opened.
    ...["-protocol_whitelist", "file", ...demuxerOf(path)],
    ...["-i", `file:${path}`, "-map", "0:a:0", "-f", "null", "-"],
  ], { limit: LIMIT_MS, signal: watch.signal });
  if (watch.signal.aborted) {
    return { ...NOT_OPENED, fault: "it was replaced while it was read" };
  }
  const said = stderr.map((line) => parseStderrLine(line).text.trim())
    .find((text) => text !== "") ?? null;
  const duration = stdout.reduce<Seconds | null>((last, line) => {
    const report = parseReport(line);
    return report?.kind === "progress" ? report.captured : last;
  }, null);
  const ended = exit.code === 0
    ? null
    : `ffmpeg ended with ${exit.signal ?? `exit code ${exit.code}`}`;
  return {
    duration,
    fault: said ?? ended,
    ...await readFile(path),
  };
}

/** Returns the options with which ffmpeg reads a chunk as what its name says. */
function demuxerOf(path: string): string[] {
  const format = chunkFormat(basename(path));
  return format === null ? [] : ["-f", FORMATS[format].muxer];
}

/** Milliseconds between two looks at a file that ffmpeg reads. */
const LOOK_MS = 1_000;

/** Notices that a file was replaced: ffmpeg may wait for a pipe in its place. */
class FileWatch implements Disposable {
  readonly #path: string;
  readonly #replaced = new AbortController();
  readonly #seen: Deno.FileInfo;
  readonly #timer: ReturnType<typeof setInterval>;

  /** Watches the file at a path. */
  constructor(path: string) {
    this.#path = path;
    this.#seen = Deno.lstatSync(path);
    this.#timer = setInterval(() => void this.#look(), LOOK_MS);
  }

  /** Is aborted when the file was replaced. */
  get signal(): AbortSignal {
    return this.#replaced.signal;
  }

  async #look(): Promise<void> {
    try {
      if (isSame(await Deno.lstat(this.#path), this.#seen)) return;
    } catch {
      // It was deleted.
    }
    this.#replaced.abort();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

/** Returns why ffmpeg may not open a file, or `null`: it would wait for a pipe. */
function whyUnsafe(path: string): string | null {
  try {
    openToRead(path).close();
    return null;
  } catch (error) {
    if (error instanceof UnsafePathError) return error.reason;
    throw error;
  }
}

async function readFile(
  path: string,
): Promise<Pick<Decoded, "position" | "header" | "identity">> {
  const format = chunkFormat(basename(path));
  if (format === null) {
    return { position: null, header: null, identity: null };
  }
  using handle = openToRead(path);
  const file = await openAudioFile(handle);
  const { position, inspect, identify } = FORMATS[format];
  return {
    position: await position?.(file) ?? null,
    header: await inspect(file),
    identity: await identify(file),
  };
}
