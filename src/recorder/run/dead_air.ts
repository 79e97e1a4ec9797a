/**
 * Notices dead air other than digital silence: sound below a level, and
 * channels that are digital zero while others are not.
 *
 * @module
 */

import type { Details, EpochMs, Seconds, Telemetry } from "../../events.ts";
import { pluralize } from "../../terminal/units.ts";
import { BLOCK, SILENCE } from "./levels.ts";

/** The level below which there is silence, and for how long. */
export interface SilenceLimit {
  /** Peak below which there is silence, or `null` for digital zero alone. */
  readonly dbfs: number | null;
  /** How long the sound must be below it, and above it to end the silence. */
  readonly after: Seconds;
}

/** A silence that began or ended. */
export interface SilenceChange {
  /** What is silent. */
  readonly what: "level" | "channels";
  /** How long it has been silent, or `null` when that is over. */
  readonly length: Seconds | null;
  /** How long sound must be back before the silence is over. */
  readonly settle: Seconds;
  /** The silent channels, from 1. */
  readonly channels: readonly number[];
  /** The warning. */
  readonly note: {
    readonly code:
      | "silence"
      | "silence_ended"
      | "channel_silence"
      | "channel_silence_ended";
    readonly message: string;
    readonly details?: Details;
  };
}

/** Follows the peaks of a session. */
export class DeadAir {
  readonly #limit: SilenceLimit;
  readonly #level: Hysteresis;
  readonly #channels: Hysteresis[] = [];

  /** Watches channels, and the level if there is a limit. */
  constructor(limit: SilenceLimit = { dbfs: null, after: SILENCE }) {
    this.#limit = limit;
    this.#level = new Hysteresis(limit.after);
  }

  /** Takes the peaks of a second; returns what changed. */
  observe(dbfs: number, channels: readonly number[]): SilenceChange[] {
    return [...this.#observeLevel(dbfs), ...this.#observeChannels(channels)];
  }

  #observeLevel(dbfs: number): SilenceChange[] {
    const { dbfs: limit, after } = this.#limit;
    if (limit === null || !this.#level.observe(dbfs < limit)) return [];
    const { isOn, length } = this.#level;
    return [{
      what: "level",
      length: isOn ? length : null,
      settle: after,
      channels: [],
      note: isOn
        ? {
          code: "silence",
          message: `The sound has been below ${limit} dBFS for ${after} s`,
          details: { silence_dbfs: limit },
        }
        : {
          code: "silence_ended",
          message:
            `The sound is above ${limit} dBFS again, after ${length} s below it`,
        },
    }];
  }

  #observeChannels(peaks: readonly number[]): SilenceChange[] {
    // Digital zero on all channels is another warning.
    if (peaks.length < 2 || peaks.every((peak) => peak === -Infinity)) {
      return [];
    }
    const before = this.#silentChannels;
    const changed = peaks.filter((peak, index) => {
      const channel = this.#channels[index] ??= new Hysteresis(SILENCE);
      return channel.observe(peak === -Infinity);
    });
    if (changed.length === 0) return [];
    const silent = this.#silentChannels;
    const isWorse = silent.some((channel) => !before.includes(channel));
    const named = isWorse
      ? silent
      : before.filter((channel) => !silent.includes(channel));
    return [{
      what: "channels",
      length: silent.length === 0 ? null : SILENCE,
      settle: SILENCE,
      channels: silent,
      note: {
        code: isWorse ? "channel_silence" : "channel_silence_ended",
        message: isWorse
          ? `Every sample of ${
            channelsText(named)
          } was zero for ${SILENCE} s, while the other channels have sound`
          : `Sound returned to ${channelsText(named)}`,
        details: { channels: named.join(",") },
      },
    }];
  }

  get #silentChannels(): number[] {
    return this.#channels.flatMap(({ isOn }, index) => isOn ? [index + 1] : []);
  }
}

/** Returns a change as telemetry, with its warning. */
export function silenceAt(
  time: EpochMs,
  { what, length, settle, channels, note }: SilenceChange,
): Extract<Telemetry, { kind: "silence" }> & Pick<SilenceChange, "note"> {
  const times = length === null
    ? { since: null, until: time - settle * 1000 }
    : { since: time - length * 1000 };
  return { kind: "silence", what, time, ...times, channels, note };
}

function channelsText(channels: readonly number[]): string {
  const word = pluralize(channels.length, "channel").replace(/^\d+ /, "");
  return `${word} ${channels.join(", ")}`;
}

/**
 * A state that begins after it was true for some time, and ends after it was
 * false for as long. A short interruption takes back as much as it lasted.
 */
class Hysteresis {
  readonly #limit: number;
  #balance = 0;
  #blocks = 0;
  #isOn = false;

  constructor(limit: Seconds) {
    this.#limit = Math.max(1, Math.ceil(limit / BLOCK));
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** How long the state has been, or was, true, including what it took to begin. */
  get length(): Seconds {
    return this.#blocks * BLOCK;
  }

  /** Takes a block; returns whether the state changed. */
  observe(isTrue: boolean): boolean {
    if (this.#balance === 0) this.#blocks = 0;
    this.#balance += isTrue ? 1 : -1;
    this.#balance = Math.min(this.#limit, Math.max(0, this.#balance));
    this.#blocks++;
    const isOn = this.#isOn ? this.#balance > 0 : this.#balance === this.#limit;
    if (isOn === this.#isOn) return false;
    this.#isOn = isOn;
    if (!isOn) this.#blocks -= this.#limit;
    return true;
  }
}
