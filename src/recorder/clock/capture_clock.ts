/**
 * When the samples of a run were captured.
 *
 * @module
 */

import type { Transport } from "../../audio/device.ts";
import type { Seconds } from "../../events.ts";
import type { MonotonicMs } from "../../platform/clock.ts";
import { Pages } from "./pages.ts";
import { Slowness } from "./slowness.ts";
import { Spans } from "./spans.ts";

/** Audio that was lost while ffmpeg ran. */
export interface Loss {
  /** Where in the run's audio the hole is. */
  readonly position: Seconds;
  /** How much is missing. */
  readonly length: Seconds;
}

/** A report of captured time. */
export interface Sighting {
  /** Captured time. */
  readonly captured: Seconds;
  /** When that much had been captured. */
  readonly at: MonotonicMs;
  /** Where the audio resumes that came first after a pause; otherwise `null`. */
  readonly resumed: Seconds | null;
}

/**
 * Milliseconds that a report waits for later ones. When it was late, they are
 * closer to the truth.
 */
const WINDOW_MS = 6_500;
/**
 * Maximum milliseconds for a source to catch up: what is still late then is
 * lost.
 */
const CATCH_UP_MS = 120_000;
/** Reports closer together than this belong to one burst of audio. */
const BURST_MS = 250;
/** Audio that is late by more than this for good is lost. Less is drift of a sound card. */
const LOSS_MS = 100;
/** The same for a network that loses packets: each is short, and they add up. */
const PACKET_LOSS_MS = 40;
/** Two reports with the same delay differ by less than this. */
const NOISE_MS = 20;
/** A source that is late this often, or this much, before the run ends has lost audio. */
const PROOF = { reports: 3, ms: 2_000, lateMs: 500 };
/** The same for a network that loses packets all the time. */
const PACKET_PROOF_MS = 1_000;
/** Less audio after a pause, at the very end, is what ffmpeg had held back. */
const FLUSHED: Seconds = 0.5;
/**
 * After a pause of a network that loses packets, this much comes at once from a
 * sender that begins again, and from packets that waited for those before. The
 * socket of an ffmpeg that was stopped holds more.
 */
const REORDERED: Seconds = 0.45;
/** Audio that comes in longer pieces comes in segments. */
const SEGMENT_MS = 500;
/** Milliseconds of audio between two reports: a segment may be longer by as much. */
const REPORT_MS = 1_000;
/** A stream may be late by less than this share of a page or segment. */
const LATE_SHARE = 0.9;
/** The same where it comes in pieces as short as a read: half the speed of time is no loss. */
const PACKET_SHARE = 3;
/** A slow source may be late by this many times what its speed explains. */
const SLOW_SHARE = 1.5;

/** A report with the moment at which the run would have begun by it. */
interface Open extends Sighting {
  readonly origin: MonotonicMs;
}

/**
 * Compares captured time with the clock. ffmpeg reports captured time after the
 * capture, never before it, so a report is as late as the earliest of those that
 * follow it shows. What stays late for good was lost; what catches up was only
 * late.
 */
export class CaptureClock {
  readonly #losesAudio: boolean;
  readonly #lossMs: number;
  #open: Open[] = [];
  readonly #spans = new Spans();
  readonly #pages = new Pages();
  readonly #slowness = new Slowness();
  #lagMs = 0;
  /** When the reports began that follow each other closely. */
  #burstAt: MonotonicMs = 0;

  /**
   * A clock without reports.
   *
   * @param transport How the audio comes. What is reliable is never lost
   * without a pause: such a source is slow.
   */
  constructor(transport: Transport = "local") {
    this.#losesAudio = transport !== "reliable";
    this.#lossMs = transport === "lossy" ? PACKET_LOSS_MS : LOSS_MS;
  }

