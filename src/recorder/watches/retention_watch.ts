/**
 * Applies retention while a session is recorded: at its start, after each chunk,
 * and while it waits for room.
 *
 * @module
 */

import { messageOf } from "../../errors.ts";
import type {
  ChunkDeleted,
  SessionEvent,
  Sink,
  WarningCode,
} from "../../events.ts";
import { type Clock, pause } from "../../platform/clock.ts";
import { pluralize } from "../../terminal/units.ts";
import { describeDistrust } from "../../retention/clock_trust.ts";
import { type Outcome, Retention } from "../../retention/retention.ts";
import { bootId } from "../../platform/host.ts";
import type { Rules } from "../../retention/rules.ts";

/** Maximum milliseconds that the end of a session waits for a deletion. */
const PATIENCE_MS = 2_000;

/** Options of {@linkcode RetentionWatch}. */
export interface RetentionWatchOptions {
  /** The output folder. */
  readonly outputDir: string;
  /** The rules; there is at least one. */
  readonly rules: Rules;
  /** The clock. */
  readonly clock: Clock;
  /** Takes deletions and warnings. */
  readonly sink: Sink;
  /** Returns the free bytes of a file system, or `null` when unknown. */
  freeBytes(path: string): Promise<number | null>;
}

/** Applies the rules of a recording. It never fails, and nothing waits for it. */
export class RetentionWatch implements Sink, AsyncDisposable {
  readonly #options: RetentionWatchOptions;
  readonly #retention: Retention;
  readonly #end = new AbortController();
  readonly #warned = new Set<string>();
  #running: Promise<void> | null = null;
  #isDue = false;
  #neededBytes = 0;
  #hasFailed = false;
  #deleted = 0;

  /** Rules that were not applied yet. */
  constructor(options: RetentionWatchOptions) {
    const { outputDir, rules, clock, freeBytes } = options;
    this.#options = options;
    this.#retention = new Retention({
      outputDir,
      rules,
      clock,
      boot: bootId(),
      uptime: Deno.osUptime,
      freeBytes,
      onDeleted: (event) => this.#onDeleted(event),
      onProblem: (path, message) =>
        this.#warn("retention_failed", `Cannot delete ${path}: ${message}`),
    });
  }

  /** Takes an event. */
  emit({ event }: SessionEvent): void {
    if (event === "session_start" || event === "chunk_created") {
      void this.apply();
    }
  }

  /**
   * Applies the rules, again if they are being applied now.
   *
   * @param neededBytes Free space that the recording waits for.
   * @returns whether anything was deleted.
   */
  async apply(neededBytes = 0): Promise<boolean> {
    const before = this.#deleted;
    this.#isDue = true;
    this.#neededBytes = Math.max(this.#neededBytes, neededBytes);
    this.#running ??= this.#run();
    await this.#running;
    return this.#deleted > before;
  }

  /** Lets a deletion that has begun end, unless the disk hangs, and begins no other. */
  async close(): Promise<void> {
    this.#end.abort();
    const done = new AbortController();
    void (this.#running ?? Promise.resolve()).then(() => done.abort());
    await pause(this.#options.clock, PATIENCE_MS, done.signal);
  }

  /** Closes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #run(): Promise<void> {
    const { signal } = this.#end;
    while (this.#isDue && !signal.aborted) {
      this.#isDue = false;
      const neededBytes = this.#neededBytes;
      this.#neededBytes = 0;
      this.#hasFailed = false;
      try {
        this.#report(await this.#retention.apply({ signal, neededBytes }));
      } catch (error) {
        const { outputDir } = this.#options;
        this.#warn(
          "retention_failed",
          `Cannot apply retention to ${outputDir}: ${messageOf(error)}`,
        );
      }
      // A fault that comes back later is another one.
      if (!this.#hasFailed) this.#forgetFailures();
    }
    this.#running = null;
  }

  #onDeleted(event: ChunkDeleted): void {
    this.#deleted++;
    this.#options.sink.emit(event);
  }

  #report(
    { isBlocked, pruned, count, distrust, newest, keptBytes }: Outcome,
  ): void {
    if (isBlocked) {
      this.#warn(
        "retention_blocked",
        `Retention would delete ${pruned.length} of ${
          pluralize(count, "chunk")
        }, more than half: that takes echolog prune --force, and until then nothing is deleted, so the disk may become full`,
      );
    }
    if (keptBytes > 0) {
      this.#warn(
        "retention_blocked",
        `Kept sessions alone hold ${keptBytes} bytes, more than retention.max_bytes: all other audio is deleted once it is old enough`,
      );
    }
    // A clock that the network sets after a boot is nothing to be warned of.
    if (distrust !== null && distrust !== "stepped") {
      this.#warn("retention_clock", describeDistrust(distrust, newest));
    }
  }

  #forgetFailures(): void {
    for (const kind of [...this.#warned]) {
      if (kind.startsWith("retention_failed")) this.#warned.delete(kind);
    }
  }

  /** Warns once of each kind, whatever the numbers in it are. */
  #warn(code: WarningCode, message: string): void {
    if (code === "retention_failed") this.#hasFailed = true;
    const kind = `${code} ${message.replaceAll(/\d+/g, "")}`;
    if (this.#warned.has(kind) || this.#end.signal.aborted) return;
    this.#warned.add(kind);
    const { clock, sink } = this.#options;
    sink.emit({ event: "warning", time: clock.now(), code, message });
  }
}
