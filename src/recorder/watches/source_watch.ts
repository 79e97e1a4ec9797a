/**
 * Notices that the sound server moves a recording to another source, as
 * PulseAudio does when the recorded one is unplugged. It never moves it back.
 *
 * @module
 */

import type { EpochMs, SessionEvent, Sink, Telemetry } from "../../events.ts";
import type { Subscription } from "../../ffmpeg/pulse/subscription.ts";
import type { Seen, SourceProbe } from "./source_probe.ts";
import { isoMilliseconds } from "../../log/format/timestamps.ts";
import type { Clock, TimerHandle } from "../../platform/clock.ts";

/** Options of {@linkcode SourceWatch}. */
export interface SourceWatchOptions {
  /** The named source, or `null` for the default, which is followed. */
  readonly wanted: string | null;
  /**
   * The device to open again when the source of a run changes, or `null`. It
   * says itself whether it names a source or follows the default.
   */
  readonly reopened: string | null;
  /** Returns a probe for a new run. */
  probe(): Promise<SourceProbe | null>;
  /** Reports changes of the sound server, once a source was seen. */
  subscribe?(onChange: () => void): Subscription;
  /** The clock. */
  readonly clock: Clock;
  /** Takes warnings. */
  readonly sink: Sink;
  /** Called when the recording no longer gets the named source. */
  onMoved(): void;
}

/** Milliseconds between two examinations, however often audio is disturbed. */
const MIN_MS = 2_000;

/** Milliseconds between two examinations while changes are reported. */
const CALM_MS = 60_000;

/** Number of examinations after which a device that no sound server has is left alone. */
const MAX_UNSEEN = 3;

/** Watches the source of each run, from its first audio to its end. */
export class SourceWatch implements Sink, Disposable {
  readonly #options: SourceWatchOptions;
  #run: WatchedRun | null = null;
  /** One examination at a time, whatever happens to the runs. */
  #turn: Promise<void> = Promise.resolve();
  #hasWarned = false;
  #wasReopened = false;

  /** A watch that has not begun. */
  constructor(options: SourceWatchOptions) {
    this.#options = options;
  }

  /** Takes an event. */
  emit(event: SessionEvent): void {
    switch (event.event) {
      case "ffmpeg_started":
        this.#end();
        this.#run = new WatchedRun(event.pid, event.run, event.time);
        this.#look(this.#run);
        break;
      case "ffmpeg_stopped":
        this.#end();
        break;
      case "gap":
        this.#disturbed();
        break;
      case "warning":
        if (event.code === "digital_silence") this.#disturbed();
        break;
    }
  }

  /** Takes telemetry: the audio pauses when its source changes. */
  observe({ kind }: Telemetry): void {
    if (kind === "resumed") this.#disturbed();
  }

  /** Stops watching. */
  [Symbol.dispose](): void {
    this.#end();
  }

