import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import {
  type Outcome,
  Retention,
  type RetentionOptions,
} from "../../../src/retention/retention.ts";
import { lockPath, RetentionLock } from "../../../src/retention/lock.ts";
import type { Rules } from "../../../src/retention/rules.ts";
import {
  INDEX_FILE,
  intentLine,
} from "../../../src/sessions/chunks/chunk_index.ts";
import { FakeClock } from "../../fakes/clock.ts";
import { DAY, HOUR, OutputFolder } from "../../support/output_folder.ts";
import { smallDisk, succeeds } from "../../support/small_disk.ts";

const NOW = Date.UTC(2025, 8, 22, 10);
/** Another user. */
const OTHER = 65_534;

/** An output folder, a clock, and rules that are applied to it. */
class Scene implements Disposable {
  readonly out = new OutputFolder();
  readonly clock = new FakeClock(NOW);
  readonly problems: string[] = [];
  readonly deleted: string[] = [];
  free: number | null = null;

  [Symbol.dispose](): void {
    this.out[Symbol.dispose]();
  }

  /** Makes a session whose last chunk ended so many hours ago. */
  session(
    id: string,
    chunks: number,
    endedAgo: number,
    change: Partial<Parameters<OutputFolder["session"]>[1]> = {},
  ): void {
    const start = NOW - (endedAgo + chunks) * HOUR;
    this.out.session(id, { start, chunks, ...change });
  }

  retention(rules: Partial<Rules>): Retention {
    return new Retention(this.options(rules));
  }

  options(rules: Partial<Rules>): RetentionOptions {
    return {
      outputDir: this.out.path,
      rules: {
        ...{ maxAge: null, maxBytes: null, minFreeBytes: null },
        ...{ minAge: 0, keepLogs: 365 * 86_400 },
        ...rules,
      },
      clock: this.clock,
      boot: "boot",
      uptime: () => this.clock.monotonic() / 1000,
      freeBytes: () => Promise.resolve(this.free),
      onDeleted: ({ session_id, seq, rule }) =>
        this.deleted.push(`${session_id}/${seq} ${rule}`),
      onProblem: (path, message) => this.problems.push(`${path}: ${message}`),
    };
  }
}

/** What the rules delete, as `session/number`. */
function namesOf({ pruned }: Outcome): string[] {
  return pruned.map(({ session_id, seq }) => `${session_id}/${seq}`);
}

Deno.test("Retention: deletes the oldest chunks of all sessions in their order", async () => {
  using scene = new Scene();
  // Both were recorded at the same time, and one of them is of another format.
  scene.session("a", 3, 10);
  scene.session("b", 3, 9.5, { format: "wav" });
  scene.session("c", 3, 1, { format: "opus", isEnded: false });
  const retention = scene.retention({ maxBytes: 50 });
  const trial = await retention.apply({ isTrial: true });
  assertEquals(namesOf(trial), ["a/1", "b/1", "a/2", "b/2"]);
  assertEquals(scene.out.left().length, 9);
  // A dry run lists what a run deletes.
  assertEquals(namesOf(await retention.apply()), namesOf(trial));
  assertEquals(scene.out.left(), ["a/3", "b/3", "c/1", "c/2", "c/3"]);
  assertEquals(scene.deleted, [
    ...["a/1 max_bytes", "b/1 max_bytes", "a/2 max_bytes", "b/2 max_bytes"],
  ]);
  const { deletions } = scene.out.index("a");
  assertEquals(
    [...deletions.values()].map(({ seq, isDone, rule, size, duration }) => [
      ...[seq, isDone, rule, size, duration],
    ]),
    [[1, true, "max_bytes", 10, 3_600], [2, true, "max_bytes", 10, 3_600]],
  );
  assertEquals(namesOf(await retention.apply()), []);
  assertEquals(scene.problems, []);
});

