/**
 * Notices that the sound server was started anew, so that nobody waits longer
 * than it was away.
 *
 * @module
 */

import { type Device, pulseSocketPath } from "../audio/device.ts";
import type { Clock, TimerHandle } from "../platform/clock.ts";
import type { HostEnvironment } from "../platform/host.ts";

/** How often the socket is looked at during a wait, in milliseconds. */
const LOOK_MS = 250;
/** A server that comes and goes is met at most so often, in milliseconds: each time costs lines of the log. */
const PAUSE_MS = 10_000;
/** A server that listens is given this long to find its devices, in milliseconds. */
const SETTLE_MS = 250;

/** Looks for the return of what audio comes from. */
export interface ReturnWatch {
  /** A new run begins: what is there now is what it finds. */
  mark(): void;
  /** Calls once when there is another one than at the last mark; disposing of it ends that. */
  onReturn(callback: () => void): Disposable;
}

/** Watches a socket: a server that is started makes it anew. */
export class SocketWatch implements ReturnWatch {
  readonly #path: string;
  readonly #clock: Clock;
  #known: string | null = null;
  #lastReturn = -Infinity;

  /** A watch of the socket at `path`. */
  constructor(path: string, clock: Clock) {
    this.#path = path;
    this.#clock = clock;
  }

  /** See {@linkcode ReturnWatch.mark}. */
  mark(): void {
    this.#known = identityOf(this.#path);
  }

  /** See {@linkcode ReturnWatch.onReturn}. */
  onReturn(callback: () => void): Disposable {
    let timer: TimerHandle;
    const check = () => {
      const found = identityOf(this.#path);
      const isNew = found !== null && found !== this.#known;
      const passed = this.#clock.monotonic() - this.#lastReturn;
      timer = isNew && passed >= PAUSE_MS
        ? this.#clock.setTimeout(notify, SETTLE_MS)
        : this.#clock.setTimeout(check, LOOK_MS);
    };
    const notify = () => {
      this.#lastReturn = this.#clock.monotonic();
      callback();
    };
    check();
    return { [Symbol.dispose]: () => this.#clock.clearTimeout(timer) };
  }
}

function identityOf(path: string): string | null {
  try {
    const { dev, ino, mtime } = Deno.statSync(path);
    return `${dev} ${ino} ${mtime?.getTime()}`;
  } catch {
    // Not there, or out of reach: nothing that could have returned.
    return null;
  }
}

/**
 * The socket by which ffmpeg reaches the PulseAudio server, or PipeWire in its
 * place, of a device.
 *
 * @returns a path, or `null` when the device is none of a local server.
 */
export function pulseSocket(
  device: Device,
  machine: Pick<HostEnvironment, "env" | "uid">,
): string | null {
  if (device.kind !== "format" || device.format !== "pulse") return null;
  const server = machine.env("PULSE_SERVER");
  if (server !== undefined && server !== "") {
    // See pulse-client.conf(5): maybe a machine in braces, and `unix:`.
    const [, path] = /^(?:\{[^}]*\})?(?:unix:)?(\/\S+)/.exec(server) ?? [];
    return path ?? null;
  }
  return pulseSocketPath(machine);
}
