/**
 * A session in states that no real program can be brought into: the clock is
 * set, the machine sleeps, time is long. Clock and ffmpeg are fakes; all else
 * is real.
 *
 * @module
 */

import { exists } from "../../src/platform/fs.ts";
import { assert } from "@std/assert";
import { join } from "@std/path";
import { chunkName, chunkNumber } from "../../src/audio/chunk_name.ts";
import type { Format } from "../../src/audio/format.ts";
import type { SessionEvent, SessionStop } from "../../src/events.ts";
import type { ReturnWatch } from "../../src/ffmpeg/socket_watch.ts";
import { DiskSync } from "../../src/platform/guarded/sync.ts";
import { WallClock } from "../../src/recorder/clock/wall_clock.ts";
import { EventStream } from "../../src/recorder/event_stream.ts";
import { Session } from "../../src/recorder/session.ts";
import {
  DiskWait,
  type DiskWaitOptions,
} from "../../src/recorder/watches/disk_wait.ts";
import { RUN_SPEC } from "./run_spec.ts";
import type { ChunkSearch } from "../../src/sessions/chunks/chunk_folder.ts";
import { openChunksFrom } from "../../src/sessions/chunks/open_chunks.ts";
import { SessionTotals } from "../../src/sessions/totals.ts";
import { FakeClock } from "../fakes/clock.ts";
import { FakeProcess } from "../fakes/ffmpeg.ts";
import { event } from "./events.ts";
import { tempFolder } from "./temp.ts";
import { waitFor } from "./wait.ts";

/** A session with a fake clock and a fake ffmpeg. */
export class Scene implements Disposable {
  readonly clock = new FakeClock();
  readonly folder = tempFolder();
  readonly events: SessionEvent[] = [];
  readonly processes: FakeProcess[] = [];
  readonly chunks = searchAtOnce(this.folder.path);
  readonly sync = new DiskSync((error) => {
    throw error;
  });
  readonly session: Session;
  readonly stream = new EventStream(
    { emit: (event) => event, observe: () => {} },
    new SessionTotals(),
  );
  /** The last lines that were announced, with the number of events before them. */
  readonly endings: (readonly [stop: SessionStop, events: number])[] = [];
  /** Milliseconds that the last notifications take. */
  lastNotice = 0;
  /** Milliseconds that the machine slept. */
  slept = 0;

  constructor(
    duration: number | null = null,
    source: ReturnWatch | null = null,
    disk:
      | Pick<DiskWaitOptions, "onFull" | "tryDisk">
        & Partial<Pick<DiskWaitOptions, "freeBytes">>
      | null = null,
  ) {
    const { clock, folder } = this;
    const start = clock.now();
    this.stream.add({ emit: (event) => void this.events.push(event) });
    this.session = new Session({
      start: event("session_start", { session_id: "s", start, ffmpeg: null }),
      folder: folder.path,
      ffmpeg: "ffmpeg",
      ffmpegHint: "",
      spec: RUN_SPEC,
      end: { duration, until: null },
      waited: 0,
      startTimeout: 30,
      stallTimeout: 15,
      backoffMax: 60,
      spawn: (_path, _args, _folder, listener) => {
        const process = new FakeProcess(this.processes.length + 1, listener);
        this.processes.push(process);
        return process;
      },
      events: this.stream,
      clock,
      wall: new WallClock(
        clock,
        () => (clock.monotonic() + this.slept) / 1000,
      ),
      startedAt: clock.monotonic(),
      chance: () => 0,
      hasAudioFile: () => Promise.resolve(true),
      onEnding: (stop) => {
        this.endings.push([stop, this.events.length]);
        clock.advance(this.lastNotice);
        return Promise.resolve();
      },
      sync: this.sync,
      // The file system is not on the scene's clock.
      ownFolder: {
        isThere: () => Promise.resolve(exists(folder.path)),
        make: () => Promise.resolve(true),
        isElsewhere: () => Promise.resolve(false),
      },
      chunks: this.chunks,
      source,
      disk: disk === null ? null : new DiskWait({
        ...disk,
        folder: folder.path,
        bytesPerSecond: 100,
        // A slow file system would let the scene's clock run ahead.
        reserve: {
          make: () => Promise.resolve(),
          free: () => Promise.resolve(),
        },
        freeBytes: disk.freeBytes ?? (() => Promise.resolve(null)),
        clock,
        sink: this.stream,
      }),
    });
  }

  /** The process of the current run. */
  get ffmpeg(): FakeProcess {
    const process = this.processes.at(-1);
    assert(process !== undefined);
    return process;
  }

  /** Lets audio flow for some seconds, from a position in the run. */
  async flow(from: number, to: number): Promise<void> {
    for (let second = from + 1; second <= to; second++) {
      await this.clock.advanceAsync(1_000);
      this.ffmpeg.capture(second);
    }
  }

  /** The machine sleeps: only the wall clock and the uptime continue. */
  sleep(milliseconds: number): void {
    this.clock.step(milliseconds);
    this.slept += milliseconds;
  }

  /** A chunk of noise as ffmpeg leaves it open, larger than its headers could be. */
  async noise(seq: number): Promise<void> {
    const { success } = await new Deno.Command("ffmpeg", {
      args: ["-v", "error", "-f", "lavfi", "-i", "anoisesrc=r=48000:d=1"]
        .concat([
          "-f",
          "flac",
          join(this.folder.path, `${chunkName(seq, "flac")}.part`),
        ]),
    }).output();
    assert(success);
  }

  /** A chunk is kept: a session without one fails. */
  keep(): void {
    this.stream.emit(event("chunk_created"));
  }

  eventsOf<N extends SessionEvent["event"]>(name: N) {
    return this.events.filter((
      event,
    ): event is Extract<SessionEvent, { event: N }> => event.event === name);
  }

  [Symbol.dispose](): void {
    this.folder[Symbol.dispose]();
  }
}

/** ffmpeg fails, and the next one is started. */
export async function nextRun(scene: Scene): Promise<void> {
  const runs = scene.processes.length;
  scene.ffmpeg.exit(1);
  await waitFor("the next ffmpeg", async () => {
    await scene.clock.advanceAsync(100);
    return scene.processes.length > runs || null;
  });
}

/** Lets time pass until a condition holds. */
export async function passUntil(
  scene: Scene,
  what: string,
  isTrue: () => boolean,
): Promise<void> {
  await waitFor(what, async () => {
    await scene.clock.advanceAsync(500);
    return isTrue() || null;
  });
}

/** Whether a session has warned that it waits, with a code. */
export const isWaiting = (scene: Scene, code: string) => () =>
  scene.eventsOf("warning").some((warning) => warning.code === code);

/** A search that a test may change. */
export type ChangeableSearch = {
  -readonly [K in keyof ChunkSearch]: ChunkSearch[K];
};

/** Finds chunks without leaving the scene's clock. */
export function searchAtOnce(
  folder: string,
  format: Format = "flac",
): ChangeableSearch {
  const lastNumber = () =>
    [...Deno.readDirSync(folder)].reduce(
      (most, { name }) => Math.max(most, chunkNumber(name) ?? 0),
      0,
    );
  return {
    open: (first) =>
      Promise.resolve([...openChunksFrom(folder, format, first)]),
    firstFree: (first) =>
      Promise.resolve(
        exists(folder) ? Math.max(first, lastNumber() + 1) : first,
      ),
    isGone: (file) => Promise.resolve(!exists(join(folder, file))),
  };
}