Deno.test("Retention: chunks that end at the same time go in the same order in every run", async () => {
  using scene = new Scene();
  for (const id of ["c", "a", "b"]) scene.session(id, 2, 3);
  const order = async () =>
    namesOf(await scene.retention({ maxBytes: 35 }).apply({ isTrial: true }));
  const first = await order();
  assertEquals(first, ["a/1", "b/1", "c/1"]);
  // Read in another order, they are the same.
  const { readDir } = Deno;
  Deno.readDir = async function* (path) {
    const entries = await Array.fromAsync(readDir(path));
    yield* entries.sort((one, other) => one.name < other.name ? 1 : -1);
  };
  try {
    assertEquals(await order(), first);
  } finally {
    Deno.readDir = readDir;
  }
});

Deno.test("Retention: deletes nothing of a kept session, whose size counts", async () => {
  using scene = new Scene();
  scene.session("kept", 3, 10);
  scene.session("other", 3, 1);
  const keep = join(scene.out.path, "kept", ".keep");
  Deno.writeTextFileSync(keep, "");
  const retention = scene.retention({ maxBytes: 40, maxAge: 3_600 * 100 });
  assertEquals(namesOf(await retention.apply()), ["other/1", "other/2"]);
  // Released, its chunks are the oldest again.
  Deno.removeSync(keep);
  const { apply } = Retention.prototype;
  const fresh = scene.retention({ maxBytes: 30 });
  assertEquals(namesOf(await apply.call(fresh)), ["kept/1"]);
});

Deno.test("Retention: deletes by age and for free space, and nothing too young for space", async () => {
  using scene = new Scene();
  scene.session("old", 3, 47);
  scene.session("new", 4, 0);
  const byAge = scene.retention({ maxAge: 48 * 3_600 });
  assertEquals(namesOf(await byAge.apply()), ["old/1"]);
  scene.free = 5;
  const bySpace = scene.retention({ minFreeBytes: 1_000, minAge: 86_400 });
  assertEquals(namesOf(await bySpace.apply()), ["old/2", "old/3"]);
  assertEquals(scene.out.left(), ["new/1", "new/2", "new/3", "new/4"]);
});

Deno.test("Retention: takes the chunks of a session without an index from its log", async () => {
  using scene = new Scene();
  scene.session("before", 4, 5, { hasIndex: false });
  assertEquals(
    namesOf(await scene.retention({ maxBytes: 20 }).apply()),
    ["before/1", "before/2"],
  );
  // The index has only the deletions now, and the log the chunks.
  assertEquals(
    namesOf(await scene.retention({ maxBytes: 10 }).apply()),
    ["before/3"],
  );
  assertEquals(scene.out.left(), ["before/4"]);
});

Deno.test("Retention: finishes what a killed process had announced", async () => {
  using scene = new Scene();
  scene.session("a", 4, 5);
  const folder = join(scene.out.path, "a");
  const chunk = scene.out.index("a").made.get(2);
  assert(chunk !== undefined);
  Deno.writeTextFileSync(
    join(folder, "chunks.jsonl"),
    intentLine({ ...chunk, time: NOW, rule: "max_age", isDone: false }) +
      '{"event":"deleting","file":"chunk_0',
    { append: true },
  );
  const retention = scene.retention({ maxBytes: 1_000 });
  assertEquals(namesOf(await retention.apply()), []);
  assertEquals(scene.out.left(), ["a/1", "a/3", "a/4"]);
  assertEquals(scene.out.index("a").deletions.get(2)?.isDone, true);
  assertEquals(scene.deleted, []);
});

