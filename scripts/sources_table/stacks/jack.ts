/**
 * JACK with its dummy driver.
 *
 * @module
 */

import { runProgram } from "../../../tests/support/program.ts";
import { waitFor } from "../../../tests/support/wait.ts";
import { end, NotRun, Processes } from "./processes.ts";
import { ffmpegReader, type Opening, type Stack } from "./stack.ts";

/** Opens JACK with a player of two channels. */
export async function openJack({ signal, epoch }: Opening): Promise<Stack> {
  const name = `echolog-${crypto.randomUUID()}`;
  const env = { JACK_DEFAULT_SERVER: name, JACK_NO_AUDIO_RESERVATION: "1" };
  const programs = new Processes();
  const ports = async (begin: string) => {
    const { stdout } = await runProgram("jack_lsp", [], { env });
    return stdout.split("\n").filter((port) => port.startsWith(begin)).sort();
  };
  const twoPorts = async (begin: string) => {
    return await waitFor(`ports ${begin}`, async () => {
      const found = await ports(begin);
      return found.length >= 2 ? found : null;
    });
  };
  const connect = async (client: string) => {
    const inputs = await twoPorts(`${client}:input_`);
    const outputs = await twoPorts("src:out_");
    for (const [index, output] of outputs.entries()) {
      const input = inputs[index] ?? "";
      await runProgram("jack_connect", [output, input], { env });
    }
  };
  let server: Deno.ChildProcess | null = null;
  const close = async () => {
    // A server that is killed keeps its place among those that JACK allows.
    if (server !== null) await end(server, "SIGTERM");
    await programs[Symbol.asyncDispose]();
  };
  try {
    // With real-time scheduling, where this user may have it: otherwise the
    // server does not wait for clients that are late.
    server = programs.start("jackd", [
      ...["-n", name, "-d", "dummy"],
      ...["-r", String(signal.rate), "-p", "1024"],
    ], env);
    await twoPorts("system:capture_");
    programs.feed(signal, epoch, "gst-launch-1.0", [
      ...["-q", "fdsrc", "blocksize=3840"],
      ...["!", "rawaudioparse", "use-sink-caps=false", "format=pcm"],
      ...["pcm-format=s16le", `sample-rate=${signal.rate}`],
      ...[`num-channels=${signal.channels}`, "!", "audioconvert"],
      // The server takes samples from the first moment on.
      ...["!", "queue", "min-threshold-time=150000000"],
      ...["!", "jackaudiosink", "connect=none", "client-name=src"],
      ...["sync=false", "slave-method=none", "buffer-time=400000"],
    ], env);
    await twoPorts("src:out_");
  } catch (error) {
    await close();
    throw error instanceof NotRun
      ? error
      : new NotRun(`JACK does not play: ${error}`);
  }
  void connect("reader").catch(() => {
    // Without sound, the proof that it plays fails.
  });
  return {
    device: "jack:echolog",
    env,
    reader: ffmpegReader(
      signal,
      ...["-channels", "2"],
      "-f",
      "jack",
      "-i",
      "reader",
    ),
    connect: () => connect("echolog"),
    [Symbol.asyncDispose]: close,
  };
}
