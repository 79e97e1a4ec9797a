/**
 * Rows of PulseAudio, PipeWire and ALSA.
 *
 * @module
 */

import { NotRun } from "../stacks/processes.ts";
import {
  openPipeWire,
  openPulse,
  type PulseOptions,
  type PulseTarget,
} from "../stacks/pulse.ts";
import {
  NUMBERED,
  type Opening,
  pause,
  type Row,
  type Stack,
} from "../stacks/stack.ts";

/** Ends the server; it is back after three seconds. */
async function restart({ unplug, plugIn }: PulseTarget): Promise<void> {
  await unplug();
  await pause(3);
  await plugIn();
}

/** Stops ffmpeg for five seconds. */
async function suspend({ ffmpegPid }: PulseTarget): Promise<void> {
  Deno.kill(ffmpegPid(), "SIGSTOP");
  await pause(5);
  Deno.kill(ffmpegPid(), "SIGCONT");
}

function kill({ ffmpegPid }: PulseTarget): Promise<void> {
  Deno.kill(ffmpegPid(), "SIGKILL");
  return Promise.resolve();
}

const PLAIN = { words: "none", seconds: 9 };
const RESTARTED = {
  words: "server killed, back after 3 s",
  seconds: 40,
  fault: restart,
};
const STOPPED = {
  words: "ffmpeg stopped for 5 s",
  seconds: 40,
  fault: suspend,
};
const KILLED = { words: "ffmpeg killed", seconds: 40, fault: kill };

/** What differs between rows. */
interface Variant extends PulseOptions {
  readonly words: string;
  readonly seconds: number;
}

function rowOf(
  name: string,
  source: string,
  variant: Variant,
  open: (opening: Opening, options: PulseOptions) => Promise<Stack>,
): Row {
  return {
    name,
    source,
    fault: variant.words,
    format: "flac",
    signal: NUMBERED,
    seconds: variant.seconds,
    faultAt: 4,
    isForAll: open === openPulse && variant.device === undefined,
    open: (opening) => open(opening, variant),
  };
}

/** A plug-in over PulseAudio, by ALSA's configuration. */
const ALSA_PULSE = {
  ...PLAIN,
  device: "alsa:numbers",
  alsa: `pcm.numbers { type pulse device "numbers.monitor" }\n`,
};
const ALSA_FILE = {
  ...PLAIN,
  device: "alsa:copy",
  alsa: `${ALSA_PULSE.alsa}
pcm.copy { type file slave.pcm "numbers" file "/dev/null" format raw }
`,
};
const ALSA_NULL = { ...PLAIN, device: "alsa:null" };

/** Gives samples as fast as they are read, whatever was in memory. */
function openNull(): Promise<Stack> {
  throw new NotRun("the plug-in has neither a clock nor a sound");
}

/** The rows. */
export const SOUND_SERVERS: readonly Row[] = [
  rowOf("pulse-plain", "PulseAudio", PLAIN, openPulse),
  rowOf("pulse-restarted", "PulseAudio", RESTARTED, openPulse),
  rowOf("pulse-stopped", "PulseAudio", STOPPED, openPulse),
  rowOf("pulse-killed", "PulseAudio", KILLED, openPulse),
  rowOf("pipewire-plain", "PipeWire", PLAIN, openPipeWire),
  rowOf("pipewire-restarted", "PipeWire", RESTARTED, openPipeWire),
  rowOf("pipewire-killed", "PipeWire", KILLED, openPipeWire),
  rowOf("alsa-pulse", "ALSA, pulse plug-in", ALSA_PULSE, openPulse),
  rowOf("alsa-file", "ALSA, file plug-in over pulse", ALSA_FILE, openPulse),
  rowOf("alsa-null", "ALSA, null plug-in", ALSA_NULL, openNull),
];
