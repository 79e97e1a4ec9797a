/**
 * JACK with its dummy driver.
 *
 * @module
 */

import { runProgram } from "../../../tests/support/program.ts";
import { waitFor } from "../../../tests/support/wait.ts";
import { NotRun, Processes } from "./processes.ts";
import { ffmpegReader, type Opening, type Stack } from "./stack.ts";

/** Opens JACK with a player of two channels. */
export async function openJack({ signal, epoch }: Opening): Promise<Stack> {
  const name = `echolog-${crypto.randomUUID()}`;
  const env = { JACK_DEFAULT_SERVER: name, JACK_NO_AUDIO_RESERVATION: "1" };
  const programs = new Processes();
  const hasPort = async (port: string) => {
    const { stdout } = await runProgram("jack_lsp", [], { env });
    return stdout.split("\n").includes(port) ? true : null;
  };
  const connect = async (client: string) => {
    for (const channel of [1, 2]) {
      const input = `${client}:input_${channel}`;
      await waitFor(`the port ${input}`, () => hasPort(input));
      await runProgram("jack_connect", [`src:out_numbers_${channel}`, input], {
        env,
      });
    }
  };
  try {
    programs.start("jackd", [
      ...["--no-realtime", "-n", name, "-d", "dummy"],
      ...["-r", String(signal.rate), "-p", "1024"],
    ], env);
    await waitFor("JACK", () => hasPort("system:capture_1"));
    programs.feed(signal, epoch, "gst-launch-1.0", [
      ...["-q", "fdsrc", "do-timestamp=true", "blocksize=3840"],
      ...["!", "rawaudioparse", "use-sink-caps=false", "format=pcm"],
      ...["pcm-format=s16le", `sample-rate=${signal.rate}`],
      ...[`num-channels=${signal.channels}`, "!", "audioconvert"],
      ...["!", "jackaudiosink", "connect=none", "client-name=src"],
      ...["port-pattern=numbers", "buffer-time=200000", "latency-time=21333"],
    ], env);
    await waitFor("the player", async () => {
      const { stdout } = await runProgram("jack_lsp", ["src"], { env });
      return stdout.trim().split("\n").length >= 2 ? true : null;
    });
  } catch (error) {
    await programs[Symbol.asyncDispose]();
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
    [Symbol.asyncDispose]: () => programs[Symbol.asyncDispose](),
  };
}
