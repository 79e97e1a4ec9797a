/**
 * The rules of retention: which chunks are to be deleted. They look at nothing
 * but their arguments.
 *
 * @module
 */

import type { Settings } from "../config/settings.ts";
import type { RetentionRule, Seconds } from "../events.ts";

/** What a user asks to keep. */
export interface Rules {
  /** Age at which audio is deleted, or `null`. */
  readonly maxAge: Seconds | null;
  /** Size of all chunks that is kept, or `null`. */
  readonly maxBytes: number | null;
  /** Free space for which audio is deleted, or `null`. */
  readonly minFreeBytes: number | null;
  /** Age below which nothing is deleted for want of space. */
  readonly minAge: Seconds;
  /** How long the folder of an ended session without audio is kept. */
  readonly keepLogs: Seconds;
}

/** Returns the rules of a configuration. */
export function rulesOf(
  { maxAge, maxBytes, keepFreeBytes, minAge, keepLogs }: Pick<
    Settings,
    "maxAge" | "maxBytes" | "keepFreeBytes" | "minAge" | "keepLogs"
  >,
): Rules {
  return { maxAge, maxBytes, minFreeBytes: keepFreeBytes, minAge, keepLogs };
}

/** Whether anything is ever deleted by these rules. */
export function hasRules(
  { maxAge, maxBytes, minFreeBytes }: Rules,
): boolean {
  return maxAge !== null || maxBytes !== null || minFreeBytes !== null;
}

/** What the rules are applied to. */
export interface Situation<Chunk extends { readonly size: number }> {
  /** The chunks that may be deleted, the oldest first. */
  readonly candidates: Iterable<Chunk>;
  /** Returns how old a chunk is at least. */
  ageOf(chunk: Chunk): Seconds;
  /** Number of all chunks, those of kept sessions included. */
  readonly count: number;
  /** Size of all chunks in bytes. */
  readonly bytes: number;
  /** Free bytes of the file system, or `null` when unknown. */
  readonly free: number | null;
}

/** A chunk that is to be deleted. */
export interface Planned<Chunk> {
  /** The chunk. */
  readonly chunk: Chunk;
  /** The rule that it falls under. */
  readonly rule: RetentionRule;
}

/** What is to be deleted. */
export interface Plan<Chunk> {
  /** The chunks, the oldest first. */
  readonly deletions: readonly Planned<Chunk>[];
  /**
   * Whether these are more than half of all chunks: a mistake in the settings
   * or the clock looks like that, so they are deleted only on request.
   */
  readonly isBlocked: boolean;
}

/**
 * Returns the chunks that are to be deleted: the oldest ones, each while a rule
 * asks for it.
 */
export function planDeletions<Chunk extends { readonly size: number }>(
  rules: Rules,
  { candidates, ageOf, count, bytes, free }: Situation<Chunk>,
): Plan<Chunk> {
  const deletions: Planned<Chunk>[] = [];
  let freed = 0;
  for (const chunk of candidates) {
    const rule = ruleFor(rules, ageOf(chunk), {
      bytes: bytes - freed,
      free: free === null ? null : free + freed,
    });
    if (rule === null) break;
    deletions.push({ chunk, rule });
    freed += chunk.size;
  }
  return { deletions, isBlocked: deletions.length > count / 2 };
}

/** Returns the rule by which the oldest chunk is to be deleted, or `null`. */
function ruleFor(
  { maxAge, maxBytes, minFreeBytes, minAge }: Rules,
  age: Seconds,
  { bytes, free }: { readonly bytes: number; readonly free: number | null },
): RetentionRule | null {
  if (maxAge !== null && age > maxAge) return "max_age";
  if (age < minAge) return null;
  if (maxBytes !== null && bytes > maxBytes) return "max_bytes";
  if (minFreeBytes !== null && free !== null && free < minFreeBytes) {
    return "min_free_bytes";
  }
  return null;
}
