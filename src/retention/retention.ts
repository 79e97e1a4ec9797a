/**
 * Applies the rules of retention to an output folder.
 *
 * @module
 */

import { messageOf } from "../errors.ts";
import type { ChunkDeleted, EpochMs, RetentionRule } from "../events.ts";
import type { Clock, MonotonicMs } from "../platform/clock.ts";
import { ageOf, ClockTrust, type Distrust } from "./clock_trust.ts";
import { deleteChunks, deletedEvent, finishDeletions } from "./deletions.ts";
import { FolderIndex } from "./folder_index.ts";
import { type ClockNotice, type Place, RetentionLock } from "./lock.ts";
import { isRemovable, removeSession } from "./old_logs.ts";
import { type Plan, planDeletions, type Rules } from "./rules.ts";
import type { StoredChunk } from "./stored_session.ts";

/** Options of {@linkcode Retention}. */
export interface RetentionOptions {
  /** The output folder. */
  readonly outputDir: string;
  /** The rules. */
  readonly rules: Rules;
  /** The clock. */
  readonly clock: Clock;
  /** The boot of the machine, or `null` when unknown. */
  readonly boot: string | null;
  /** Returns the seconds since the boot. */
  uptime(): number;
  /** Returns the free bytes of a file system, or `null` when unknown. */
  freeBytes(path: string): Promise<number | null>;
  /** Takes each deletion as it happens. */
  onDeleted(event: ChunkDeleted): void;
  /** Takes a problem with one path, as a sentence without its period. */
  onProblem(path: string, message: string): void;
}

/** How the rules are applied. */
export interface ApplyOptions {
  /** Whether more than half of all chunks may be deleted. */
  readonly isForced?: boolean;
  /** Whether nothing is deleted. */
  readonly isTrial?: boolean;
  /**
   * Free space that a recording waits for: where the rules keep some free, they
   * make at least this much.
   */
  readonly neededBytes?: number;
  /** Ends it before the next deletion. */
  readonly signal?: AbortSignal;
}

/** A chunk that the rules delete. */
export interface Pruned extends ChunkDeleted {
  /** Its session's folder. */
  readonly folder: string;
  /** Length of its audio in seconds. */
  readonly duration: number;
}

/** What the rules came to. */
export interface Outcome {
  /** What they delete, the oldest first. */
  readonly pruned: readonly Pruned[];
  /** Whether that was left alone, because it is more than half of all chunks. */
  readonly isBlocked: boolean;
  /** Number of all chunks before. */
  readonly count: number;
  /** Why age did not count, or `null`. */
  readonly distrust: Distrust | null;
  /** End of the newest audio, or `null` without any. */
  readonly newest: EpochMs | null;
  /** Size of kept sessions alone, where that is more than `maxBytes`; else 0. */
  readonly keptBytes: number;
  /** Folders of sessions whose last audio went long ago, which are removed. */
  readonly removed: readonly string[];
}

/**
 * Milliseconds after which a file system shows the space of deleted files at the
 * latest. One that writes in transactions shows it when the next one ends.
 */
const SHOWN_MS = 30_000;
/** Milliseconds until a plan that was blocked is made again. */
const BLOCKED_MS = 60_000;
/** Seconds by which the end of a distrust must move to be announced again. */
const ANNOUNCED_SECONDS = 3_600;
/** Milliseconds between two looks for sessions whose logs are old. */
const LOGS_MS = 3_600_000;

