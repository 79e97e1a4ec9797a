/**
 * Checks the rules of retention against each other, against the disk, and
 * against what the recording takes.
 *
 * @module
 */

import { formatAge } from "../times/duration.ts";
import type { Settings } from "../config/settings.ts";
import type { Seconds } from "../events.ts";
import { encodedBytes } from "../ffmpeg/command/encoded_size.ts";
import { hasRules, rulesOf } from "../retention/rules.ts";
import { formatBytes } from "../terminal/units.ts";
import { type Check, ok, warning } from "./check.ts";

const NAME = "deletion";

/** Chunks that the rules should leave at least: the newest is always kept. */
const MIN_CHUNKS = 3;
/** A disk with less than this share of what the rules keep may be full first. */
const SHARE_FREE = 0.5;

/**
 * Checks the rules.
 *
 * @param free Free bytes of the output folder's file system, or `null`.
 * @returns `null` when there is no rule.
 */
export function checkRetention(
  settings: Settings,
  free: number | null,
): Check | null {
  const rules = rulesOf(settings);
  if (!hasRules(rules)) return null;
  const problem = faultOf(settings, free);
  if (problem !== null) return warning(NAME, problem.text, problem.next);
  const { maxAge, maxBytes, minFreeBytes } = rules;
  const kept = [
    ...(maxAge === null ? [] : [`the last ${formatAge(maxAge)}`]),
    ...(maxBytes === null ? [] : [`at most ${formatBytes(maxBytes)}`]),
    ...(minFreeBytes === null
      ? []
      : [`what leaves ${formatBytes(minFreeBytes)} free`]),
  ];
  return ok(NAME, `audio is kept: ${kept.join(", and ")}`);
}

/** What is wrong with the rules. */
interface RuleFault {
  readonly text: string;
  readonly next: string;
}

function faultOf(settings: Settings, free: number | null): RuleFault | null {
  const { maxAge, maxBytes, keepFreeBytes, minAge, segmentDuration } = settings;
  const rate = encodedBytes({ ...settings, bitDepth: depthOf(settings) });
  if (maxAge !== null && maxAge < MIN_CHUNKS * segmentDuration) {
    return {
      text: `retention.max_age = "${
        formatAge(maxAge)
      }" is less than ${MIN_CHUNKS} chunks of ${formatAge(segmentDuration)}`,
      next: "raise it, or lower recording.segment_duration",
    };
  }
  if (maxAge !== null && maxAge < minAge && hasSpaceRule(settings)) {
    return {
      text: `retention.max_age = "${
        formatAge(maxAge)
      }" deletes audio that retention.min_age = "${
        formatAge(minAge)
      }" protects from the other rules`,
      next: "raise max_age, or lower min_age",
    };
  }
  if (maxBytes !== null && maxBytes < rate * minAge) {
    return {
      text: `retention.max_bytes = ${maxBytes} may not hold: ${
        described(rate, minAge)
      }, and nothing younger than retention.min_age is deleted for want of space`,
      next: "raise max_bytes, or lower min_age",
    };
  }
  if (keepFreeBytes !== null && keepFreeBytes <= settings.minFreeBytes) {
    return {
      text:
        `retention.min_free_bytes = ${keepFreeBytes} is not more than disk.min_free_bytes = ${settings.minFreeBytes}, so the disk is reported as low before anything is deleted`,
      next: "raise retention.min_free_bytes, or lower disk.min_free_bytes",
    };
  }
  if (free !== null && keepFreeBytes === null && maxAge !== null) {
    const needed = rate * maxAge;
    const isBound = maxBytes !== null && maxBytes < needed;
    // What is recorded already takes part of that, so it is no certainty.
    if (!isBound && free < needed * SHARE_FREE) {
      return {
        text: `${described(rate, maxAge)}, and ${
          formatBytes(free)
        } are free: the disk may be full before retention.max_age deletes anything`,
        next: "also set retention.min_free_bytes",
      };
    }
  }
  return null;
}

function hasSpaceRule({ maxBytes, keepFreeBytes }: Settings): boolean {
  return maxBytes !== null || keepFreeBytes !== null;
}

function described(rate: number, age: Seconds): string {
  return `${formatAge(age)} of this recording need up to ${
    formatBytes(rate * age)
  }`;
}

function depthOf({ bitDepth }: Settings) {
  return bitDepth === "auto" ? 16 : bitDepth;
}
