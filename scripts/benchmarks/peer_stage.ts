/**
 * A sound server of its own, a program that records from it, and what the
 * server reports about recorders.
 *
 * @module
 */

import { join } from "@std/path";
import { SoundServer } from "../../tests/support/sound_server.ts";
import { waitFor } from "../../tests/support/wait.ts";
import { endedOnInterrupt } from "./interrupt.ts";
import { Listener } from "./numbered_audio.ts";
import {
  type Peer,
  type Place,
  RunningPeer,
  tryToKill,
} from "./peer_programs.ts";

/** The number that the sound begins with when the server is back. */
export const SECOND_SOUND = 32_768 * 1_000;

/** Where one program meets its faults; disposing of it ends all that it started. */
export class Stage implements AsyncDisposable {
  /** Folders and environment of the program. */
  readonly place: Place;
  /** The program's supervisor of the moment. */
  running: RunningPeer;
  readonly #peer: Peer;
  readonly #server: SoundServer;
  readonly #seen = new Set<number>();
  readonly #groups = new Set<number>();
  #listener: Listener;

  private constructor(
    peer: Peer,
    server: SoundServer,
    home: string,
    output: string,
  ) {
    this.#peer = peer;
    this.#server = server;
    this.place = { home, output, env: server.clientEnv };
    this.#listener = new Listener(server);
    this.running = this.start();
  }

  /**
   * Starts a server and a program, and waits until that records.
   *
   * @param home the program's home folder.
   * @param output the folder for its files, which exists; one in its home if none is given.
   */
  static async open(
    peer: Peer,
    home: string,
    output?: string,
  ): Promise<Stage> {
    const folder = output ?? join(home, "out");
    if (output === undefined) Deno.mkdirSync(folder);
    const server = await SoundServer.start(undefined, "norewinds=1");
    server.playNumbers(50);
    await server.waitForSound();
    const stage = endedOnInterrupt(new Stage(peer, server, home, folder));
    await stage.recorderOtherThan([]);
    return stage;
  }

  /** The number that the sound has come to. */
  get heard(): number {
    return this.#listener.last;
  }

  /**
   * Lets a while of recording pass, of a length that falls anywhere in a frame.
   *
   * @returns the number that the sound had come to in the middle of it: what a fault costs of programs' buffers is all behind that.
   */
  async mark(): Promise<number> {
    await pause(0.7);
    const number = this.heard;
    await pause(0.9 + Math.random() * 0.4);
    return number;
  }

  /** Starts the program, again if it is the second time. */
  start(): RunningPeer {
    this.running = new RunningPeer(this.#peer, this.place);
    this.#groups.add(this.running.pid);
    return this.running;
  }

  /** Process ids of those who record at the moment. */
  async recorders(): Promise<number[]> {
    const { stdout } = await new Deno.Command("pactl", {
      args: ["list", "source-outputs"],
      env: { ...this.#server.env, LC_ALL: "C" },
      stderr: "null",
    }).output();
    const text = new TextDecoder().decode(stdout);
    const pids = [...text.matchAll(/application\.process\.id = "(\d+)"/g)]
      .map(([, pid]) => Number(pid))
      .filter((pid) => pid !== this.#listener.pid);
    for (const pid of pids) this.#seen.add(pid);
    return pids;
  }

  /** Waits for a new recorder; `null` if none starts for long. */
  async recorderOtherThan(
    others: readonly number[],
  ): Promise<number | null> {
    try {
      return await waitFor("a recorder", async () => {
        const pids = await this.recorders();
        return pids.find((pid) => !others.includes(pid)) ?? null;
      }, { limit: 20_000 });
    } catch {
      // That is a result, too: what was lost meanwhile is counted.
      return null;
    }
  }

  /** Kills the server; gives the last number that it played. */
  async pullThePlug(): Promise<number> {
    await this.#server.pullThePlug();
    await this.#listener.ended();
    return this.#listener.last;
  }

  /** Starts the server again, and the sound from {@linkcode SECOND_SOUND} on. */
  async plugIn(): Promise<void> {
    await this.#server.plugIn();
    this.#server.playNumbers(50, SECOND_SOUND);
    await this.#listener[Symbol.asyncDispose]();
    this.#listener = new Listener(this.#server);
  }

  /**
   * Ends all recording: the signal goes to the processes that are left, and SIGKILL to
   * those who do not mind it for ten seconds.
   */
  async end(signal: Deno.Signal): Promise<void> {
    // Loops first, that they start nothing more.
    for (const group of this.#groups) tryToKill(-group, signal);
    try {
      await waitFor("the end", async () => {
        for (const pid of await this.recorders()) {
          if (pid !== this.running.pid && this.running.code !== null) {
            tryToKill(pid, signal);
          }
        }
        const isOver = this.running.code !== null &&
          (await this.recorders()).length === 0;
        return isOver ? true : null;
      }, { limit: 10_000 });
    } catch {
      // Killed below.
    }
    for (const group of this.#groups) tryToKill(-group, "SIGKILL");
    for (const pid of await this.recorders()) tryToKill(pid, "SIGKILL");
    await this.running.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.running.code === null) await this.end("SIGKILL");
    await this.#listener[Symbol.asyncDispose]();
    await this.#server[Symbol.asyncDispose]();
  }
}

/** Lets time pass. */
export async function pause(seconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
