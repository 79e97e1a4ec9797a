/**
 * How long a session may last, and how long it may wait for its first audio.
 *
 * @module
 */

import type { Seconds } from "../../events.ts";
import type { Clock } from "../../platform/clock.ts";
import { callAt } from "./deadline.ts";

/** Extra time for a slow source before the wall clock ends the session. */
const SLACK: Seconds = 3;

/** Returns the message for a start timeout without audio. */
export function timedOut(startTimeout: Seconds): string {
  return `No audio within ${startTimeout} s`;
}

/** Options of {@linkcode limitTime}. */
export interface Limits {
  /** Sets the timers. */
  readonly clock: Clock;
  /** Time since the session began. */
  passed(): Seconds;
  /** Requested duration, or `null` for no limit. */
  readonly duration: Seconds | null;
  /** How long it may wait for its first audio. */
  readonly startTimeout: Seconds;
  /** Whether there is no audio now. */
  isInOutage(): boolean;
  /** Whether there was no audio so far and the session continues. */
  isOpen(): boolean;
  /** The duration has passed. */
  onDuration(): void;
  /** The start timeout passed without audio; `what` is the message. */
  onNoAudio(what: string): void;
}

/** Calls back when a limit is reached; disposing of it cancels the calls. */
export function limitTime(limits: Limits): Disposable {
  const { clock, duration, startTimeout } = limits;
  const deadlines = new DisposableStack();
  const after = (time: Seconds, callback: () => void) => {
    const now = () => 1000 * limits.passed();
    deadlines.use(callAt(clock, now, time * 1000, callback));
  };
  const endDuration = () => {
    if (!limits.isOpen()) limits.onDuration();
    else limits.onNoAudio("No audio was received");
  };
  if (duration !== null) {
    after(duration, () => {
      // ffmpeg counts samples and ends by itself. With audio, or before the
      // first audio, it gets the time that its start took.
      if (limits.isInOutage() && !limits.isOpen()) endDuration();
      after(duration + SLACK, endDuration);
    });
  }
  after(startTimeout, () => {
    if (!limits.isOpen()) return;
    limits.onNoAudio(timedOut(startTimeout));
  });
  return deadlines;
}
