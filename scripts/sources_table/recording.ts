/**
 * Records a source with echolog, and reads the session.
 *
 * @module
 */

import { join } from "@std/path";
import type { SessionStop } from "../../src/events.ts";
import {
  onlySession,
  type SessionOnDisk,
  startEcholog,
} from "../../tests/support/echolog.ts";
import { marksIn } from "./analysis/marks.ts";
import { repeatsOf } from "./analysis/repeats.ts";
import type { Signal } from "./analysis/signal.ts";
import { type LoggedChunk, loggedTimes } from "./analysis/timeline.ts";
import { channelOf } from "./observer.ts";
import {
  type FaultTarget,
  pause,
  type Row,
  type Stack,
} from "./stacks/stack.ts";

/** Maximum milliseconds until a recording has audio. */
const START_MS = 40_000;

/** How a recording is made. */
export interface RecordOptions {
  /** Home folder of the recorder. */
  readonly home: string;
  /** ffmpeg's path. */
  readonly ffmpeg: string;
  /** Called when the source was started again. */
  onRestart(): void;
}

/** Records a row's source, with its fault. */
export async function record(
  row: Row,
  stack: Stack,
  { home, ffmpeg, onRestart }: RecordOptions,
): Promise<SessionOnDisk> {
  const config = join(home, "echolog.conf");
  Deno.writeTextFileSync(config, configuration(stack.inputArgs ?? []));
  await using running = startEcholog([
    ...["record", "--device", stack.device, "--format", row.format],
    ...["--sample-rate", String(row.signal.rate), "--ffmpeg", ffmpeg],
    ...["--channels", String(row.signal.channels)],
  ], { home, env: { ECHOLOG_CONFIG: config, ...stack.env } });
  const session = await onlySession(join(home, "recordings"));
  const target: FaultTarget = {
    recorderPid: running.pid,
    session,
    ffmpegPid: () => session.eventsOf("ffmpeg_started").at(-1)?.pid ?? 0,
    restarted: onRestart,
  };
  await stack.connect?.();
  const limit = Date.now() + START_MS;
  while (session.eventsOf("ffmpeg_started").length === 0) {
    if (Date.now() > limit) {
      throw new Error(`No audio was recorded\n${session.logText()}`);
    }
    await pause(0.05);
  }
  const faultAt = row.faultAt ?? 0;
  const begun = Date.now();
  if (stack.fault !== undefined) {
    await pause(faultAt);
    await stack.fault(target);
  }
  await pause(Math.max(0, row.seconds - (Date.now() - begun) / 1000));
  running.signal("SIGINT");
  await running.finished;
  return session;
}

function configuration(inputArgs: readonly string[]): string {
  return `
[recording]
segment_duration = "3s"
[recovery]
backoff_max = "1s"
stall_timeout = "10s"
[ffmpeg]
input_args = ${JSON.stringify(inputArgs)}
`;
}

/** The last event of a session. */
export function stopOf(session: SessionOnDisk): SessionStop {
  const stop = session.events().at(-1);
  if (stop?.event === "session_stop") return stop;
  throw new Error(`The session did not end\n${session.logText()}`);
}

/** Decodes the chunks of a session and finds where their samples are from. */
export async function readChunks(
  session: SessionOnDisk,
  signal: Signal,
  epoch: number,
  latency: number,
): Promise<LoggedChunk[]> {
  const chunks: LoggedChunk[] = [];
  const repeats = repeatsOf(session.events());
  const gaps = session.eventsOf("gap")
    .map(({ start, end }) => ({ start: start / 1000, end: end / 1000 }));
  for (const { file, seq, start, end } of session.eventsOf("chunk_created")) {
    const samples = await decode(join(session.folder, file), signal);
    const chunk = {
      start: start / 1000,
      end: end / 1000,
      length: samples.length / signal.rate,
      marks: [],
      repeated: repeats.get(seq),
    };
    const marks = marksIn(samples, signal, (position) => {
      const [time = chunk.start] = loggedTimes(chunk, position, gaps);
      return time - epoch / 1000 - latency;
    });
    chunks.push({ ...chunk, marks });
  }
  return chunks;
}

/** Decodes the channel of a file by which its samples are recognized. */
async function decode(path: string, signal: Signal): Promise<Int16Array> {
  const { channels, carries, rate } = signal;
  const { success, stdout, stderr } = await new Deno.Command("ffmpeg", {
    args: [
      ...["-v", "error", "-i", path, "-ar", String(rate)],
      ...["-f", "s16le", "-c:a", "pcm_s16le", "pipe:1"],
    ],
    stdin: "null",
  }).output();
  if (!success) {
    throw new Error(
      `Cannot decode ${path}: ${new TextDecoder().decode(stderr)}`,
    );
  }
  const samples = new Int16Array(
    stdout.buffer,
    stdout.byteOffset,
    stdout.length >> 1,
  );
  const channel = carries === "numbers" ? 0 : channels - 1;
  return channelOf(samples, channel, channels);
}
