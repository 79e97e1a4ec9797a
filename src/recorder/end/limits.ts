/**
 * How long a session may last, and how long it may wait for its first audio.
 *
 * @module
 */

import type { Seconds } from "../../events.ts";
import type { Clock } from "../../platform/clock.ts";
import { callAt } from "./deadline.ts";

/** Extra time for ffmpeg to end by itself, in seconds. */
const GRACE: Seconds = 3;

/** Seconds after which a start timeout that stands still is checked again. */
const RECHECK: Seconds = 1;

/** Returns the message for a start timeout without audio. */
export function timedOut(startTimeout: Seconds): string {
  return `No audio within ${startTimeout} s`;
}

/** Options of {@linkcode limitTime}. */
export interface Limits {
  /** Sets the timers. */
  readonly clock: Clock;
  /** Time since the session began, without that for which it waited. */
  passed(): Seconds;
  /** Time until the end of the session, or `null` without an end; may change. */
  left(): Seconds | null;
  /** How long it may wait for its first audio; 0 for no limit. */
  readonly startTimeout: Seconds;
  /** Whether there was no audio so far and the session continues. */
  isOpen(): boolean;
  /** Whether the session waits for something else than audio: `passed` stands still. */
  isWaiting(): boolean;
  /** Whether ffmpeg is about to end by itself. */
  isEnding(): boolean;
  /** The end is reached. */
  onEnd(): void;
  /** The start timeout passed without audio; `what` is the message. */
  onNoAudio(what: string): void;
}

/** Calls back when a limit is reached; disposing of it cancels the calls. */
export function limitTime(limits: Limits): Disposable {
  const { clock, startTimeout } = limits;
  const deadlines = new DisposableStack();
  const afterEnd = (time: Seconds, callback: () => void) => {
    const now = () => -1000 * (limits.left() ?? 0);
    deadlines.use(callAt(clock, now, time * 1000, callback));
  };
  if (limits.left() !== null) {
    const end = () => {
      if (limits.isOpen()) limits.onNoAudio("No audio was received");
      else limits.onEnd();
    };
    afterEnd(0, () => {
      if (limits.isEnding()) afterEnd(GRACE, end);
      else end();
    });
  }
  if (startTimeout === 0) return deadlines;
  // A time that stands still would make a timer for each rest of it.
  const now = () =>
    1000 * Math.min(
      limits.passed(),
      limits.isWaiting() ? startTimeout - RECHECK : Infinity,
    );
  deadlines.use(callAt(clock, now, startTimeout * 1000, () => {
    if (limits.isOpen()) limits.onNoAudio(timedOut(startTimeout));
  }));
  return deadlines;
}
