/**
 * A PulseAudio of our own, with a sink that passes samples bit for bit.
 *
 * @module
 */

import { join } from "@std/path";
import { type TempFolder, tempFolder } from "./temp.ts";
import { waitFor } from "./wait.ts";

/** Samples per second of the sink. */
export const RATE = 48_000;

/** A running sound server; disposing of it ends it and its players. */
export class SoundServer implements AsyncDisposable {
  readonly #folder: TempFolder;
  readonly #players: Deno.ChildProcess[] = [];
  readonly #owner: { uid?: number; gid?: number; cwd?: string };
  readonly #sink: string;
  #daemon: Deno.ChildProcess | null = null;

  private constructor(
    folder: TempFolder,
    user: number | undefined,
    sink: string,
  ) {
    this.#folder = folder;
    this.#sink = sink;
    // The checkout may be in a home that only its owner may enter.
    this.#owner = user === undefined
      ? {}
      : { uid: user, gid: user, cwd: folder.path };
  }

  /**
   * Starts a server and waits until it answers.
   *
   * @param user whose server it is; only root can start that of another user.
   * @param sink further arguments of the sink: with `norewinds=1` it is heard at once when the server is new, and not two seconds later.
   */
  static async start(user?: number, sink = ""): Promise<SoundServer> {
    const server = new SoundServer(tempFolder(), user, sink);
    Deno.chmodSync(server.#folder.path, 0o700);
    if (user !== undefined) Deno.chownSync(server.#folder.path, user, user);
    await server.plugIn();
    return server;
  }

  /** What a client needs to find the server. */
  get env(): Record<string, string> {
    return {
      XDG_RUNTIME_DIR: this.#folder.path,
      PULSE_SERVER: `unix:${join(this.#folder.path, "pulse", "native")}`,
      HOME: this.#folder.path,
    };
  }

  /** Variables for echolog, whose home is its own. */
  get clientEnv(): Record<string, string> {
    const { HOME: _, ...rest } = this.env;
    return rest;
  }

  /** Starts the daemon and waits until it answers. */
  async plugIn(): Promise<void> {
    this.#daemon = new Deno.Command("pulseaudio", {
      args: [
        ...["--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1"],
        ...["--log-level=error", "-n"],
        ...["-L", "module-native-protocol-unix auth-anonymous=1"],
        ...[
          "-L",
          `module-null-sink sink_name=loop rate=${RATE} channels=2 format=s16le ${this.#sink}`,
        ],
      ],
      env: { XDG_RUNTIME_DIR: this.#folder.path, HOME: this.#folder.path },
      ...this.#owner,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    await waitFor("the sound server", async () => {
      const { success } = await new Deno.Command("pactl", {
        args: ["info"],
        env: this.env,
        ...this.#owner,
        stdout: "null",
        stderr: "null",
      }).output();
      return success ? true : null;
    });
  }

  /** Pulls the plug: the daemon is killed. */
  async pullThePlug(): Promise<void> {
    this.#daemon?.kill("SIGKILL");
    await this.#daemon?.status;
    this.#daemon = null;
  }

  /** Plays what ffmpeg's `lavfi` makes, until the server ends. */
  playTone(frequency: number): void {
    this.#players.push(
      new Deno.Command("ffmpeg", {
        args: [
          ...["-hide_banner", "-loglevel", "error", "-re"],
          ...["-f", "lavfi", "-i", `sine=frequency=${frequency}:r=${RATE}`],
          // A player with a large buffer makes recordings start late.
          ...["-ac", "2", "-f", "pulse", "-buffer_duration", "100"],
          ...["-device", "loop", "tone"],
        ],
        env: this.env,
        stdin: "null",
        stdout: "null",
        stderr: "null",
      }).spawn(),
    );
  }

