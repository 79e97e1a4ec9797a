/**
 * Clients of a sound server, PulseAudio's or PipeWire's.
 *
 * @module
 */

/** The variables that lead to a server. */
export type ServerEnv = Readonly<Record<string, string>>;

/** Runs `pactl`; returns what it prints, or `null` when it fails. */
export async function pactl(
  env: ServerEnv,
  ...args: string[]
): Promise<string | null> {
  const { success, stdout } = await new Deno.Command("pactl", {
    args,
    env: { ...env, LC_ALL: "C" },
    stderr: "null",
  }).output();
  return success ? new TextDecoder().decode(stdout).trim() : null;
}

/** Removes a sink, as if its device were unplugged. */
export async function removeSink(env: ServerEnv, name: string): Promise<void> {
  const modules = await pactl(env, "list", "short", "modules") ?? "";
  const line = modules.split("\n").find((each) =>
    new RegExp(`sink_name=${name}( |\t|$)`).test(each)
  );
  await pactl(env, "unload-module", line?.split("\t")[0] ?? "");
}

/** Plays a tone into a sink. */
export function playTone(env: ServerEnv, sink: string): Deno.ChildProcess {
  return new Deno.Command("ffmpeg", {
    args: [
      ...["-hide_banner", "-loglevel", "error", "-re"],
      ...["-f", "lavfi", "-i", "sine=frequency=440:r=48000"],
      ...["-ac", "2", "-f", "pulse", "-device", sink, "tone"],
    ],
    env: { ...env },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
}