Deno.test("Retention: leaves alone what is not a chunk of the index", async () => {
  using scene = new Scene();
  using outside = new OutputFolder();
  scene.session("a", 3, 5);
  outside.session("elsewhere", { start: NOW - 100 * HOUR, chunks: 2 });
  const folder = join(scene.out.path, "a");
  // A link to a file, a link to a session, a second name, a file without a line,
  // an open chunk, a name that leads out of the folder.
  Deno.removeSync(join(folder, "chunk_00001.flac"));
  const target = join(outside.path, "elsewhere", "chunk_00001.flac");
  Deno.symlinkSync(target, join(folder, "chunk_00001.flac"));
  Deno.symlinkSync(
    join(outside.path, "elsewhere"),
    join(scene.out.path, "linked"),
  );
  Deno.linkSync(
    join(folder, "chunk_00002.flac"),
    join(outside.path, "second-name"),
  );
  Deno.writeTextFileSync(join(folder, "chunk_00009.flac"), "not in the index");
  Deno.writeTextFileSync(join(folder, "chunk_00004.flac.part"), "open");
  const chunk = scene.out.index("a").made.get(1);
  assert(chunk !== undefined);
  const line = { ...chunk, event: "made", seq: 10, peak: null, samples: null };
  Deno.writeTextFileSync(
    join(folder, "chunks.jsonl"),
    `${
      JSON.stringify({
        ...line,
        file: "../../second-name",
        start: new Date(0),
        end: new Date(0),
      })
    }\n`,
    { append: true },
  );
  await scene.retention({ maxBytes: 1 }).apply({ isForced: true });
  assertEquals(
    [...Deno.readDirSync(folder)].map(({ name }) => name).sort(),
    [
      ...["chunk_00001.flac", "chunk_00002.flac", "chunk_00004.flac.part"],
      ...["chunk_00009.flac", "chunks.jsonl", "session.json", "session.log"],
    ],
  );
  assertEquals(outside.left(), ["elsewhere/1", "elsewhere/2"]);
  assertEquals(Deno.lstatSync(join(outside.path, "second-name")).size, 10);
  assertMatch(scene.problems.join("\n"), /it is a link/);
  assertMatch(scene.problems.join("\n"), /it has more than one name/);
});

Deno.test("Retention: more than half of all chunks takes force", async () => {
  using scene = new Scene();
  scene.session("a", 4, 5);
  const retention = scene.retention({ maxBytes: 10 });
  const { isBlocked, pruned } = await retention.apply();
  assertEquals([isBlocked, pruned.length], [true, 3]);
  assertEquals(scene.out.left().length, 4);
  const forced = await scene.retention({ maxBytes: 10 })
    .apply({ isForced: true });
  assertEquals([forced.isBlocked, scene.out.left()], [false, ["a/4"]]);
});

for (
  const [what, step] of [
    ["a year forward", 365 * DAY],
    ["a year back", -365 * DAY],
    ["to 1970", -NOW],
  ] as const
) {
  Deno.test(`Retention: a clock that was set ${what} deletes nothing by its age`, async () => {
    using scene = new Scene();
    scene.session("a", 8, 1);
    const retention = scene.retention({ maxAge: 5 * 3_600 });
    scene.clock.step(step);
    const { distrust, pruned } = await retention.apply();
    assertEquals([distrust, pruned.length], [step > 0 ? "ahead" : "behind", 0]);
    // A process that did not see the step compares with the newest audio.
    const fresh = await scene.retention({ maxAge: 5 * 3_600 }).apply();
    assertEquals(fresh.distrust, step > 0 ? "ahead" : "behind");
    assertEquals(scene.out.left().length, 8);
    // It has known all of the audio for long enough, whatever the clock shows.
    scene.clock.advance(6 * HOUR);
    const later = await retention.apply({ isForced: true });
    assertEquals(later.pruned.length, 8);
  });
}

Deno.test("Retention: audio that is dated 1970 does not go at once when the clock is right", async () => {
  using scene = new Scene();
  scene.out.session("unset", { start: 60_000, chunks: 2 });
  scene.session("a", 4, 1);
  const retention = scene.retention({ maxAge: 30 * 86_400 });
  assertEquals(namesOf(await retention.apply()), []);
});

