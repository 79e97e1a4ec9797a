/**
 * Notices that the sound server was restarted, so that a wait ends when it is
 * back.
 *
 * @module
 */

import {
  type Device,
  pulseServerSocket,
  pulseSocketPath,
} from "../audio/device.ts";
import type { Clock, TimerHandle } from "../platform/clock.ts";
import type { HostEnvironment } from "../platform/host.ts";

/** Milliseconds between two checks of the socket during a wait. */
const LOOK_MS = 250;
/** Minimum milliseconds between two returns of a flapping server: each one costs lines of the log. */
const PAUSE_MS = 10_000;
/** Milliseconds that a listening server gets to find its devices. */
const SETTLE_MS = 250;

/** Watches for the return of an audio source. */
export interface ReturnWatch {
  /** A new run begins: it uses the source that exists now. */
  mark(): void;
  /**
   * Calls back once when the source differs from that at the last mark;
   * disposing of it cancels the call.
   */
  onReturn(callback: () => void): Disposable;
}

/** Watches a socket, which a server creates again when it starts. */
export class SocketWatch implements ReturnWatch {
  readonly #path: string;
  readonly #clock: Clock;
  #known: string | null = null;
  #lastReturn = -Infinity;

  /** Creates a watch of the socket at `path`. */
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
    // The socket is missing or unreachable, so it has not returned.
    return null;
  }
}

/**
 * Returns the socket by which ffmpeg reaches the PulseAudio or PipeWire server
 * of a device.
 *
 * @returns a path, or `null` when the device is not one of a local server.
 */
export function pulseSocket(
  device: Device,
  machine: Pick<HostEnvironment, "env" | "uid">,
): string | null {
  if (device.kind !== "format" || device.format !== "pulse") return null;
  const server = machine.env("PULSE_SERVER");
  return server !== undefined && server !== ""
    ? pulseServerSocket(server)
    : pulseSocketPath(machine);
}
