/**
 * PulseAudio, PipeWire with its PulseAudio server, and ALSA's plug-ins over
 * PulseAudio.
 *
 * @module
 */

import { join } from "@std/path";
import { PipeWire } from "../../../tests/support/pipewire.ts";
import { pactl, type ServerEnv } from "../../../tests/support/pulse_client.ts";
import { SoundServer } from "../../../tests/support/sound_server.ts";
import type { Signal } from "../analysis/signal.ts";
import { NotRun, Processes } from "./processes.ts";
import type { FaultTarget, Opening, Stack } from "./stack.ts";

/** A sound server that can be started again. */
interface Server extends AsyncDisposable {
  /** Variables for clients. */
  readonly env: ServerEnv;
  /** Ends it at once. */
  pullThePlug(): Promise<void>;
  /** Starts it. */
  plugIn(): Promise<void>;
}

/** What a fault of a sound server acts on. */
export interface PulseTarget extends FaultTarget {
  /** Ends the server and the player. */
  unplug(): Promise<void>;
  /** Starts both. */
  plugIn(): Promise<void>;
}

/** How to open a sound server. */
export interface PulseOptions {
  /** What breaks. */
  readonly fault?: (target: PulseTarget) => Promise<void>;
  /** What to record; otherwise the monitor of the sink. */
  readonly device?: string;
  /** Text of the `.asoundrc` in the home of clients. */
  readonly alsa?: string;
}

/** The sink that plays the sound. */
const SINK = "numbers";
/** Eight channels as ffmpeg asks for them: others would be mixed. */
const EIGHT = "front-left,front-right,front-center,lfe,rear-left,rear-right," +
  "front-left-of-center,front-right-of-center";

/** Without this, a new sink of PulseAudio drops its first two seconds. */
const AT_ONCE = ["norewinds=1"];

/** Opens PulseAudio. */
export async function openPulse(
  opening: Opening,
  options: PulseOptions = {},
): Promise<Stack> {
  return await openServer(opening, options, AT_ONCE, () => SoundServer.start());
}

/** Opens PipeWire. */
export async function openPipeWire(
  opening: Opening,
  options: PulseOptions = {},
): Promise<Stack> {
  return await openServer(opening, options, [], async () => {
    const server = await PipeWire.start();
    if (server === null) throw new NotRun("PipeWire does not work here");
    return server;
  });
}

async function openServer(
  { signal, epoch }: Opening,
  { fault, device = `pulse:${SINK}.monitor`, alsa }: PulseOptions,
  sinkArgs: readonly string[],
  start: () => Promise<Server>,
): Promise<Stack> {
  const server = await started(start);
  const players = new Processes();
  const { HOME: home, ...rest } = server.env;
  const folder = server.env.XDG_RUNTIME_DIR ?? home ?? "";
  const env = { ...rest };
  if (alsa !== undefined) {
    env.ALSA_CONFIG_PATH = join(folder, "asound.conf");
    Deno.writeTextFileSync(
      env.ALSA_CONFIG_PATH,
      `</usr/share/alsa/alsa.conf>\n${alsa}`,
    );
  }
  const play = async () => {
    await addSink(server.env, signal, sinkArgs);
    players.feed(signal, epoch, "pacat", playerArgs(signal), server.env);
  };
  const unplug = async () => {
    await players[Symbol.asyncDispose]();
    await server.pullThePlug();
  };
  await play();
  return {
    device,
    env,
    reader: [
      ...["parec", "--raw", "--latency-msec=10", "-d", `${SINK}.monitor`],
      ...formatArgs(signal),
    ],
    ...(fault === undefined ? {} : {
      fault: (target) =>
        fault({
          ...target,
          unplug: async () => {
            await unplug();
            target.restarted();
          },
          plugIn: async () => {
            await server.plugIn();
            await play();
          },
        }),
    }),
    async [Symbol.asyncDispose]() {
      await players[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

async function started(start: () => Promise<Server>): Promise<Server> {
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new NotRun(`the sound server is not installed: ${error.message}`);
  }
}

async function addSink(
  env: ServerEnv,
  { rate, channels }: Signal,
  sinkArgs: readonly string[],
): Promise<void> {
  const map = channels === 8 ? [`channel_map=${EIGHT}`] : [];
  const added = await pactl(
    env,
    ...["load-module", "module-null-sink", `sink_name=${SINK}`],
    ...[`rate=${rate}`, `channels=${channels}`, "format=s16le", ...map],
    ...sinkArgs,
  );
  if (added === null) throw new NotRun(`no sink of ${rate} Hz`);
}

function formatArgs({ rate, channels }: Signal): string[] {
  return [
    ...["--format=s16le", `--rate=${rate}`, `--channels=${channels}`],
    ...(channels === 8 ? [`--channel-map=${EIGHT}`] : []),
  ];
}

function playerArgs(signal: Signal): string[] {
  return [
    ...["-p", "--raw", "--latency-msec=150", "-d", SINK],
    ...formatArgs(signal),
  ];
}