Deno.test("Retention: audio dated 1970 is as old as it has been known, also when the clock counts again", async () => {
  using scene = new Scene();
  scene.clock.step(60_000 - NOW);
  const retention = scene.retention({ maxAge: 30 * 86_400 });
  scene.out.session("unset", { start: 60_000, chunks: 2 });
  scene.clock.advance(3 * HOUR);
  assertEquals(namesOf(await retention.apply()), []);
  // The network sets the clock.
  scene.clock.step(NOW - 60_000);
  scene.session("a", 4, 1, { isEnded: false });
  for (let day = 1; day <= 3; day++) {
    assertEquals(namesOf(await retention.apply()), [], `day ${day}`);
    scene.clock.advance(23 * HOUR);
    const start = scene.clock.now() - HOUR;
    scene.out.add("a", 4 + day, { start, chunks: 1 });
  }
});

Deno.test("Retention: space that shows late is not made twice", async () => {
  using scene = new Scene();
  scene.session("a", 30, 1);
  scene.free = 70;
  const retention = scene.retention({ minFreeBytes: 100 });
  assertEquals(namesOf(await retention.apply()), ["a/1", "a/2", "a/3"]);
  scene.clock.advance(5_000);
  assertEquals(namesOf(await retention.apply()), []);
  // Another recording needs more, and the space still does not show.
  const more = await retention.apply({ neededBytes: 110 });
  assertEquals(namesOf(more), ["a/4"]);
  scene.clock.advance(29_000);
  assertEquals(namesOf(await retention.apply({ neededBytes: 110 })), []);
  // It shows by now, if it ever does: something else has filled the disk.
  scene.clock.advance(2_000);
  assertEquals(namesOf(await retention.apply()), ["a/5", "a/6", "a/7"]);
});

Deno.test("Retention: makes room again at once where freed space shows at once", async () => {
  using scene = new Scene();
  scene.session("a", 30, 1);
  scene.free = 70;
  const retention = new Retention({
    ...scene.options({ minFreeBytes: 100 }),
    onDeleted: ({ size }) => scene.free = (scene.free ?? 0) + size,
  });
  assertEquals(namesOf(await retention.apply()), ["a/1", "a/2", "a/3"]);
  // Another program fills the disk again.
  scene.clock.advance(5_000);
  scene.free = 80;
  assertEquals(namesOf(await retention.apply()), ["a/4", "a/5"]);
});

Deno.test("Retention: applies max_age, too, while a recording waits for room", async () => {
  using scene = new Scene();
  scene.session("a", 6, 3);
  scene.free = 1_000;
  const retention = scene.retention({ maxAge: 6.5 * 3_600, minFreeBytes: 100 });
  const outcome = await retention.apply({ neededBytes: 90 });
  assertEquals(outcome.pruned.map(({ rule }) => rule), ["max_age", "max_age"]);
});

Deno.test("Retention: makes the room that a recording waits for, whatever else is blocked", async () => {
  using scene = new Scene();
  scene.session("a", 6, 20);
  scene.free = 1_000;
  const rules = { maxAge: 5 * 3_600, minFreeBytes: 100 };
  const retention = scene.retention(rules);
  const blocked = await retention.apply();
  assertEquals([blocked.isBlocked, scene.out.left().length], [true, 6]);
  scene.free = 80;
  const made = await retention.apply({ neededBytes: 90 });
  assertEquals([made.isBlocked, namesOf(made)], [false, ["a/1", "a/2"]]);
});

Deno.test("Retention: a session that another user kept is kept at once", async () => {
  using scene = new Scene();
  scene.session("a", 8, 5);
  const retention = scene.retention({ maxBytes: 70 });
  assertEquals(namesOf(await retention.apply()), ["a/1"]);
  // That user has a list of changes of its own.
  Deno.writeTextFileSync(join(scene.out.path, "a", ".keep"), "");
  scene.session("b", 4, 1);
  assertEquals(namesOf(await retention.apply()), []);
  assertEquals(namesOf(await retention.apply()), ["b/1", "b/2", "b/3", "b/4"]);
  assertEquals(scene.out.left().length, 7);
});

