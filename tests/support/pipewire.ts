/**
 * A PipeWire of our own, with its PulseAudio server and its session manager.
 *
 * @module
 */

import { join } from "@std/path";
import { pactl, playTone } from "./pulse_client.ts";
import { type TempFolder, tempFolder } from "./temp.ts";
import { waitFor } from "./wait.ts";

/** A running PipeWire; disposing of it ends it. */
export class PipeWire implements AsyncDisposable {
  readonly #folder: TempFolder = tempFolder();
  readonly #processes: Deno.ChildProcess[] = [];

  /**
   * Starts PipeWire with a sink `loop`, and waits until its monitor has sound.
   *
   * @returns `null`, with the reason printed, where that does not work.
   */
  static async start(): Promise<PipeWire | null> {
    const server = new PipeWire();
    try {
      await server.#begin();
      return server;
    } catch (error) {
      console.log(`not run: PipeWire does not work here: ${error}`);
      await server[Symbol.asyncDispose]();
      return null;
    }
  }

  /** Variables for clients. */
  get env(): Record<string, string> {
    const runtime = this.#folder.path;
    return {
      XDG_RUNTIME_DIR: runtime,
      PULSE_SERVER: `unix:${join(runtime, "pulse", "native")}`,
      DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(runtime, "bus")}`,
    };
  }

  /** Plays a tone into a sink until the server ends. */
  play(sink: string): void {
    this.#processes.push(playTone(this.env, sink));
  }

  /** Ends all its programs at once. */
  async pullThePlug(): Promise<void> {
    for (const process of this.#processes.splice(0).toReversed()) {
      try {
        process.kill("SIGKILL");
      } catch {
        // It ended by itself.
      }
      await process.status;
    }
  }

  /** Starts the server again. */
  async plugIn(): Promise<void> {
    for (const socket of ["bus", "pipewire-0", "pulse/native"]) {
      await Deno.remove(join(this.#folder.path, socket)).catch(() => {
        // It went with its program.
      });
    }
    await this.#begin();
  }

  async #begin(): Promise<void> {
    const runtime = this.#folder.path;
    Deno.chmodSync(runtime, 0o700);
    const bus = `--address=unix:path=${join(runtime, "bus")}`;
    await this.#spawn("bus", "dbus-daemon", "--session", "--nofork", bus);
    await this.#spawn("pipewire-0", "pipewire");
    await this.#spawn(null, "wireplumber");
    await this.#spawn("pulse/native", "pipewire-pulse");
    await waitFor("the server", async () => {
      return await pactl(this.env, "info") === null ? null : true;
    });
    await this.addSink("loop");
    this.play("loop");
    await waitFor("a sound", async () => await this.#hasSound() || null);
  }

  /** Adds a sink; its monitor is a source. */
  async addSink(name: string): Promise<void> {
    const format = ["rate=48000", "channels=2"];
    await pactl(
      this.env,
      ...["load-module", "module-null-sink", `sink_name=${name}`, ...format],
    );
  }

  async #spawn(
    socket: string | null,
    program: string,
    ...args: string[]
  ): Promise<void> {
    this.#processes.push(
      new Deno.Command(program, {
        args,
        env: { ...this.env, HOME: this.#folder.path },
        stdin: "null",
        stdout: "null",
        stderr: "null",
      }).spawn(),
    );
    if (socket === null) return;
    await waitFor(`the socket of ${program}`, () => {
      try {
        Deno.statSync(join(this.#folder.path, socket));
        return true;
      } catch {
        return null;
      }
    });
  }

  async #hasSound(): Promise<boolean> {
    const { stdout } = await new Deno.Command("timeout", {
      args: [
        ...["5", "ffmpeg", "-v", "error", "-f", "pulse"],
        ...["-i", "loop.monitor", "-t", "0.5", "-f", "s16le", "-"],
      ],
      env: this.env,
      stdin: "null",
      stderr: "null",
    }).output();
    return stdout.some((byte) => byte !== 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.pullThePlug();
    this.#folder[Symbol.dispose]();
  }
}
