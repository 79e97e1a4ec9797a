/**
 * Which session records a device.
 *
 * @module
 */

import type { Device } from "../../audio/device.ts";
import { EchologError } from "../../errors.ts";
import { isAlive, type ListedSession } from "../../sessions/registry.ts";

/**
 * Checks that no live session records a device.
 *
 * @param device Its {@linkcode deviceKey}.
 * @throws {DeviceBusy} naming the session that has it.
 */
export function assertFree(
  sessions: readonly ListedSession[],
  device: string,
): void {
  const holder = holderOf(sessions, device);
  if (holder !== null) throw new DeviceBusy(holder);
}

/** A device that another session records. */
export class DeviceBusy extends EchologError {
  /** That session, or `null` when it has no entry. */
  readonly holder: ListedSession | null;

  /** Creates an error that names the session. */
  constructor(holder: ListedSession | null) {
    const who = holder === null
      ? "another session"
      : `session ${holder.session_id}, log ${holder.log}`;
    super("busy", `The device is being recorded by ${who}`, {
      hint:
        "stop that one first, wait for it with --wait, or name another --device",
    });
    this.holder = holder;
  }
}

/** Returns the live session that records a device, by its {@linkcode deviceKey}, or `null`. */
export function holderOf(
  sessions: readonly ListedSession[],
  device: string,
): ListedSession | null {
  return sessions.find((entry) => entry.device === device && isAlive(entry)) ??
    null;
}

/** Returns a key that is equal for equal devices and reveals nothing else. */
export async function deviceKey(spec: string): Promise<string> {
  const digest = await crypto.subtle.digest(
    "SHA-256",
    new TextEncoder().encode(spec),
  );
  return [...new Uint8Array(digest).subarray(0, 8)]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** ffmpeg's input formats that several processes can open at once. */
const SHARED_FORMATS = new Set(["pulse", "jack", "lavfi"]);

/**
 * Whether several processes can record a device at once. A sound card and most
 * cameras serve one.
 */
export function isShared(device: Device): boolean {
  switch (device.kind) {
    case "test":
      return true;
    case "url":
      return /^https?:/i.test(device.url);
    case "format":
      return SHARED_FORMATS.has(device.format);
  }
}
