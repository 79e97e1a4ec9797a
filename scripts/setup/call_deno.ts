/**
 * Calls Deno for a step of a run, and ends what is running when the run ends.
 *
 * @module
 */

import type { Toolchain } from "./test_steps.ts";

/** The checkout. */
export const root =
  import.meta.dirname?.replace(/[/\\]scripts[/\\]setup$/, "") ?? ".";

/** Longest time that a step may take: a busy machine takes three times as long. */
export const STEP_LIMIT_MINUTES = 40;
/** The same for a long test: that of damaged files takes an hour, or what is asked for. */
export const LONG_LIMIT_MINUTES = 24 * 60;

/** Process groups of the steps that are running. */
const running = new Set<number>();

/** Ends the steps that are running, with all that they started. */
export function endSteps(): void {
  for (const group of running) endGroup(group, "SIGTERM");
}

/**
 * Calls Deno in the checkout.
 *
 * @param show Whether its output is shown as it comes, or kept for later
 * @param temp A folder that is removed after the run
 * @param limitMinutes Longest time that it may take
 */
export async function callDeno(
  { deno, env }: Toolchain,
  args: string[],
  show: "now" | "later" | "never",
  temp: string,
  limitMinutes = STEP_LIMIT_MINUTES,
): Promise<{ code: number; output: string; late: boolean }> {
  const [program, ...before] = await withoutSystemConfig(deno, temp);
  const process = new Deno.Command(program, {
    args: [...before, ...args],
    cwd: root,
    env: {
      ...env,
      RUST_BACKTRACE: "0", // shows Deno's own code only
      ...(Deno.stdout.isTerminal() ? {} : { NO_COLOR: "1" }),
    },
    // A group of its own: an interrupt ends what the tests have started, too.
    detached: true,
    stdin: "null",
    stdout: "piped",
    stderr: show === "never" ? "null" : "inherit",
  }).spawn();
  running.add(process.pid);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    endGroup(process.pid, "SIGKILL");
  }, limitMinutes * 60_000);
  let output = "";
  const decoder = new TextDecoder();
  for await (const chunk of process.stdout) {
    if (show === "now") await writeAll(chunk);
    output += decoder.decode(chunk, { stream: true });
  }
  const { code } = await process.status;
  clearTimeout(timer);
  running.delete(process.pid);
  return { code, output, late };
}

/** The file that every echolog reads which finds no other configuration. */
const SYSTEM_CONFIG = "/etc/echolog.conf";

/** Runs a command with a copy of /etc that lacks echolog's configuration, until it ends. */
const HIDE_CONFIG = `
cp -a /etc/. "$ETC" && rm "$ETC/echolog.conf" && mount --bind "$ETC" /etc &&
exec "$0" "$@"`;

/**
 * Returns the words of a command, put behind others where this machine has a
 * configuration of its own: the tests must not depend on it.
 *
 * @throws {Error} If it has one and only root could hide it.
 */
async function withoutSystemConfig(
  program: string,
  folder: string,
): Promise<[string, ...string[]]> {
  try {
    await Deno.lstat(SYSTEM_CONFIG);
  } catch {
    return [program]; // This machine has none, which is usual.
  }
  const { success, stdout } = await new Deno.Command("id", { args: ["-u"] })
    .output();
  if (!success || new TextDecoder().decode(stdout).trim() !== "0") {
    throw new Error(
      `Cannot run tests: echolog would read ${SYSTEM_CONFIG}; move it away, or run them as root`,
    );
  }
  const copy = await Deno.makeTempDir({ dir: folder, prefix: "etc." });
  return [
    "unshare",
    "--mount",
    "sh",
    "-c",
    `ETC='${copy}'${HIDE_CONFIG}`,
    program,
  ];
}

function endGroup(pid: number, signal: Deno.Signal): void {
  try {
    Deno.kill(Deno.build.os === "windows" ? pid : -pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}

/** Writes all of some bytes to stdout. */
export async function writeAll(bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += await Deno.stdout.write(bytes.subarray(written));
  }
}
