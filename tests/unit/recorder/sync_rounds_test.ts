import { assert, assertEquals } from "@std/assert";
import { basename, join } from "@std/path";
import { SyncRounds } from "../../../src/recorder/sync_rounds.ts";
import { FakeClock } from "../../fakes/clock.ts";
import { event } from "../../support/events.ts";
import { tempFolder } from "../../support/temp.ts";
import { waitFor } from "../../support/wait.ts";

/** Rounds over a real folder; the syncs are written down. */
class Scene implements Disposable {
  readonly home = tempFolder();
  readonly folder = join(this.home.path, "recordings", "one");
  readonly log = join(this.folder, "session.log");
  readonly clock = new FakeClock(Date.now());
  readonly rounds: SyncRounds;
  /** Names of what was synced. */
  synced: string[] = [];
  /** Called in each sync. */
  onSync: (name: string) => Promise<void> = () => Promise.resolve();
  /** How often the log is held now. */
  holds = 0;
  /** What a sync waits for. */
  held: Promise<void> = Promise.resolve();

  constructor(interval: number) {
    Deno.mkdirSync(this.folder, { recursive: true });
    this.write("session.log", "first\n");
    this.settle();
    const sync = async (path: string) => {
      this.synced.push(basename(path));
      await this.held;
      await this.onSync(basename(path));
    };
    this.rounds = new SyncRounds({
      folder: this.folder,
      log: this.log,
      format: "flac",
      interval,
      clock: this.clock,
      sync: { file: sync, folder: sync },
      holdLog: () => {
        this.holds++;
        return { [Symbol.dispose]: () => void this.holds-- };
      },
    });
  }

  write(name: string, text: string): void {
    Deno.writeTextFileSync(join(this.folder, name), text, { append: true });
  }

  /** The last change of the folder was long ago. */
  settle(): void {
    Deno.utimeSync(this.folder, 1_000, 1_000);
  }

  /** Lets an interval pass, and returns what its round syncs. */
  async round(seconds: number): Promise<string[]> {
    this.synced = [];
    const waiting = this.clock.waiting;
    await this.clock.advanceAsync(seconds * 1000);
    await waitFor("next round", () => this.clock.waiting === waiting || null);
    return this.synced;
  }

  [Symbol.dispose](): void {
    this.rounds[Symbol.dispose]();
    this.home[Symbol.dispose]();
  }
}

Deno.test("SyncRounds: syncs log, folder and output folder at the start", async () => {
  using scene = new Scene(10);
  await scene.rounds.begin(Promise.resolve());
  assertEquals(scene.synced, ["session.log", "one", "recordings"]);
  assertEquals(scene.clock.holding, 0);
  // The rest of the start continues beside the recording.
  await scene.rounds.finish(Promise.resolve());
});

Deno.test("SyncRounds: syncs open chunks in each round, and other files when they have changed", async () => {
  using scene = new Scene(10);
  await scene.rounds.begin(Promise.resolve());
  // What the start leaves for later is over before the first round.
  assertEquals(await scene.round(10), []);
  scene.write("chunk_00001.flac.part", "audio");
  scene.settle();
  assertEquals(await scene.round(10), ["chunk_00001.flac.part"]);
  scene.write("session.log", "second\n");
  assertEquals(await scene.round(10), ["chunk_00001.flac.part", "session.log"]);
  scene.rounds.emit(event("chunk_created", { seq: 1 }));
  Deno.renameSync(
    join(scene.folder, "chunk_00001.flac.part"),
    join(scene.folder, "chunk_00001.flac"),
  );
  scene.write("chunks.jsonl", "{}\n");
  scene.write("chunk_00002.flac.part", "audio");
  const changed = ["chunk_00002.flac.part", "chunks.jsonl", "one"];
  assertEquals(await scene.round(10), changed);
});

