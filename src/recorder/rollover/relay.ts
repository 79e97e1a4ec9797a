/**
 * Sessions of one recorder, one after the other: each captures before the one
 * before it stops, so that no sample is missing in between.
 *
 * @module
 */

import { messageOf } from "../../errors.ts";
import type { Seconds, StopReason } from "../../events.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Outcome } from "../end/outcome.ts";

/** A session that is being recorded. */
export interface Recording {
  /** Resolves when its first audio is in a file. */
  readonly hasAudio: Promise<void>;
  /** Resolves when it has ended and all of it is closed. */
  readonly ended: Promise<Outcome>;
  /** Whether it waits for its disk, without which it gets no audio. */
  readonly isWaitingForDisk: boolean;
  /** Whether audio is missing now. */
  readonly isMissingAudio: boolean;
  /** Asks it to stop. */
  stop(reason: StopReason): void;
  /** Ends it because it cannot begin. */
  abandon(problem: string): void;
  /** Logs that no session could follow it. */
  notFollowed(problem: string): void;
}

/** Options of {@linkcode recordInTurn}. */
export interface RelayOptions<R extends Recording> {
  /** The clock. */
  readonly clock: Clock;
  /** Aborted when the recorder is to stop. */
  readonly signal: AbortSignal;
  /** Whether two sessions can record the source at once. */
  readonly isShared: boolean;
  /** Calls back when the next session is due; never without a limit. */
  whenDue(recording: R, callback: () => void): Disposable;
  /**
   * Starts the next session. Where the source can be opened once only, this
   * stops the former.
   *
   * @throws when it cannot be started; the former continues.
   */
  next(former: R): Promise<R>;
  /** Takes an error in the end of a session that is not the last. */
  onError(error: unknown): void;
}

/** A source that has no audio for the next session by then may serve one only. */
const TAKEOVER: Seconds = 10;
/** Time until another attempt to start the next session. */
const RETRY: Seconds = 60;
/** Why a session that another one could write beside is not followed. */
const NOT_WRITTEN = "Cannot write in its folder";

/**
 * Records until a session ends that no other follows.
 *
 * @returns that session, and how it ended; earlier ones have ended too.
 */
export async function recordInTurn<R extends Recording>(
  first: R,
  options: RelayOptions<R>,
): Promise<{ readonly recording: R; readonly outcome: Outcome }> {
  /** Ends of other sessions that are not over. */
  const ending = new Set<Promise<unknown>>();
  const awaitLater = ({ ended }: R) => {
    const end: Promise<unknown> = ended.catch(options.onError).then(() =>
      ending.delete(end)
    );
    ending.add(end);
  };
  let current = first;
  let isRetry = false;
  while (await isDue(current, isRetry, options)) {
    const following = await follow(current, awaitLater, options);
    isRetry = following === null;
    if (following === null) continue;
    awaitLater(current);
    current = following;
  }
  const outcome = await current.ended;
  await Promise.all(ending);
  return { recording: current, outcome };
}

/** Waits until another session is due; false when this one has ended first. */
async function isDue<R extends Recording>(
  current: R,
  isRetry: boolean,
  { clock, whenDue }: RelayOptions<R>,
): Promise<boolean> {
  const due = Promise.withResolvers<boolean>();
  using _timer = isRetry
    ? after(clock, RETRY, () => due.resolve(true))
    : whenDue(current, () => due.resolve(true));
  return await Promise.race([current.ended.then(() => false), due.promise]);
}

/** Starts the next session and stops this one, or returns `null`. */
async function follow<R extends Recording>(
  current: R,
  awaitLater: (recording: R) => void,
  { clock, signal, isShared, next }: RelayOptions<R>,
): Promise<R | null> {
  let following: R;
  try {
    following = await next(current);
  } catch (error) {
    current.notFollowed(messageOf(error));
    return null;
  }
  if (!isShared) return following;
  const late = Promise.withResolvers<void>();
  using _timer = after(clock, TAKEOVER, () => late.resolve());
  const failed = await Promise.race([
    following.hasAudio.then(() => null),
    late.promise.then(() => whyNotTakenOver(current, following)),
    following.ended.then(({ problem }) => problem, messageOf),
    current.ended.then(() => null, () => null),
  ]);
  if (failed !== null && !signal.aborted) {
    following.abandon(failed);
    awaitLater(following);
    current.notFollowed(failed);
    return null;
  }
  current.stop("rollover");
  return following;
}

/** A disk that takes the audio of one session only keeps that one. */
function whyNotTakenOver(
  current: Recording,
  following: Recording,
): string | null {
  const wouldLose = following.isWaitingForDisk && !current.isMissingAudio;
  return wouldLose ? NOT_WRITTEN : null;
}

function after(
  clock: Clock,
  time: Seconds,
  callback: () => void,
): Disposable {
  const timer = clock.setTimeout(callback, time * 1000);
  return { [Symbol.dispose]: () => clock.clearTimeout(timer) };
}