/** Numbers of the chunks that count as deleted, and whether their files are gone. */
function deletionsOf(scene: Scene, id: string): [number, boolean][] {
  const { deletions } = scene.out.index(id);
  return [...deletions.values()].map(({ seq, isDone }) => [seq, isDone]);
}

Deno.test("Retention: a session that another user keeps while it is deleted loses no more of it", async () => {
  using scene = new Scene();
  scene.session("a", 8, 20);
  scene.session("b", 8, 1);
  const keep = join(scene.out.path, "a", ".keep");
  const options = scene.options({ maxBytes: 90 });
  const onDeleted: RetentionOptions["onDeleted"] = (event) => {
    options.onDeleted(event);
    if (event.seq === 2) Deno.writeTextFileSync(keep, "");
  };
  const first = await new Retention({ ...options, onDeleted }).apply();
  assertEquals(namesOf(first), ["a/1", "a/2"]);
  const left = scene.out.left().filter((name) => name.startsWith("a/"));
  assertEquals(left, ["a/3", "a/4", "a/5", "a/6", "a/7", "a/8"]);
  assertEquals(deletionsOf(scene, "a"), [[1, true], [2, true]]);
  // What was spared counts, and goes when the session is kept no longer.
  const next = scene.retention({ maxBytes: 130 });
  assertEquals(namesOf(await next.apply()), ["b/1"]);
  Deno.removeSync(keep);
  const last = scene.retention({ maxBytes: 120 });
  assertEquals(namesOf(await last.apply()), ["a/3"]);
  assertEquals(deletionsOf(scene, "a"), [[1, true], [2, true], [3, true]]);
  assertEquals(scene.problems, []);
});

Deno.test("Retention: what a killed process announced is taken back when the session is kept", async () => {
  using scene = new Scene();
  scene.session("a", 6, 5);
  const folder = join(scene.out.path, "a");
  const intents = [...scene.out.index("a").made.values()].slice(0, 3)
    .map((chunk) => ({
      ...{ ...chunk, time: NOW, isDone: false },
      rule: "max_bytes" as const,
    }));
  const index = join(folder, INDEX_FILE);
  const announced = intents.map(intentLine).join("");
  Deno.writeTextFileSync(index, announced, { append: true });
  Deno.removeSync(join(folder, "chunk_00001.flac"));
  Deno.writeTextFileSync(join(folder, ".keep"), "");
  const retention = scene.retention({ maxBytes: 1_000 });
  assertEquals((await retention.apply()).count, 5);
  assertEquals(deletionsOf(scene, "a"), [[1, true]]);
  // It is done once.
  const text = Deno.readTextFileSync(index);
  assertEquals((await retention.apply()).count, 5);
  assertEquals(Deno.readTextFileSync(index), text);
  assertEquals(scene.out.left().length, 5);
});

Deno.test("Retention: a file that could not be removed goes at a later look", async () => {
  using scene = new Scene();
  scene.session("a", 6, 5);
  const path = join(scene.out.path, "a", "chunk_00001.flac");
  // What is mounted cannot be removed.
  if (!await succeeds("mount", ["--bind", path, path])) {
    console.log("skipped: mounting a file needs root on Linux");
    return;
  }
  const retention = scene.retention({ maxBytes: 50 });
  try {
    assertEquals(namesOf(await retention.apply()), ["a/1"]);
    assertMatch(scene.problems.join(), /chunk_00001/);
    assertEquals(scene.out.left().length, 6);
  } finally {
    await succeeds("umount", ["-l", path]);
  }
  assertEquals(namesOf(await retention.apply()), []);
  assertEquals(scene.out.left().length, 5);
  assertEquals(scene.out.index("a").deletions.get(1)?.isDone, true);
});

