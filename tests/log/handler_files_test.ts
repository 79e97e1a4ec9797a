import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  SessionLogHandler,
  type SessionLogHandlerOptions,
} from "../../src/log/handler.ts";
import { FakeClock } from "../fakes/clock.ts";
import { type TempFolder, tempFolder } from "../support/temp.ts";
import { logNames } from "./handled.ts";
import { forAll } from "./random.ts";

const LINES = 200_000;

/** A handler on real files, with a clock that tests hold in their hands. */
class OnDisk implements Disposable {
  readonly folder: TempFolder = tempFolder();
  readonly clock = new FakeClock();
  readonly trouble: string[] = [];
  readonly handler: SessionLogHandler;
  readonly path: string;

  constructor(options: Partial<SessionLogHandlerOptions> = {}) {
    this.path = `${options.path ?? this.folder.path}/session.log`;
    this.handler = new SessionLogHandler("DEBUG", {
      sessionId: "x",
      start: this.clock.now(),
      clock: this.clock,
      onTrouble: (line) => this.trouble.push(line),
      ...options,
      path: this.path,
    });
    this.handler.setup();
  }

  /** The files' contents, oldest first. */
  get parts(): Uint8Array[] {
    const folder = this.path.slice(0, this.path.lastIndexOf("/"));
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
    return logNames(names).map((name) =>
      Deno.readFileSync(`${folder}/${name}`)
    );
  }

  /** The lines of all files but those that the log added itself. */
  get lines(): string[] {
    return this.parts.flatMap(linesOf);
  }

  [Symbol.dispose](): void {
    this.handler.destroy();
    this.folder[Symbol.dispose]();
  }
}

function linesOf(bytes: Uint8Array): string[] {
  const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  assert(text === "" || text.endsWith("\n"), "no line is torn");
  return text.split("\n").slice(0, -1)
    .filter((line) => !/echolog\.log: log_rotated/.test(line));
}

Deno.test(`of ${LINES} lines none is lost, repeated or out of order, whatever the rotation`, () => {
  const lines: string[] = [];
  forAll((random) => {
    const length = random.oneIn(5_000) ? 150_000 : random.int(0, 120);
    lines.push(`${lines.length} ${random.words(length)}`);
  }, LINES);
  for (
    const options of [
      { maxBytes: 1_000_000, backupCount: 1_000 },
      { maxBytes: 100_000, backupCount: 1_000 },
      { maxBytes: 1_000_000, backupCount: 0 },
      { maxBytes: 1_000_000, backupCount: 1 },
      { maxBytes: 1_000_000, backupCount: 3 },
      { maxBytes: 1_000_000, backupCount: 10 },
      { rotation: "time", timeWhen: "S", backupCount: 1_000 },
      { rotation: "time", timeWhen: "M", backupCount: 1 },
      { rotation: "off", backupCount: 0 },
    ] as const
  ) {
    using log = new OnDisk(options);
    lines.forEach((line, n) => {
      log.handler.log(line);
      if (n % 1_000 === 0) log.clock.step(723);
      if (n % 5_000 === 0) log.handler.flush();
    });
    log.handler.destroy();
    const { parts } = log;
    const kept = parts.flatMap(linesOf);
    const what = JSON.stringify(options);
    const { backupCount, rotation } = { rotation: "size", ...options };
    assert(kept.length > 0, what);
    assert(isSame(kept, lines.slice(-kept.length)), what);
    if (backupCount === 1_000 || rotation === "off") {
      assertEquals(kept.length, LINES, what);
      assertEquals(parts.length > 20, rotation !== "off", what);
    } else assertEquals(parts.length, backupCount + 1, what);
    const { maxBytes = Infinity } = { maxBytes: undefined, ...options };
    for (const part of parts) {
      assert(part.length <= maxBytes || linesOf(part).length === 1, what);
    }
    assertEquals(log.trouble, [], what);
  }
});

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length &&
    some.every((line, n) => line === others[n]);
}

