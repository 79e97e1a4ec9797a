/**
 * Why no sound server was found where one was to be expected. The default
 * device then is another one, perhaps another microphone.
 *
 * @module
 */

import type { HostEnvironment } from "../platform/host.ts";
import { pulseServerSocket, pulseSocketPath } from "./device.ts";

/** The parts of the host that show where a sound server should be. */
export type SoundHost = Pick<
  HostEnvironment,
  "env" | "exists" | "isExecutable" | "os" | "ownerOf" | "uid"
>;

/** Why there is no sound server, and what to do. */
export interface MissingServer {
  /** What is wrong, as a phrase. */
  readonly why: string;
  /** What to do, as a phrase. */
  readonly fix: string;
}

/** Programs that are installed for users with a sound server. */
const SERVERS = ["/usr/bin/pipewire-pulse", "/usr/bin/pulseaudio"];

/**
 * Returns why the sound server of this user cannot be found.
 *
 * @returns `null` when it was found, or none is to be expected.
 */
export function missingServer(machine: SoundHost): MissingServer | null {
  if (machine.os !== "linux") return null;
  const named = machine.env("PULSE_SERVER") ?? "";
  if (named !== "") return missingNamed(named, machine);
  const runtime = machine.env("XDG_RUNTIME_DIR");
  const wrong = runtime === undefined ? null : wrongRuntime(runtime, machine);
  if (wrong !== null) {
    return {
      why: `XDG_RUNTIME_DIR is ${runtime}, ${wrong}`,
      fix: fixRuntime(machine),
    };
  }
  if (machine.exists(pulseSocketPath(machine))) return null;
  const installed = SERVERS.find((path) => machine.isExecutable(path));
  return installed === undefined ? null : {
    why: `${installed} is installed, but does not run for this user`,
    fix:
      "log in or run loginctl enable-linger, which starts it, or name the device with --device",
  };
}

/**
 * Describes a missing server for a recording of the default device.
 *
 * @param spec The device that is recorded.
 */
export function describeMissingServer(
  { why, fix }: MissingServer,
  spec: string,
): string {
  const effect = spec.startsWith("pulse:")
    ? `${spec} may not be reachable`
    : `recording ${spec}, which may be another device`;
  return `No sound server was found: ${why}; ${effect}; ${fix}`;
}

function missingNamed(
  server: string,
  { exists }: SoundHost,
): MissingServer | null {
  const socket = pulseServerSocket(server);
  if (socket === null || exists(socket)) return null;
  return {
    why: `PULSE_SERVER is ${server}, which does not exist`,
    fix: "start that server, or unset PULSE_SERVER",
  };
}

/** Returns what is wrong with `XDG_RUNTIME_DIR`, as a phrase, or `null`. */
function wrongRuntime(runtime: string, machine: SoundHost): string | null {
  const { exists, ownerOf, uid } = machine;
  if (!exists(runtime)) return "which does not exist";
  const owner = ownerOf(runtime);
  if (owner !== null && uid !== null && owner !== uid) {
    return `which belongs to another user (${owner})`;
  }
  const usual = `${userRuntime(machine)}/pulse/native`;
  return !exists(pulseSocketPath(machine)) && exists(usual)
    ? `without a sound server, but there is one at ${usual}`
    : null;
}

function fixRuntime(machine: SoundHost): string {
  const folder = userRuntime(machine);
  const line = `set XDG_RUNTIME_DIR=${folder}`;
  return machine.exists(folder)
    ? line
    : `${line}, and run loginctl enable-linger once, which creates that folder`;
}

function userRuntime({ uid }: SoundHost): string {
  return `/run/user/${uid ?? 0}`;
}
