import { assert, assertEquals, assertMatch } from "@std/assert";
import { tempFolder } from "../../../support/temp.ts";
import { forAll } from "../../../support/random.ts";
import { isSame, linesOf, OnDisk } from "../../../support/log_on_disk.ts";

const LINES = 200_000;

Deno.test(`SessionLogHandler: writes ${LINES} lines once and in order with every rotation`, () => {
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

Deno.test("SessionLogHandler: keeps the lines of two periods in separate files", () => {
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
  name: "SessionLogHandler: creates files that only their owner can read",
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

Deno.test("SessionLogHandler: recreates a real file after it or its folder is deleted or renamed", () => {
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

Deno.test("SessionLogHandler: delays rotation while a real folder takes the place of session.log.1", () => {
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