Deno.test("by time, no file has lines of two periods", () => {
  using log = new OnDisk({ rotation: "time", timeWhen: "S", backupCount: 500 });
  for (let n = 0; n < 20_000; n++) {
    const second = Math.floor(log.clock.now() / 1_000);
    log.handler.log(`${second} ${n}`);
    if (n % 10 === 0) log.clock.step(37);
  }
  log.handler.destroy();
  const seconds = log.parts.map((
    part,
  ) => [...new Set(linesOf(part).map((line) => line.split(" ", 1)[0]))]);
  assert(seconds.length > 50);
  for (const found of seconds) assertEquals(found.length, 1);
});

Deno.test({
  name: "files can be read by their owner only",
  ignore: Deno.build.os === "windows",
  fn() {
    using log = new OnDisk({ maxBytes: 10, backupCount: 2 });
    for (let n = 0; n < 5; n++) log.handler.log("a line");
    log.handler.flush();
    for (const path of [log.path, `${log.path}.1`, `${log.path}.2`]) {
      assertEquals((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
    }
  },
});

Deno.test("a real file that is deleted, renamed or whose folder is gone is made again", () => {
  using root = tempFolder();
  const folder = `${root.path}/session`;
  Deno.mkdirSync(folder);
  using log = new OnDisk({ path: folder });
  const acts: (() => void)[] = [
    () => Deno.removeSync(log.path),
    () => Deno.renameSync(log.path, `${log.path}.mine`),
    () => {
      Deno.removeSync(folder, { recursive: true });
      Deno.mkdirSync(folder);
    },
    () => Deno.renameSync(folder, `${folder}.mine`),
    () => {
      Deno.mkdirSync(folder);
    },
    () => {
      Deno.removeSync(folder, { recursive: true });
      log.clock.advance(5_000);
      log.handler.log("waits");
      log.clock.advance(5_000);
      Deno.mkdirSync(folder);
    },
  ];
  acts.forEach((act, n) => {
    log.handler.log(`before ${n}`);
    log.handler.flush();
    act();
    log.clock.advance(1_000);
    log.handler.log(`after ${n}`);
    log.handler.flush();
  });
  assertEquals(log.lines, ["waits", "after 5"]);
  assertEquals(log.trouble.length, 2, `${log.trouble}`);
  const moved = Deno.readTextFileSync(`${folder}.mine/session.log`);
  assertMatch(moved, /after 2\nbefore 3\nafter 3\nbefore 4\n$/);
  assertMatch(new TextDecoder().decode(log.parts[0]), /reason=deleted/);
});

Deno.test("a real folder where session.log.1 should go is in the way until it is gone", () => {
  using log = new OnDisk({ maxBytes: 100, backupCount: 3 });
  Deno.mkdirSync(`${log.path}.1`);
  const lines = Array.from({ length: 100 }, (_, n) => `line ${n}`);
  for (const line of lines.slice(0, 50)) {
    log.handler.log(line);
    log.handler.flush();
  }
  assertEquals(log.trouble.length, 1);
  assertEquals(linesOf(Deno.readFileSync(log.path)), lines.slice(0, 50));
  Deno.removeSync(`${log.path}.1`);
  log.clock.advance(10_000);
  log.handler.log("more");
  log.handler.flush();
  assertEquals(linesOf(Deno.readFileSync(`${log.path}.1`)), lines.slice(0, 50));
  assertEquals(log.trouble.length, 1);
});

Deno.test("a pipe in the place of the log does not hang the program", {
  ignore: Deno.build.os === "windows",
}, async () => {
  using folder = tempFolder();
  const path = `${folder.path}/session.log`;
  await new Deno.Command("mkfifo", { args: [path] }).output();
  using log = new OnDisk({ path: folder.path });
  log.handler.log("line");
  log.handler.flush();
  assertEquals(log.trouble.length, 1);
  Deno.removeSync(path);
  log.clock.advance(1_000);
  assertEquals(log.lines, ["line"]);
});

Deno.test("a full disk, freed later, has every line once, in order and whole", async () => {
  using mount = await smallDisk();
  if (mount === null) return;
  using log = new OnDisk({
    path: mount.path,
    maxBytes: 300_000,
    backupCount: 9,
  });
  const ballast = `${mount.path}/ballast`;
  Deno.writeFileSync(ballast, new Uint8Array(900_000));
  const lines = Array.from(
    { length: 4_000 },
    (_, n) => `${n} ${"é".repeat(50)}`,
  );
  for (const line of lines.slice(0, 3_000)) {
    log.handler.log(line);
    log.clock.advance(10);
  }
  assertEquals(log.trouble.length, 1, `${log.trouble}`);
  assertMatch(log.trouble[0] ?? "", /session\.log: No space left on device/);
  Deno.removeSync(ballast);
  log.clock.advance(10_000);
  for (const line of lines.slice(3_000)) log.handler.log(line);
  log.handler.destroy();
  assert(isSame(log.lines, lines));
  assertEquals(log.trouble.length, 1);
  assertEquals(log.handler.dropped, 0);
});

Deno.test("a folder whose permission is lost and given back costs no line, and is said once", async () => {
  const before = await commandBoundByPermissions();
  if (before === null) return;
  using folder = tempFolder();
  const root = new URL("../../", import.meta.url).pathname;
  const [program = "", ...args] = [
    ...before,
    Deno.execPath(),
    "run",
    "--quiet",
    "--no-lock",
    "--no-check",
    `--config=${root}deno.json`,
    "--allow-read",
    "--allow-write",
    `${root}tests/fixtures/logging_without_permission.ts`,
    folder.path,
  ];
  const { success, stdout, stderr } = await new Deno.Command(program, { args })
    .output();
  assert(success, new TextDecoder().decode(stderr));
  const trouble: unknown = JSON.parse(new TextDecoder().decode(stdout));
  assert(Array.isArray(trouble));
  assertEquals(trouble.length, 1, `${trouble}`);
  assertMatch(
    String(trouble[0]),
    /^echolog: cannot rotate .*Permission denied/,
  );
  const names = [...Deno.readDirSync(folder.path)].map(({ name }) => name);
  const parts = logNames(names)
    .map((name) => linesOf(Deno.readFileSync(`${folder.path}/${name}`)));
  assertEquals(
    parts.flat(),
    Array.from({ length: 500 }, (_, n) => `line ${n}`),
  );
  assert(parts.some((lines) => lines.length > 300), "it grew meanwhile");
  assert((parts.at(-1)?.length ?? 0) < 50, "and rotates again");
});

/** What to put before a command so that permissions hold for it, or `null`. */
async function commandBoundByPermissions(): Promise<string[] | null> {
  if (Deno.build.os === "windows") return null;
  if (Deno.uid() !== 0) return [];
  // Root may do anything; without these two capabilities it may not.
  const capabilities = "-dac_override,-dac_read_search";
  const command = [
    "setpriv",
    `--bounding-set=${capabilities}`,
    `--inh-caps=${capabilities}`,
  ];
  const [program = "", ...args] = [...command, "true"];
  try {
    const { success } = await new Deno.Command(program, { args }).output();
    if (success) return command;
  } catch {
    // There is no such program; said below.
  }
  console.log(
    "skipped: permissions do not hold for root, and there is no setpriv",
  );
  return null;
}

/** A file system of 1 MB, or `null` where none can be mounted. */
async function smallDisk(): Promise<({ path: string } & Disposable) | null> {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) {
    console.log("skipped: a small tmpfs needs root on Linux");
    return null;
  }
  const folder = tempFolder();
  const mount = await new Deno.Command("mount", {
    args: ["-t", "tmpfs", "-o", "size=1m,mode=0700", "echolog", folder.path],
  }).output();
  if (!mount.success) {
    console.log("skipped: this machine lets nobody mount a tmpfs");
    folder[Symbol.dispose]();
    return null;
  }
  return {
    path: folder.path,
    [Symbol.dispose]() {
      new Deno.Command("umount", { args: [folder.path] }).outputSync();
      folder[Symbol.dispose]();
    },
  };
}