  /**
   * Takes a report; returns the audio that is now known to be lost.
   *
   * @param settled Position up to which times were reported. A hole that is
   * found later counts from this position on, so reported times stay valid.
   */
  observe(report: Sighting, settled: Seconds = 0): Loss[] {
    const last = this.#open.at(-1);
    const isNew = last === undefined || report.at - last.at >= BURST_MS;
    // A burst is judged as a whole, when the next report follows. A source that
    // always sends after short pauses has no end of it.
    const losses = last !== undefined &&
        (isNew || last.at - this.#burstAt >= WINDOW_MS)
      ? this.#settle(last.at, settled)
      : [];
    if (isNew) this.#burstAt = report.at;
    const origin = report.at - report.captured * 1000;
    const open = { ...report, origin };
    if (report.resumed !== null) this.#pages.begin(open, last ?? open);
    this.#open.push(open);
    this.#spans.lower(origin, report.captured);
    return losses;
  }

  /** Takes the reports so far as all there are; returns what they show to be lost. */
  finish(settled: Seconds = 0): Loss[] {
    return this.#settle(Infinity, settled);
  }

  /** How far a source that loses nothing has fallen behind real time. */
  get lag(): Seconds {
    return this.#lagMs / 1000;
  }

  /** Whether the times of the audio up to a position are known. */
  isFinal(position: Seconds): boolean {
    return !this.isLate || position <= this.#spans.until;
  }

  /** Whether audio is late now, so that it may be lost. */
  get isLate(): boolean {
    const last = this.#open.at(-1);
    if (last === undefined) return false;
    const limit = this.#spans.latestAt(last.captured) ??
      earliest(this.#open) ?? last.origin;
    return last.origin - limit >= this.#lossMs;
  }

  /**
   * Returns the time of the sample at `position`, or `null` before the first
   * report.
   */
  timeOf(position: Seconds): MonotonicMs | null {
    const origin = this.#originOf(position);
    return origin === null ? null : origin + position * 1000;
  }

  #originOf(position: Seconds): MonotonicMs | null {
    const { until, latest } = this.#spans;
    if (position <= until) return this.#spans.originOf(position);
    const lowest = earliest(this.#open);
    const limit = this.#spans.latestAt(position);
    if (limit === null || lowest === null) return latest ?? lowest;
    if (lowest - limit < this.#lossMs) return Math.min(lowest, limit);
    const [first] = this.#open;
    const hole = first === undefined ? until : this.#holeIn(first);
    return position <= hole ? latest : lowest;
  }

  #settle(now: MonotonicMs, settled: Seconds): Loss[] {
    const losses: Loss[] = [];
    const isEnd = now === Infinity;
    while (this.#open.length > (isEnd ? 0 : 1)) {
      const [report] = this.#open;
      const origin = earliest(this.#open);
      if (report === undefined || origin === null) break;
      if (now - report.at < WINDOW_MS) break;
      const limit = this.#spans.latestAt(report.captured);
      if (limit === null) {
        this.#spans.add(report.captured, origin);
      } else if (report.captured > this.#spans.until) {
        if (origin - limit < this.#lossMs) {
          this.#spans.extend(report.captured, Math.min(origin, limit));
        } else {
          if (this.#catchesUp(now, origin, report)) break;
          const isLost = this.#isLoss(report, origin - limit, isEnd);
          if (isLost) {
            losses.push(this.#lose(report, origin, limit, settled));
            this.#slowness.reset();
          } else if (!isEnd || !this.#losesAudio) {
            const end = isEnd ? this.#endOf(report, origin, limit) : null;
            const slow = Math.min(end ?? origin, this.#slowOrigin(report));
            const moved = Math.max(limit, slow);
            if (end === null) this.#lagMs += moved - limit;
            this.#spans.stretch(report.captured, moved);
          }
        }
      }
      this.#slowness.observe({ at: report.at, origin });
      this.#open.shift();
    }
    return losses;
  }

  /** Whether the source may still make up for what it held back. */
  #catchesUp(now: MonotonicMs, origin: MonotonicMs, { at }: Open): boolean {
    if (now === Infinity || now - at >= CATCH_UP_MS) return false;
    const best = this.#open.find((one) => one.origin <= origin + NOISE_MS);
    return best !== undefined && now - best.at < WINDOW_MS;
  }

  #isLoss({ at, resumed }: Open, lateMs: number, isEnd: boolean): boolean {
    const page = this.#losesAudio ? 0 : this.#pages.longestMs;
    if (!this.#losesAudio && resumed === null) return false;
    const share = page < SEGMENT_MS ? PACKET_SHARE : LATE_SHARE;
    const slowMs = this.#losesAudio ? 0 : this.#slowness.expectedAt(at);
    if (lateMs < Math.max(page * share, slowMs * SLOW_SHARE)) return false;
    if (!isEnd) return true;
    // The last reports of a run may just be late.
    const last = this.#open.at(-1);
    if (last === undefined) return false;
    const isPause = this.#losesAudio && resumed !== null &&
      last.captured - resumed >= FLUSHED;
    if (isPause && lateMs >= PROOF.lateMs) return true;
    const after = last.at - at;
    return this.#lossMs === PACKET_LOSS_MS
      ? after >= PACKET_PROOF_MS
      : this.#open.length >= PROOF.reports &&
        after >= PROOF.ms + PROOF.reports * page;
  }

  /**
   * Returns the origin of a report of a slow source by those of the same piece:
   * what came at once was sent during the time before.
   */
  #slowOrigin({ captured, origin }: Open): MonotonicMs {
    const rate = this.#slowness.rate;
    const page = this.#pages.longestMs;
    if (rate === 0 || page >= SEGMENT_MS) return origin;
    const origins = this.#open
      .filter((next) => (next.captured - captured) * 1000 <= page)
      .map((next) => next.origin - rate * (next.captured - captured) * 1000);
    return Math.min(origin, ...origins);
  }

  /**
   * Returns the origin of the last audio of a run, when its report is late for
   * another reason than its source; otherwise `null`.
   *
   * @param limit The origin of a source that does not fall behind.
   */
  #endOf(
    report: Open,
    origin: MonotonicMs,
    limit: MonotonicMs,
  ): MonotonicMs | null {
    // The rest of a segment would have come with the next one.
    if (this.#isPartOfSegment(origin - limit)) return limit;
    if (!this.#isFlushed(report)) return null;
    const since = report.captured - this.#spans.until;
    return Math.min(origin, limit + this.#slowness.rate * since * 1000);
  }

  /** Whether a report at the end of a run is of what ffmpeg had held back. */
  #isFlushed({ captured, resumed }: Open): boolean {
    const last = this.#open.at(-1)?.captured ?? captured;
    return last - (resumed ?? captured) < FLUSHED;
  }

  /** Whether audio is late because the rest of its segment has not come. */
  #isPartOfSegment(lateMs: number): boolean {
    const page = this.#pages.longestMs;
    return page >= SEGMENT_MS && lateMs <= page + REPORT_MS;
  }

  #holeIn(report: Open): Seconds {
    const { until } = this.#spans;
    const hole = holeIn(report, this.#open, until);
    const resumed = report.resumed ?? until;
    // Nothing was buffered: the packets after the pause waited for those before.
    const isOrdered = this.#lossMs === PACKET_LOSS_MS &&
      hole - resumed < REORDERED;
    return isOrdered ? resumed : hole;
  }

  #lose(
    report: Open,
    origin: MonotonicMs,
    limit: MonotonicMs,
    settled: Seconds,
  ): Loss {
    const hole = this.#holeIn(report);
    const position = Math.max(hole, settled);
    this.#spans.extend(position, limit);
    this.#spans.add(Math.max(report.captured, position), origin);
    return { position, length: (origin - limit) / 1000 };
  }
}

/** Returns the earliest origin of some reports, or `null` without one. */
function earliest(reports: readonly Open[]): MonotonicMs | null {
  let lowest: MonotonicMs | null = null;
  for (const { origin } of reports) {
    if (lowest === null || origin < lowest) lowest = origin;
  }
  return lowest;
}

/**
 * Returns where the hole is that the first of some reports shows.
 *
 * After a pause, what was buffered meanwhile comes first. When the buffer was
 * full, the audio after it was lost until the pause ended: the first sample
 * after the hole was captured at that moment.
 *
 * @param before Position up to which no audio is missing.
 */
function holeIn(
  report: Open,
  reports: readonly Open[],
  before: Seconds,
): Seconds {
  if (report.resumed === null) return before;
  const origin = earliest(reports) ?? report.origin;
  const end = reports.find((one) => one.origin <= origin + NOISE_MS);
  const resumed = (report.at - origin) / 1000;
  return Math.max(
    report.resumed,
    Math.min(resumed, end?.captured ?? report.captured),
  );
}