  #end(): void {
    const timer = this.#run?.timer ?? null;
    if (timer !== null) this.#options.clock.clearTimeout(timer);
    this.#run?.subscription?.[Symbol.dispose]();
    this.#run = null;
  }

  #disturbed(): void {
    const run = this.#run;
    if (run === null) return;
    const passed = this.#options.clock.monotonic() - run.examinedAt;
    if (passed >= MIN_MS) this.#look(run);
  }

  /** The sound server has changed: not every change is worth an examination. */
  #changed(run: WatchedRun): void {
    if (this.#run !== run || run.isWaiting || run.probe === null) return;
    const { clock } = this.#options;
    const left = run.examinedAt + run.probe.interval - clock.monotonic();
    if (left <= 0) this.#look(run);
    else if (run.isCalm) this.#schedule(run, left);
  }

  #schedule(run: WatchedRun, delay: number): void {
    const { clock } = this.#options;
    if (run.timer !== null) clock.clearTimeout(run.timer);
    run.isCalm = delay === CALM_MS;
    run.timer = clock.setTimeout(() => this.#look(run), delay);
    clock.unref(run.timer);
  }

  #look(run: WatchedRun): void {
    if (run.isWaiting || this.#run !== run) return;
    run.isWaiting = true;
    if (run.timer !== null) this.#options.clock.clearTimeout(run.timer);
    this.#turn = this.#turn.then(() => this.#examine(run));
  }

  /** Never throws: a recording does not depend on it. */
  async #examine(run: WatchedRun): Promise<void> {
    const { clock } = this.#options;
    let seen: Seen | null = null;
    const time = clock.now();
    try {
      if (this.#run === run) {
        run.probe ??= await this.#options.probe();
        seen = await run.probe?.look(run.pid) ?? null;
      }
    } catch {
      // The source is unknown for now.
    }
    run.isWaiting = false;
    run.examinedAt = clock.monotonic();
    if (this.#run !== run || run.probe === null) return;
    if (seen === null && !this.#mayBeSeen(run)) return;
    if (seen !== null) {
      run.subscription ??= this.#options.subscribe?.(() =>
        this.#changed(run)
      ) ?? null;
    }
    const isLive = run.subscription?.isLive === true;
    this.#schedule(run, isLive ? CALM_MS : run.probe.interval);
    if (seen !== null) this.#judge(run, seen, time);
  }

  /** Whether a source that is not seen may be later: ALSA may have no sound server. */
  #mayBeSeen(run: WatchedRun): boolean {
    run.unseen++;
    return this.#options.reopened === null || run.source !== null ||
      run.unseen < MAX_UNSEEN;
  }

  #judge(run: WatchedRun, seen: Seen, time: EpochMs): void {
    const { wanted, reopened, onMoved } = this.#options;
    const isFirst = run.source === null;
    const before = run.source ?? wanted;
    const hasMoved = before !== null && before !== seen.source;
    run.source = seen.source;
    if (!hasMoved) this.#wasReopened = false;
    else if (reopened !== null) {
      this.#warnOfMove(run, before, seen.source, `reopening ${reopened}`);
      onMoved();
    } else if (wanted === null) this.#warnOfChange(run, before, seen.source);
    else if (!isFirst || this.#mustReopen(wanted, seen)) {
      this.#warnOfMove(run, before, seen.source, `reopening ${wanted}`);
      onMoved();
    } else if (seen.names.includes(wanted) && !this.#hasWarned) {
      // Something else directs the stream there; a new run would not help.
      this.#hasWarned = true;
      this.#warnOfMove(run, wanted, seen.source, "move it back");
    }
    run.goodUntil = time;
  }

  /**
   * Whether a run that began with another source must end: the named one
   * vanished within its first moments. If that repeats, or the name is a
   * number, the server has other names for its sources.
   */
  #mustReopen(wanted: string, { names }: Seen): boolean {
    if (this.#wasReopened || names.includes(wanted) || !/\D/.test(wanted)) {
      return false;
    }
    return this.#wasReopened = true;
  }

  #warnOfChange(run: WatchedRun, from: string, to: string): void {
    const message =
      `The default source changed from ${from} to ${to}; recording follows it`;
    this.#warn("source_changed", message, run, { from, to });
  }

  #warnOfMove(run: WatchedRun, from: string, to: string, then: string): void {
    const since = isoMilliseconds(run.goodUntil);
    const message =
      `The sound server moved the recording from ${from} to ${to}: audio since ${since} may be from ${to}; ${then}`;
    this.#warn("source_moved", message, run, { from, to, since });
  }

  #warn(
    code: "source_changed" | "source_moved",
    message: string,
    { run }: WatchedRun,
    details: Readonly<Record<string, string>>,
  ): void {
    const { clock, sink } = this.#options;
    sink.emit({
      event: "warning",
      time: clock.now(),
      code,
      message,
      details: { run, ...details },
    });
  }
}

/** What is known of a run. */
class WatchedRun {
  readonly pid: number;
  readonly run: number;
  /** The last time at which its source was the right one. */
  goodUntil: EpochMs;
  probe: SourceProbe | null = null;
  source: string | null = null;
  /** How often its source was not seen. */
  unseen = 0;
  isWaiting = false;
  examinedAt = -Infinity;
  timer: TimerHandle | null = null;
  /** Whether the timer is that of a source whose changes are reported. */
  isCalm = false;
  subscription: Subscription | null = null;

  constructor(pid: number, run: number, startedAt: EpochMs) {
    this.pid = pid;
    this.run = run;
    this.goodUntil = startedAt;
  }
}
