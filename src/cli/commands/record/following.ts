/**
 * When another session follows one, and how it begins.
 *
 * @module
 */

import type { Settings } from "../../../config/settings.ts";
import { systemClock } from "../../../platform/clock.ts";
import type { Claim } from "../../../recorder/claim/claim.ts";
import { isShared } from "../../../recorder/claim/device.ts";
import { callAt } from "../../../recorder/end/deadline.ts";
import { nextMultiple } from "../../../recorder/rollover/boundary.ts";
import { assertMounted } from "../../../recorder/watches/mount_watch.ts";
import { createSessionFolder, sessionIdAt } from "../../../sessions/folder.ts";
import { Zone } from "../../../times/zone.ts";
import type {
  Recorder,
  RunningSession,
  SessionStartOptions,
} from "./start_session.ts";

/** A recording that ends this many seconds later gets no other session. */
const NEAR_END = 2;
/** Longest part of a given name that is in the name of the next session. */
const NAME_LENGTH = 80;

/** Calls back when another session is to follow; disposing of it cancels that. */
export function whenDue(
  { session, start }: RunningSession,
  { sessionDuration: length, align }: Settings,
  callback: () => void,
): Disposable {
  if (length === null) return { [Symbol.dispose]() {} };
  const onTime = () => {
    const { left } = session;
    if (left === null || left > NEAR_END) callback();
  };
  if (align === "off") {
    const passed = () => session.passed * 1000;
    return callAt(systemClock, passed, length * 1000, onTime);
  }
  const zone = align === "utc" ? Zone.utc : Zone.local();
  const time = nextMultiple(start, length, zone);
  return callAt(systemClock, () => systemClock.now(), time, onTime);
}

/** Claims the session after another one, and returns how it begins. */
export async function claimNext(
  recorder: Recorder,
  former: RunningSession,
): Promise<readonly [Claim, SessionStartOptions]> {
  const { loaded: { settings }, device, screen, redact } = recorder;
  const { outputDir, sessionId, duration } = settings;
  await assertMounted(settings.requireMount);
  const claim = await former.claim.next(async (announce) => {
    const start = systemClock.now();
    const name = sessionId === null
      ? null
      : `${sessionId.slice(0, NAME_LENGTH)}-${sessionIdAt(start)}`;
    const mayNumber = true;
    const folder = await createSessionFolder(
      outputDir,
      name,
      start,
      announce,
      mayNumber,
    );
    return { folder, start };
  });
  const { left } = former.session;
  return [claim, {
    waited: duration === null || left === null ? 0 : duration - left,
    former,
    isExclusive: !isShared(device),
    onLog: (path) =>
      screen.note(redact(`The recording continues in a new session: ${path}`)),
  }];
}