Deno.test("SyncRounds: after a rotation, syncs the last lines of the files before", async () => {
  using scene = new Scene(10);
  await scene.rounds.begin(Promise.resolve());
  // What the start leaves for later is over before the first round.
  assertEquals(await scene.round(10), []);
  Deno.renameSync(scene.log, `${scene.log}.1`);
  scene.write("session.log", "third\n");
  scene.settle();
  assertEquals(await scene.round(10), ["session.log", "session.log.1"]);
  assertEquals(await scene.round(10), []);
});

Deno.test("SyncRounds: a sync that hangs delays the start by half a second and begins no other", async () => {
  using scene = new Scene(10);
  const hung = Promise.withResolvers<void>();
  scene.held = hung.promise;
  const firstState = Promise.withResolvers<void>();
  const begun = scene.rounds.begin(firstState.promise);
  await waitFor("sync", () => scene.synced.length === 1 || null);
  await scene.clock.advanceAsync(500);
  await begun;
  for (let minute = 0; minute < 5; minute++) {
    await scene.clock.advanceAsync(60_000);
  }
  assertEquals(scene.synced, ["session.log"]);
  const written = Promise.withResolvers<void>();
  const finished = scene.rounds.finish(written.promise);
  await scene.clock.advanceAsync(10_000);
  await finished;
  hung.resolve();
  const first = ["session.log", "one", "recordings"];
  await waitFor("first", () => scene.synced.length === first.length || null);
  // The rest of the start waits for the state. The folder has a new file.
  const rest = ["chunks.jsonl", "one"];
  scene.write("chunks.jsonl", "{}\n");
  firstState.resolve();
  await waitFor("rest", () => scene.synced.length === 5 || null);
  // So does the last round.
  scene.write("chunks.jsonl", "{}\n");
  written.resolve();
  await waitFor("last", () => scene.synced.length === 6 || null);
  assertEquals(scene.synced, [...first, ...rest, "chunks.jsonl"]);
  // The last round still checks the folder; the clock stands, so this waits.
  await scene.rounds.finish(Promise.resolve());
});

Deno.test("SyncRounds: lines of the log wait while a sync of it may be slow", async () => {
  using scene = new Scene(10);
  const holds: number[] = [];
  scene.onSync = async (name) => {
    if (name !== "session.log") return;
    holds.push(scene.holds);
    // The third one is slow.
    if (holds.length === 3) await scene.clock.advanceAsync(101);
  };
  await scene.rounds.begin(Promise.resolve());
  for (let round = 0; round < 13; round++) {
    scene.write("session.log", "next\n");
    await scene.round(10);
    assertEquals(scene.holds, 0);
  }
  const quick = Array<number>(10).fill(1);
  assertEquals(holds, [1, 0, 0, ...quick, 0]);
});

Deno.test("SyncRounds: the lines about a new run and a gap do not wait for the next round", async () => {
  using scene = new Scene(10);
  await scene.rounds.begin(Promise.resolve());
  assertEquals(await scene.round(10), []);
  scene.write("session.log", "first run\n");
  scene.rounds.emit(event("ffmpeg_started", { run: 1 }));
  assertEquals(await scene.round(1), []);
  for (
    const news of [
      event("ffmpeg_started", { run: 2 }),
      event("gap", { cause: "ffmpeg_killed" }),
    ]
  ) {
    scene.write("session.log", "news\n");
    scene.rounds.emit(news);
    assertEquals(await scene.round(1), ["session.log"]);
  }
  // The rounds continue.
  scene.write("session.log", "next\n");
  assertEquals(await scene.round(10), ["session.log"]);
});

Deno.test("SyncRounds: an interval of 0 has no rounds, but a start and an end", async () => {
  using scene = new Scene(0);
  await scene.rounds.begin(Promise.resolve());
  assertEquals(scene.clock.waiting, 0);
  scene.write("session.log", "last\n");
  scene.synced = [];
  await scene.rounds.finish(Promise.resolve());
  assert(scene.synced.includes("session.log"));
});