/** Applies rules to an output folder, again and again. */
export class Retention {
  readonly #options: RetentionOptions;
  readonly #index: FolderIndex;
  readonly #trust: ClockTrust;
  #place: Place | null = null;
  #blockedUntil = -Infinity;
  #logsAt = -Infinity;
  /** Free space with what was deleted to make it, and when that was. */
  #freed: {
    readonly before: number;
    readonly free: number;
    readonly at: MonotonicMs;
  } | null = null;
  /** Until when others know that the clock does not count. */
  #announced = -Infinity;
  #last: Outcome | null = null;

  /** Rules that were not applied yet. */
  constructor(options: RetentionOptions) {
    const { outputDir, clock } = options;
    this.#options = options;
    this.#trust = new ClockTrust(clock, options.uptime);
    this.#index = new FolderIndex({
      outputDir,
      clock,
      onUnreadable: (folder, error) => this.#report(folder, error),
    });
  }

  /**
   * Applies the rules once. Another process that does so is waited for.
   *
   * @throws when the output folder is missing, or its lock cannot be taken.
   */
  async apply(options: ApplyOptions = {}): Promise<Outcome> {
    const { outputDir, clock } = this.#options;
    const isNeeded = (options.neededBytes ?? 0) > 0;
    const isBlocked = clock.monotonic() < this.#blockedUntil;
    if (this.#last !== null && isBlocked && !isNeeded) {
      return this.#last;
    }
    using lock = await RetentionLock.take(outputDir);
    if (options.signal?.aborted) return NOTHING;
    const { sessions, place, clock: notice } = await lock.changesSince(
      this.#place,
    );
    this.#place = place;
    this.#heed(notice);
    if (!await this.#index.refresh(sessions)) return NOTHING;
    return await this.#applyTo(lock, options);
  }

  async #applyTo(
    lock: RetentionLock,
    { isForced = false, isTrial = false, neededBytes = 0, signal }:
      ApplyOptions,
  ): Promise<Outcome> {
    const { clock } = this.#options;
    const index = this.#index;
    const touched = new Set<string>();
    if (!isTrial) await this.#finishUnfinished(touched);
    const distrust = this.#trust.distrust(index.newest);
    if (distrust !== null) await this.#tellOthers(lock);
    const { maxAge } = this.#options.rules;
    let plan = await this.#plan(distrust, neededBytes, maxAge);
    // A recording that waits for room waits for no rule but that.
    if (plan.isBlocked && !isForced && neededBytes > 0) {
      plan = await this.#plan(distrust, neededBytes, null);
    }
    const isBlocked = plan.isBlocked && !isForced;
    const now = clock.now();
    const pruned: Pruned[] = [];
    const take = (chunk: StoredChunk, rule: RetentionRule) => {
      const { session: { folder }, duration } = chunk;
      pruned.push({ ...deletedEvent(chunk, rule, now), folder, duration });
    };
    const { count, newest } = index;
    if (isTrial || isBlocked) {
      for (const { chunk, rule } of plan.deletions) take(chunk, rule);
    } else {
      await deleteChunks(plan.deletions, now, {
        onDeleted: (chunk, rule) => {
          take(chunk, rule);
          touched.add(chunk.session.id);
          index.forget(chunk);
          if (chunk.session.unfinished.has(chunk.seq)) {
            index.retry(chunk.session);
          }
          if (rule === "min_free_bytes") this.#credit(chunk.size);
          this.#options.onDeleted(deletedEvent(chunk, rule, now));
        },
        onGone: (chunk) => index.forget(chunk),
        onForeign: (chunk, error) => {
          index.forget(chunk);
          this.#report(chunk.file, error);
        },
        onFailed: (path, error) => this.#report(path, error),
      }, signal);
      await this.#forgetShown();
    }
    const removed = distrust !== null || signal?.aborted
      ? []
      : await this.#removeEmpty(isTrial);
    if (touched.size > 0) this.#place = await lock.addChanged(touched);
    const { maxBytes } = this.#options.rules;
    const isFull = maxBytes !== null && index.bytes > maxBytes;
    const kept = isFull ? index.keptBytes : 0;
    const keptBytes = kept > (maxBytes ?? Infinity) ? kept : 0;
    const outcome = {
      ...{ pruned, isBlocked, count, distrust, newest, keptBytes, removed },
    };
    this.#last = outcome;
    this.#blockedUntil = isBlocked ? clock.monotonic() + BLOCKED_MS : -Infinity;
    return outcome;
  }

  async #plan(
    distrust: Distrust | null,
    neededBytes: number,
    maxAge: Rules["maxAge"],
  ): Promise<Plan<StoredChunk>> {
    const { outputDir, rules, clock, freeBytes } = this.#options;
    const index = this.#index;
    const minFreeBytes = rules.minFreeBytes === null
      ? null
      : Math.max(rules.minFreeBytes, neededBytes);
    return planDeletions({ ...rules, maxAge, minFreeBytes }, {
      candidates: index.candidates(),
      ageOf: (chunk) => ageOf(chunk, clock, distrust === null),
      count: index.count,
      bytes: index.bytes,
      free: minFreeBytes === null
        ? null
        : this.#expectedFree(await freeBytes(outputDir)),
    });
  }

  /**
   * Returns the free space that counts: what was deleted a moment ago may not
   * show yet, and would be deleted twice.
   */
  #expectedFree(free: number | null): number | null {
    const freed = this.#freed;
    const moment = this.#options.clock.monotonic();
    const isShown = freed === null || moment - freed.at > SHOWN_MS;
    const expected = free === null || isShown
      ? free
      : Math.max(free, freed.free);
    this.#freed = expected === null ? null : {
      free: expected,
      before: expected,
      at: isShown ? -Infinity : freed.at,
    };
    return expected;
  }

  /** Counts nothing that was deleted where its space shows at once. */
  async #forgetShown(): Promise<void> {
    const { outputDir, freeBytes } = this.#options;
    const freed = this.#freed;
    if (freed === null || freed.free === freed.before) return;
    const free = await freeBytes(outputDir);
    const middle = (freed.before + freed.free) / 2;
    if (free !== null && free >= middle) this.#freed = null;
  }

  /** Notes space that a deletion has made. */
  #credit(bytes: number): void {
    if (this.#freed === null) return;
    const { before, free } = this.#freed;
    this.#freed = {
      before,
      free: free + bytes,
      at: this.#options.clock.monotonic(),
    };
  }

  /** Takes over what another process found out about the clock. */
  #heed(notice: ClockNotice | null): void {
    const { boot, uptime } = this.#options;
    if (notice === null || notice.boot !== boot) return;
    this.#announced = notice.until;
    this.#trust.distrustFor((notice.until - uptime()) * 1000);
  }

  /** Lets other processes know that the clock does not count. */
  async #tellOthers(lock: RetentionLock): Promise<void> {
    const { boot, uptime } = this.#options;
    const until = uptime() + this.#trust.untrustedFor / 1000;
    if (boot === null || until < this.#announced + ANNOUNCED_SECONDS) return;
    this.#announced = until;
    this.#place = await lock.addClock({ boot, until });
  }

  async #finishUnfinished(touched: Set<string>): Promise<void> {
    for (const session of this.#index.unfinished()) {
      const { size } = session.unfinished;
      try {
        const kept = await finishDeletions(
          session,
          this.#options.clock.now(),
          (path, error) => this.#report(path, error),
        );
        this.#index.restore(kept);
      } catch (error) {
        this.#report(session.folder, error);
      }
      if (session.unfinished.size < size) touched.add(session.id);
    }
  }

  async #removeEmpty(isTrial: boolean): Promise<string[]> {
    const { clock, rules } = this.#options;
    const moment = clock.monotonic();
    if (moment - this.#logsAt < LOGS_MS) return [];
    this.#logsAt = moment;
    const since = clock.now() - rules.keepLogs * 1000;
    const removed: string[] = [];
    for (const session of this.#index.emptySince(since)) {
      try {
        if (isTrial) {
          if (await isRemovable(session)) removed.push(session.folder);
        } else if (await removeSession(session)) {
          this.#index.drop(session);
          removed.push(session.folder);
        } else this.#index.spare(session);
      } catch (error) {
        this.#report(session.folder, error);
      }
    }
    return removed;
  }

  #report(path: string, error: unknown): void {
    this.#options.onProblem(path, messageOf(error));
  }
}

const NOTHING: Outcome = {
  pruned: [],
  isBlocked: false,
  count: 0,
  distrust: null,
  newest: null,
  keptBytes: 0,
  removed: [],
};