Deno.test("Retention: notices what other processes did, without reading all again", async () => {
  using scene = new Scene();
  scene.session("a", 6, 20);
  scene.session("live", 2, 1, { isEnded: false });
  const one = scene.retention({ maxBytes: 70 });
  const other = scene.retention({ maxBytes: 60 });
  assertEquals(namesOf(await one.apply()), ["a/1"]);
  assertEquals(namesOf(await other.apply()), ["a/2"]);
  // Both know of both, and of new chunks, of an end and of a new session.
  const start = NOW - HOUR;
  scene.out.add("live", 3, { start, chunks: 1 });
  assertEquals(namesOf(await one.apply()), []);
  assertEquals(namesOf(await other.apply()), ["a/3"]);
  scene.session("new", 2, 0.5);
  assertEquals(namesOf(await one.apply()), ["a/4"]);
  assertEquals(scene.out.left(), [
    ...["a/5", "a/6", "live/1", "live/2", "live/3", "new/1", "new/2"],
  ]);
});

Deno.test("Retention: a folder that was none of a session may become one", async () => {
  using scene = new Scene();
  scene.session("a", 4, 1);
  Deno.mkdirSync(join(scene.out.path, "notes"));
  const retention = scene.retention({ maxBytes: 50 });
  for (let look = 0; look < 3; look++) {
    assertEquals(namesOf(await retention.apply()), []);
    scene.clock.advance(HOUR / 4);
  }
  // A session is copied into it.
  scene.out.add("notes", 1, { start: NOW - 3 * HOUR, chunks: 2 });
  const names = [await retention.apply(), await retention.apply()].flatMap(
    namesOf,
  );
  assertEquals(names, ["a/1"]);
});

Deno.test("Retention: never calls deleted what somebody else deleted", async () => {
  using scene = new Scene();
  scene.session("a", 6, 5);
  const retention = scene.retention({ maxBytes: 40 });
  Deno.removeSync(join(scene.out.path, "a", "chunk_00001.flac"));
  assertEquals(namesOf(await retention.apply()), ["a/2"]);
  // One that is deleted later is noticed when its turn comes.
  Deno.removeSync(join(scene.out.path, "a", "chunk_00006.flac"));
  scene.clock.advance(HOUR);
  scene.session("b", 1, 1);
  await retention.apply();
  const { deletions } = scene.out.index("a");
  assertEquals([...deletions.keys()], [2]);
  assertEquals(scene.out.left().length, 4);
});

for (const claimed of [1e15, 1e17, -1e17, 0]) {
  Deno.test(`Retention: believes no size of ${claimed} that an index from elsewhere claims`, async () => {
    using scene = new Scene();
    scene.session("own", 6, 20);
    scene.session("copied", 6, 1);
    const index = join(scene.out.path, "copied", "chunks.jsonl");
    const text = Deno.readTextFileSync(index);
    Deno.writeTextFileSync(
      index,
      text.replaceAll(/"size":\d+/g, `"size":${claimed}`),
    );
    const outcome = await scene.retention({ maxBytes: 110 }).apply();
    assertEquals(namesOf(outcome), ["own/1"]);
  });
}

Deno.test("RetentionLock: takes no name of a folder for a notice of the clock", async () => {
  using scene = new Scene();
  const first = await (async () => {
    using lock = await RetentionLock.take(scene.out.path);
    return await lock.addChanged(["a"]);
  })();
  for (const name of ["clock boot 99999999", "a\nclock boot 99999999"]) {
    using lock = await RetentionLock.take(scene.out.path);
    await lock.addChanged([name]);
    const { sessions, clock } = await lock.changesSince(first);
    // It may be any session.
    assertEquals([sessions, clock], [null, null]);
  }
});

