import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { SessionEvent } from "../../../../src/events.ts";
import { DiskSync } from "../../../../src/platform/guarded/sync.ts";
import { ChunkCloser } from "../../../../src/recorder/chunks/chunk_closer.ts";
import { CloseRetryQueue } from "../../../../src/recorder/chunks/retry_queue.ts";
import { FakeClock } from "../../../fakes/clock.ts";
import { searchAtOnce } from "../../../support/scene.ts";
import { tempFolder } from "../../../support/temp.ts";

/** A second of silence. */
function wav(): Uint8Array {
  const rate = 8_000;
  const bytes = new Uint8Array(44 + 2 * rate);
  const view = new DataView(bytes.buffer);
  const put = (at: number, text: string) =>
    bytes.set(new TextEncoder().encode(text), at);
  put(0, "RIFF");
  view.setUint32(4, bytes.length - 8, true);
  put(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  put(36, "data");
  view.setUint32(40, 2 * rate, true);
  return bytes;
}

class Scene implements Disposable {
  readonly folder = tempFolder();
  readonly events: SessionEvent[] = [];
  readonly clock = new FakeClock();
  readonly closer: ChunkCloser;
  readonly retries = new CloseRetryQueue();
  /** Each sync, with what the folder and the log had then. */
  readonly syncs: string[] = [];
  readonly #disk = new DiskSync((error) => {
    throw error;
  });
  readonly sync = {
    file: (path: string) => this.#note("file", this.#disk.file(path)),
    folder: (path: string) => this.#note("folder", this.#disk.folder(path)),
  };
  readonly chunks = searchAtOnce(this.folder.path, "wav");
  readonly faults: string[] = [];
  readonly begun = Promise.withResolvers<void>();
  hasBegun = false;
  readonly #readDirSync = Deno.readDirSync;

  constructor(firstChunk: number, parts: readonly number[], hasBegun = true) {
    for (const seq of parts) {
      const name = `chunk_0000${seq}.wav.part`;
      Deno.writeFileSync(join(this.folder.path, name), wav());
    }
    const { clock } = this;
    if (hasBegun) this.begin();
    this.closer = new ChunkCloser({
      naming: "number",
      tags: null,
      run: 2,
      folder: this.folder.path,
      format: "wav",
      firstChunk,
      chunks: this.chunks,
      closeRetries: this.retries,
      sync: this.sync,
      sink: { emit: (event) => void this.events.push(event) },
      clock,
      onKept() {},
      onDiskFault: (fault) => void this.faults.push(fault),
      dated: () => this.begun.promise,
      hasBegun: () => this.hasBegun,
      begunAt: () => null,
      timeOf: () => null,
      wallAt: (moment) => moment,
      takePeak: () => null,
    });
  }

  /** The start of the run is known. */
  begin(): void {
    this.hasBegun = true;
    this.begun.resolve();
  }

  #note(kind: string, sync: Promise<void>): Promise<void> {
    const [name] = [...this.#readDirSync(this.folder.path)];
    const lines = this.events.map(({ event }) => event);
    this.syncs.push([kind, name?.name, ...lines].join(" "));
    return sync;
  }

  /** Listing a folder fails from now on. */
  forbidListing(): void {
    Deno.readDirSync = (path) => {
      throw new Error(`${path} is listed`);
    };
  }

  /** Names of the files, once all is closed. */
  async files(): Promise<string[]> {
    await this.closer.closed;
    return [...this.#readDirSync(this.folder.path)].map(({ name }) => name)
      .sort();
  }

  [Symbol.dispose](): void {
    Deno.readDirSync = this.#readDirSync;
    this.folder[Symbol.dispose]();
  }
}

Deno.test("ChunkCloser: closes remaining chunks without listing the folder", async () => {
  using scene = new Scene(7, [7, 8]);
  scene.forbidListing();
  scene.closer.close("chunk_00007.wav.part", { start: 0, end: 1 });
  await scene.closer.closeRest();
  assertEquals(await scene.files(), ["chunk_00007.wav", "chunk_00008.wav"]);
  assertEquals(scene.closer.lastNumber, 8);
});

Deno.test("ChunkCloser: closes a chunk that follows a deleted one", async () => {
  using scene = new Scene(1, [1, 3, 5]);
  await scene.closer.closeRest();
  const names = ["chunk_00001.wav", "chunk_00003.wav", "chunk_00005.wav"];
  assertEquals(await scene.files(), names);
  assertEquals(scene.events.map(({ event }) => event), [
    "chunk_created",
    "chunk_created",
    "chunk_created",
  ]);
});

Deno.test("ChunkCloser: ignores chunks of the previous run", async () => {
  using scene = new Scene(4, [3, 4]);
  await scene.closer.closeRest();
  const names = ["chunk_00003.wav.part", "chunk_00004.wav"];
  assertEquals(await scene.files(), names);
});

