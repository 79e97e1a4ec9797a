/**
 * Sound of more than 16 bits or more than two channels: sinks, players and
 * decoders.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { runProgram } from "./program.ts";
import { RATE, type SoundServer } from "./sound_server.ts";

/** Form of the samples that a player plays. */
export interface PlayedForm {
  /** PulseAudio's name of the format, such as `s32le`. */
  readonly format: string;
  /** Names of the channels, separated by commas. */
  readonly channelMap: string;
}

/** Adds a sink to a server; its source is `NAME.monitor`. */
export async function addSink(
  server: SoundServer,
  name: string,
  { format, channelMap }: PlayedForm,
): Promise<void> {
  const { code, stderr } = await runProgram("pactl", [
    // Without rewinds a new recording is heard at once.
    ...["load-module", "module-null-sink", `sink_name=${name}`, "norewinds=1"],
    ...[`rate=${RATE}`, `format=${format}`],
    ...[`channels=${channelMap.split(",").length}`],
    `channel_map=${channelMap}`,
  ], { env: server.env });
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
}

/** Plays blocks of raw samples into a sink until it is disposed of. */
export function playRaw(
  server: SoundServer,
  sink: string,
  { format, channelMap }: PlayedForm,
  nextBlock: () => Uint8Array<ArrayBuffer>,
): AsyncDisposable {
  const child = new Deno.Command("pacat", {
    args: [
      ...["-p", "--raw", `--rate=${RATE}`, `--format=${format}`],
      ...[`--channels=${channelMap.split(",").length}`],
      ...[`--channel-map=${channelMap}`, "--latency-msec=200", "-d", sink],
    ],
    env: server.env,
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const blocks = new ReadableStream({
    pull: (controller) => controller.enqueue(nextBlock()),
  });
  void blocks.pipeTo(child.stdin).catch(() => {
    // The player was killed: that is how it ends.
  });
  return {
    async [Symbol.asyncDispose]() {
      try {
        child.kill("SIGKILL");
      } catch {
        // It ended when its server did.
      }
      await child.status;
    },
  };
}

/** Returns blocks of samples of 24 bits in 32: left counts up from 1, right is its negative. */
export function numberedBlocks(): () => Uint8Array<ArrayBuffer> {
  let number = 0;
  return () => {
    const samples = new Int32Array(2 * 4_800);
    for (let index = 0; index < samples.length; index += 2) {
      number = number % 8_000_000 + 1;
      samples[index] = number << 8;
      samples[index + 1] = -number << 8;
    }
    return new Uint8Array(samples.buffer);
  };
}

/** Decodes files, one after the other, to samples of 32 bits of both channels. */
export async function decodeDeep(
  paths: readonly string[],
): Promise<Int32Array> {
  const parts = await Promise.all(paths.map(async (path) => {
    const { success, stdout } = await new Deno.Command("ffmpeg", {
      args: ["-v", "error", "-i", path, "-f", "s32le", "-"],
      stdin: "null",
    }).output();
    if (!success) throw new Error(`Cannot decode ${path}`);
    return new Int32Array(stdout.slice().buffer);
  }));
  const joined = new Int32Array(
    parts.reduce((total, part) => total + part.length, 0),
  );
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Bits per sample of an audio file, as ffprobe reports them. */
export async function probeDepth(path: string): Promise<number> {
  const { stdout } = await runProgram("ffprobe", [
    ...["-v", "error", "-show_entries", "stream=bits_per_raw_sample"],
    ...["-of", "default=nw=1:nk=1", path],
  ]);
  const bits = Number(stdout);
  if (bits > 0) return bits;
  // For PCM of 16 bits, ffmpeg reports only those of the codec.
  const pcm = await runProgram("ffprobe", [
    ...["-v", "error", "-show_entries", "stream=bits_per_sample"],
    ...["-of", "default=nw=1:nk=1", path],
  ]);
  return Number(pcm.stdout);
}
