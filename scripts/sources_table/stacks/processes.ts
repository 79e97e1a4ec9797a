/**
 * The programs of a stack.
 *
 * @module
 */

import type { Signal } from "../analysis/signal.ts";
import { soundFromNow } from "../player.ts";

/** A stack cannot be started here; the message says why. */
export class NotRun extends Error {}

/** Programs that end together, the last one first. */
export class Processes implements AsyncDisposable {
  readonly #children: Deno.ChildProcess[] = [];
  readonly #sounds: Promise<void>[] = [];

  /** Starts a program that reads nothing and prints nothing. */
  start(
    program: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Deno.ChildProcess {
    return this.#spawn(program, args, env, "null");
  }

  /** Starts a program that reads the sound from its standard input. */
  feed(
    signal: Signal,
    epoch: number,
    program: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Deno.ChildProcess {
    const child = this.#spawn(program, args, env, "piped");
    const sound = soundFromNow(signal, epoch).pipeTo(child.stdin).catch(() => {
      // The program ended: that is how the sound ends.
    });
    this.#sounds.push(sound);
    return child;
  }

  #spawn(
    program: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    stdin: "null" | "piped",
  ): Deno.ChildProcess {
    try {
      const child = new Deno.Command(program, {
        args: [...args],
        env: { ...env },
        stdin,
        stdout: "null",
        stderr: Deno.env.has("SOURCES_DEBUG") ? "inherit" : "null",
      }).spawn();
      this.#children.push(child);
      return child;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      throw new NotRun(`${program} is not installed`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children.splice(0).reverse()) await end(child);
    await Promise.all(this.#sounds.splice(0));
  }
}

/** Ends a program, if it runs, and waits for its end. */
export async function end(
  child: Deno.ChildProcess,
  signal: Deno.Signal = "SIGKILL",
): Promise<void> {
  try {
    child.kill(signal);
  } catch {
    // It ended by itself.
  }
  await child.status;
}

/** Returns a port that is free now. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Whether a port accepts connections; `null` if not. */
export async function accepts(port: number): Promise<true | null> {
  try {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    connection.close();
    return true;
  } catch {
    return null;
  }
}

/** ffmpeg's options for the sound on its standard input. */
export function soundInput({ rate, channels }: Signal): string[] {
  return [
    ...["-hide_banner", "-loglevel", "error", "-fflags", "+nobuffer"],
    ...["-probesize", "32", "-analyzeduration", "0"],
    ...["-f", "s16le", "-ar", String(rate), "-ac", String(channels)],
    ...["-i", "pipe:0"],
  ];
}