Deno.test("Retention: leaves a folder alone that was moved away, or replaced", async () => {
  using scene = new Scene();
  using place = new OutputFolder();
  scene.session("a", 4, 5);
  const retention = scene.retention({ maxBytes: 30 });
  await retention.apply();
  const away = join(place.path, "away");
  Deno.renameSync(scene.out.path, away);
  // The lock of a folder that is missing cannot be taken.
  assert(await retention.apply().then(() => false, () => true));
  Deno.mkdirSync(scene.out.path);
  scene.session("b", 2, 1);
  assertEquals(namesOf(await retention.apply()), []);
  assertEquals([...Deno.readDirSync(join(away, "a"))].length, 6);
});

Deno.test("Retention: removes the folder of a session whose audio went long ago", async () => {
  using scene = new Scene();
  for (const id of ["empty", "kept", "noted", "young"]) {
    scene.session(id, 0, id === "young" ? 100 : 24 * 40);
  }
  scene.session("full", 3, 24 * 40);
  scene.session("now", 3, 0);
  Deno.writeTextFileSync(join(scene.out.path, "kept", ".keep"), "");
  Deno.writeTextFileSync(join(scene.out.path, "noted", "notes.txt"), "mine");
  const rules = { maxBytes: 1_000_000, keepLogs: 30 * 86_400 };
  const { removed } = await scene.retention(rules).apply();
  assertEquals(removed, [join(scene.out.path, "empty")]);
  assertEquals(
    [...Deno.readDirSync(scene.out.path)].map(({ name }) => name)
      .filter((name) => !name.startsWith(".")).sort(),
    ["full", "kept", "noted", "now", "young"],
  );
  assertEquals(
    [...Deno.readDirSync(join(scene.out.path, "noted"))].length,
    3,
  );
});

Deno.test("Retention: one unreadable session does not keep the others from it", async () => {
  using scene = new Scene();
  scene.session("a", 4, 5);
  scene.session("bad", 2, 50);
  const index = join(scene.out.path, "bad", "chunks.jsonl");
  Deno.removeSync(index);
  Deno.mkdirSync(index);
  assertEquals(
    namesOf(await scene.retention({ maxBytes: 30 }).apply()),
    ["a/1"],
  );
  assertMatch(scene.problems.join(), /bad.*it is a folder/);
});

Deno.test("Retention: refuses a lock that is not a file of its own", async () => {
  using scene = new Scene();
  scene.session("a", 4, 5);
  const victim = join(scene.out.path, "a", "session.log");
  Deno.symlinkSync(victim, lockPath(scene.out.path));
  const before = Deno.readTextFileSync(victim);
  const failed = await scene.retention({ maxBytes: 30 }).apply()
    .then(() => null, (error) => String(error));
  assertMatch(failed ?? "", /it is not echolog's lock/);
  assertEquals(Deno.readTextFileSync(victim), before);
  assertEquals(scene.out.left().length, 4);
});

Deno.test("Retention: leaves sessions of other users and of other disks alone, and does not count them", async () => {
  if (Deno.uid() !== 0) {
    console.log("not run: only root can make sessions of another user");
    return;
  }
  using scene = new Scene();
  const { path } = scene.out;
  for (const id of ["own", "theirs"]) scene.session(id, 4, 5);
  for (const { name } of Deno.readDirSync(join(path, "theirs"))) {
    Deno.chownSync(join(path, "theirs", name), OTHER, OTHER);
  }
  Deno.chownSync(join(path, "theirs"), OTHER, OTHER);
  await using disk = await smallDisk(join(path, "mounted"), "size=1m");
  if (disk === null) return;
  const start = NOW - 100 * HOUR;
  scene.out.add("mounted", 1, { start, chunks: 3 });
  scene.out.end("mounted", { start, chunks: 3 });
  const retention = scene.retention({ maxBytes: 20 });
  assertEquals(namesOf(await retention.apply()), ["own/1", "own/2"]);
  assertEquals(scene.out.left().length, 2 + 4 + 3);
  assertEquals(scene.problems, []);
});