Deno.test("ChunkCloser: keeps the number of a chunk that it cannot stat", async () => {
  using scene = new Scene(1, [1, 2]);
  // What cannot be looked at is not gone.
  scene.chunks.isGone = () => Promise.resolve(false);
  scene.closer.close("chunk_00001.wav.part", { start: 0, end: 1 });
  scene.closer.close("chunk_00002.wav.part", { start: 1, end: 2 });
  assertEquals(await scene.files(), ["chunk_00001.wav", "chunk_00002.wav"]);
  assertEquals(scene.closer.lastNumber, 2);
});

Deno.test("ChunkCloser: closes a chunk later when its folder is away and returns", async () => {
  using scene = new Scene(1, [1, 2]);
  const { path } = scene.folder;
  Deno.renameSync(path, `${path}.away`);
  scene.closer.close("chunk_00001.wav.part", { start: 0, end: 1 });
  await scene.closer.closed;
  assertEquals(scene.closer.lastNumber, 1);
  assertEquals(scene.events.map(({ event }) => event), ["error"]);
  await scene.retries.tryAgain();
  Deno.renameSync(`${path}.away`, path);
  await scene.retries.tryAgain();
  const names = ["chunk_00001.wav", "chunk_00002.wav.part"];
  assertEquals(await scene.files(), names);
  assertEquals(scene.events.at(-1)?.event, "chunk_created");
});

Deno.test("CloseRetryQueue: does not wait for a chunk whose run waits for the queue", async () => {
  using scene = new Scene(1, [1], false);
  const { path } = scene.folder;
  Deno.renameSync(path, `${path}.away`);
  scene.closer.close("chunk_00001.wav.part", { start: 0, end: 1 });
  await scene.closer.closed;
  Deno.renameSync(`${path}.away`, path);
  // The start of a run is reported after this.
  assertEquals(await scene.retries.recover(), null);
  assertEquals(await scene.files(), ["chunk_00001.wav.part"]);
  scene.begin();
  await scene.retries.recover();
  assertEquals(await scene.files(), ["chunk_00001.wav"]);
  assertEquals(scene.events.at(-1)?.event, "chunk_created");
});

Deno.test("ChunkCloser: leaves the number of a deleted chunk free", async () => {
  using scene = new Scene(1, []);
  scene.closer.close("chunk_00001.wav.part", { start: 0, end: 1 });
  await scene.closer.closed;
  assertEquals(scene.closer.lastNumber, 0);
  await scene.retries.tryAgain();
  assertEquals(scene.events.map(({ event }) => event), ["error"]);
});

Deno.test("ChunkCloser: a chunk is synced, renamed, and its name synced before its line", async () => {
  using scene = new Scene(1, [1]);
  scene.closer.close("chunk_00001.wav.part", null);
  await scene.closer.closed;
  assertEquals(scene.syncs, [
    "file chunk_00001.wav.part",
    "folder chunk_00001.wav",
  ]);
  assertEquals(scene.events.map(({ event }) => event), ["chunk_created"]);
});

Deno.test("ChunkCloser: a disk that hangs holds a new run for a moment only", async () => {
  using scene = new Scene(1, [1]);
  const hung = Promise.withResolvers<void>();
  scene.sync.file = () => hung.promise;
  // The second file has no audio: its number is free once that is known.
  Deno.writeFileSync(
    join(scene.folder.path, "chunk_00002.wav.part"),
    new Uint8Array(),
  );
  const closed = scene.closer.closeRest();
  await scene.clock.advanceAsync(1_500);
  await closed;
  assertEquals(scene.closer.lastNumber, 2);
  hung.resolve();
  await scene.closer.closed;
  assertEquals(scene.closer.lastNumber, 1);
});

Deno.test("ChunkCloser: files of a disk that does not answer are closed once it does", async () => {
  using scene = new Scene(1, [1]);
  const { open } = scene.chunks;
  const hung = Promise.withResolvers<void>();
  scene.chunks.open = async (first) => {
    await hung.promise;
    return await open(first);
  };
  const closed = scene.closer.closeRest();
  await scene.clock.advanceAsync(1_500);
  await closed;
  assertEquals(scene.closer.lastNumber, 0);
  hung.resolve();
  await scene.closer.closed;
  assertEquals(await scene.files(), ["chunk_00001.wav"]);
  assertEquals(scene.closer.lastNumber, 1);
});

for (
  const [error, faults] of [
    [new Error("Read-only file system (os error 30)"), ["disk_read_only"]],
    [new Error("Input/output error (os error 5)"), ["disk_error"]],
    [new Error("No space left on device (os error 28)"), ["disk_full"]],
    [new Error("its 3 bytes cannot be read as wav"), []],
  ] as const
) {
  Deno.test(`ChunkCloser: a chunk that cannot be closed reports the disk's fault: ${error.message}`, async () => {
    using scene = new Scene(1, [1]);
    scene.sync.file = () => Promise.reject(error);
    await scene.closer.close("chunk_00001.wav.part", null);
    await scene.closer.closed;
    assertEquals(scene.faults, [...faults]);
  });
}
