/**
 * Parts of a session that its settings or its device decide.
 *
 * @module
 */

import type { Device } from "../../../audio/device.ts";
import type { Settings } from "../../../config/settings.ts";
import type { Sink } from "../../../events.ts";
import {
  pulseSocket,
  type ReturnWatch,
  SocketWatch,
} from "../../../ffmpeg/socket_watch.ts";
import { systemClock } from "../../../platform/clock.ts";
import { freeBytes } from "../../../platform/free_space.ts";
import type { NewestText } from "../../../platform/guarded/newest_text.ts";
import { host } from "../../../platform/host.ts";
import type { Claim } from "../../../recorder/claim/claim.ts";
import { MountWatch } from "../../../recorder/watches/mount_watch.ts";
import { RetentionWatch } from "../../../recorder/watches/retention_watch.ts";
import { hasRules, rulesOf } from "../../../retention/rules.ts";

/** Whether a file exists and is not empty. */
export async function hasContent(path: string): Promise<boolean> {
  try {
    return (await Deno.lstat(path)).size > 0;
  } catch {
    // It is missing, or unreadable.
    return false;
  }
}

/**
 * Returns a watch for the device's sound server, or `null` for other devices.
 */
export function sourceOf(device: Device): ReturnWatch | null {
  const socket = pulseSocket(device, host);
  return socket === null ? null : new SocketWatch(socket, systemClock);
}

/** Returns a watch for the required mount, or `null` when none is required. */
export function mountOf(path: string | null, sink: Sink): MountWatch | null {
  return path === null
    ? null
    : new MountWatch({ path, clock: systemClock, sink });
}

/** Returns what applies the rules of retention, or `null` without a rule. */
export function retentionOf(
  settings: Settings,
  sink: Sink,
): RetentionWatch | null {
  const rules = rulesOf(settings);
  return hasRules(rules)
    ? new RetentionWatch({
      outputDir: settings.outputDir,
      rules,
      clock: systemClock,
      sink,
      freeBytes,
    })
    : null;
}

/** Checks the session's registry entry whenever a chunk is finished. */
export function refreshClaim(claim: Pick<Claim, "refresh">): Sink {
  let isRefreshing = false;
  return {
    emit({ event }) {
      // A folder that does not answer is asked once.
      if (event !== "chunk_created" || isRefreshing) return;
      isRefreshing = true;
      claim.refresh().then(
        () => isRefreshing = false,
        // The state folder is missing; it may be back at the next chunk.
        () => isRefreshing = false,
      );
    },
  };
}

/** Writes the last state when the process ends without waiting for it. */
export function writeAtExit(state: NewestText): Disposable {
  const onUnload = () => state.writeNow();
  addEventListener("unload", onUnload);
  return {
    [Symbol.dispose]: () => removeEventListener("unload", onUnload),
  };
}
