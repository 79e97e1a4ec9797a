/**
 * A systemd that manages a user's services, on a machine that systemd may not
 * have started: in a mount namespace that says it has, and in a control group of
 * its own, so that it sees no other process.
 *
 * @module
 */

import { existsSync } from "@std/fs";
import { join } from "@std/path";
import { runProgram } from "./program.ts";
import { waitFor } from "./wait.ts";

/** A manager that runs until it is disposed of; that stops its services. */
export interface UserManager extends AsyncDisposable {
  /** Calls `systemctl --user`; gives what it prints, whether it fails or not. */
  systemctl(...args: string[]): Promise<string>;
  /** A property of a unit. */
  property(unit: string, name: string): Promise<string>;
}

const MANAGER = "/lib/systemd/systemd";

const START = `
mount -t tmpfs tmpfs /run/systemd && mkdir /run/systemd/system || exit
for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/unified /sys/fs/cgroup/systemd; do
  [ -e "$hierarchy/cgroup.procs" ] || continue
  mkdir "$hierarchy/$GROUP" && echo $$ >"$hierarchy/$GROUP/cgroup.procs" || exit
done
exec ${MANAGER} --user`;

const FORGET = `
for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/unified /sys/fs/cgroup/systemd; do
  [ ! -d "$hierarchy/$GROUP" ] ||
    find "$hierarchy/$GROUP" -depth -type d -exec rmdir {} +
done`;

/**
 * Starts a manager.
 *
 * @param home The user's home folder, with units in `.config/systemd/user`
 * @returns The manager, or why there can be none on this machine
 */
export async function startUserManager(
  home: string,
): Promise<UserManager | string> {
  if (Deno.build.os !== "linux") return "systemd is for Linux";
  if (Deno.uid() !== 0) return "only root may make namespaces and groups";
  if (!existsSync(MANAGER)) return `there is no ${MANAGER}`;
  const runtime = join(home, "run");
  Deno.mkdirSync(runtime, { mode: 0o700 });
  const group = `echolog-test-${Deno.pid}-${performance.now()}`;
  const env = {
    HOME: home,
    PATH: Deno.env.get("PATH") ?? "",
    XDG_RUNTIME_DIR: runtime,
    SYSTEMD_LOG_TARGET: "console",
  };
  const child = new Deno.Command("unshare", {
    args: ["--mount", "sh", "-c", START],
    clearEnv: true,
    env: { ...env, GROUP: group },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const said = new Response(child.stderr).text();
  let hasEnded = false;
  const ended = child.status.finally(() => hasEnded = true);
  const stop = async () => {
    if (!hasEnded) child.kill("SIGTERM"); // stops all units first
    await ended;
    await said;
    removeGroups(group);
  };
  const systemctl = async (...args: string[]) => {
    const { stdout, stderr } = await runProgram(
      "systemctl",
      ["--user", "--no-pager", ...args],
      { clearEnv: true, env },
    );
    return (stdout + stderr).trim();
  };
  try {
    await waitFor("systemd to answer", async () => {
      if (hasEnded) return true;
      const state = await systemctl("show", "--value", "-p", "SystemState");
      return /^(running|degraded)$/.test(state) ? true : null;
    });
  } catch (error) {
    await stop();
    throw error;
  }
  if (hasEnded) {
    await stop();
    return `no systemd can run here: ${(await said).trim()}`;
  }
  return {
    systemctl,
    property: (unit, name) => systemctl("show", unit, "--value", "-p", name),
    [Symbol.asyncDispose]: stop,
  };
}

/** Removes what is left of the control groups; a group that is used stays. */
function removeGroups(group: string): void {
  // In a shell: Deno reads /sys only with all permissions.
  new Deno.Command("sh", {
    args: ["-c", FORGET],
    env: { GROUP: group },
    stdin: "null",
  }).outputSync();
}