  /**
   * Plays a sound that numbers its samples: left n mod 32768, right n div 32768.
   *
   * @param latency milliseconds the player is ahead: much survives a loaded machine, little lets a new recording start at once.
   * @param first the first number.
   */
  playNumbers(latency = 200, first = 0): void {
    // By ffmpeg: this process is busy with other work at times.
    this.#start(
      ["sh", "-c", PLAY_SOUND, numbersFrom(first), ...playerArgs(latency)],
      "null",
    );
  }

  /** Plays samples of both channels, again and again. */
  playSamples(samples: Int16Array<ArrayBuffer>): void {
    const bytes = new Uint8Array(samples.buffer);
    this.#play(
      new ReadableStream({ pull: (controller) => controller.enqueue(bytes) }),
      200,
    );
  }

  /** Ends what is played. */
  async stopPlaying(): Promise<void> {
    for (const player of this.#players.splice(0)) {
      try {
        player.kill("SIGKILL");
      } catch {
        // It ended when its server did.
      }
      await player.status;
    }
  }

  #play(sound: ReadableStream<Uint8Array<ArrayBuffer>>, latency: number): void {
    const child = this.#start(["pacat", ...playerArgs(latency)], "piped");
    void sound.pipeTo(child.stdin).catch(() => {
      // The player was killed: that is how it ends.
    });
  }

  /** Starts a player before other work, where the user may do that; `nice` continues otherwise. */
  #start(command: string[], stdin: "piped" | "null"): Deno.ChildProcess {
    const child = new Deno.Command("nice", {
      args: ["-n", "-10", ...command],
      env: this.env,
      stdin,
      stdout: "null",
      stderr: "null",
    }).spawn();
    this.#players.push(child);
    return child;
  }

  /** Waits until a player is heard. */
  async waitForSound(): Promise<void> {
    await waitFor("a sound", async () => {
      const { stdout } = await new Deno.Command("ffmpeg", {
        args: [
          ...["-v", "error", "-f", "pulse", "-fragment_size", "3840"],
          ...["-i", "loop.monitor", "-t", "0.1", "-f", "s16le", "-"],
        ],
        env: this.env,
        stdin: "null",
        stderr: "null",
      }).output();
      return stdout.some((byte) => byte !== 0) ? true : null;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopPlaying();
    await this.pullThePlug();
    this.#folder[Symbol.dispose]();
  }
}

/** Plays what ffmpeg's `lavfi` makes; ffmpeg ends when its reader is killed. */
const PLAY_SOUND = `fifo=$HOME/sound.$$
mkfifo "$fifo"
ffmpeg -v error -f lavfi -i "$0" -f s16le - >"$fifo" &
exec pacat "$@" <"$fifo"`;

/** Samples that number themselves, for `lavfi`. */
function numbersFrom(first: number): string {
  const number = `(n+${first})`;
  const left = `mod(${number},32768)/32768`;
  const right = `mod(floor(${number}/32768),32768)/32768`;
  return `aevalsrc=exprs='${left}|${right}':s=${RATE}`;
}

/** Arguments of pacat for 16-bit samples of both channels. */
function playerArgs(latency: number): string[] {
  return [
    ...["-p", "--raw", `--rate=${RATE}`, "--channels=2"],
    ...["--format=s16le", `--latency-msec=${latency}`, "-d", "loop"],
  ];
}

/**
 * Decodes audio files, one after the other, to samples of both channels.
 *
 * @param isLenient whether what can be decoded of a broken file counts.
 */
export async function decodeFiles(
  paths: readonly string[],
  isLenient = false,
): Promise<Int16Array> {
  const parts: Uint8Array[] = [];
  for (const path of paths) {
    const { success, stdout } = await new Deno.Command("ffmpeg", {
      args: ["-v", "error", "-i", path, "-f", "s16le", "-ac", "2", "-"],
      stdin: "null",
    }).output();
    if (!success && !isLenient) throw new Error(`Cannot decode ${path}`);
    parts.push(stdout);
  }
  const joined = new Uint8Array(
    parts.reduce((total, part) => total + part.length, 0),
  );
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return new Int16Array(joined.buffer);
}

/** Length of an audio file in seconds, as ffprobe tells it. */
export async function probeDuration(path: string): Promise<number> {
  const { stdout } = await new Deno.Command("ffprobe", {
    args: [
      ...["-v", "error", "-show_entries", "format=duration"],
      ...["-of", "default=nw=1:nk=1", path],
    ],
  }).output();
  return Number(new TextDecoder().decode(stdout));
}

/** Length of a FLAC file in seconds, as its header tells it: quicker than ffprobe. */
export async function flacDuration(path: string): Promise<number> {
  const { stdout } = await new Deno.Command("metaflac", {
    args: ["--show-total-samples", "--show-sample-rate", path],
  }).output();
  const [samples = NaN, rate = NaN] = new TextDecoder().decode(stdout)
    .split("\n").map(Number);
  return samples / rate;
}

/** Whether `flac -t` accepts a file. */
export async function passesFlacTest(path: string): Promise<boolean> {
  const { success } = await new Deno.Command("flac", {
    args: ["--silent", "--test", path],
    stderr: "null",
  }).output();
  return success;
}
