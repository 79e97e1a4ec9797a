/**
 * How long a session may last, and how long it may wait for its first audio.
 *
 * @module
 */

import type { Seconds } from "../../events.ts";
import type { Clock } from "../../platform/clock.ts";
import { callAt } from "./deadline.ts";

/** A source that is slow to come up gets this much more before the wall clock ends the session. */
const SLACK: Seconds = 3;

/** Says that the time for the first audio has passed without any. */
export function timedOut(startTimeout: Seconds): string {
  return `No audio within ${startTimeout} s`;
}

/** Options of {@linkcode limitTime}. */
export interface Limits {
  /** Sets the timers. */
  readonly clock: Clock;
  /** Time since the session began. */
  passed(): Seconds;
  /** How long it is to last, or `null` for ever. */
  readonly duration: Seconds | null;
  /** How long it may wait for its first audio. */
  readonly startTimeout: Seconds;
  /** Whether there is no audio now. */
  isInOutage(): boolean;
  /** Whether there was none so far, and the session goes on. */
  isOpen(): boolean;
  /** The duration has passed. */
  onDuration(): void;
  /** There was no audio in all the time; `what` says so. */
  onNoAudio(what: string): void;
}

/** Calls back when a time is over; disposing of it ends that. */
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
      // ffmpeg counts samples and ends by itself: where there is audio, or is
      // to be soon, it has the time that its start took.
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
