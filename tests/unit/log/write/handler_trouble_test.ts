import { assert, assertEquals, assertMatch } from "@std/assert";
import { FakeLogFiles, type Operation } from "../../../fakes/log_files.ts";
import {
  assertRun,
  Handled,
  numbersIn,
  PATH,
  range,
  stderr,
} from "../../../support/handled_log.ts";
import { forAll } from "../../../support/random.ts";

/** A disk on which an operation fails until it is repaired. */
function broken(...operations: Operation[]): FakeLogFiles {
  const files = new FakeLogFiles();
  files.fault = (operation) =>
    operations.includes(operation) ? new Error("Input/output error") : null;
  return files;
}

function repairDisk(files: FakeLogFiles): void {
  files.fault = () => null;
  files.capacity = Infinity;
}

Deno.test("SessionLogHandler: reports a failure to open the log once and writes the lines after it", () => {
  using log = new Handled({}, { files: broken("open") });
  log.lifecycle(1);
  log.detail(2);
  log.clock.advance(60_000);
  log.lifecycle(3);
  assertEquals(log.trouble, [
    `echolog: cannot write ${PATH}: Input/output error; recording continues, lines wait in memory`,
  ]);
  repairDisk(log.files);
  log.clock.advance(1_000);
  assertEquals(log.numbers, [1, 2, 3]);
  assertEquals(log.handler.dropped, 0);
  assertEquals(log.trouble.length, 1);
});

Deno.test("SessionLogHandler: writes every line once and whole after a full disk has room again", () => {
  using log = new Handled({ maxBytes: 10_000, backupCount: 99 });
  for (const n of range(1, 20)) log.lifecycle(n);
  log.files.capacity = log.files.size(PATH) + 37; // In the middle of a line.
  for (const n of range(21, 60)) log.lifecycle(n);
  assertRun(log.numbers, 1, 20, "and a torn line");
  log.clock.advance(30_000);
  log.files.capacity += 1_000;
  log.clock.advance(30_000);
  log.files.capacity = Infinity;
  log.clock.advance(30_000);
  assertRun(log.numbers, 1, 60);
  assertEquals(log.trouble.length, 1);
});

Deno.test("SessionLogHandler: retries failed writes with growing delays of at most ten seconds", () => {
  using log = new Handled({}, { files: broken("write") });
  const tries: number[] = [];
  log.files.fault = (operation) => {
    if (operation !== "write") return null;
    tries.push(log.clock.monotonic());
    return new Error("No space left on device (os error 28)");
  };
  log.lifecycle(1);
  for (let n = 2; n < 100; n++) {
    log.clock.advance(500);
    log.lifecycle(n);
  }
  const waits = tries.map((time, n) => time - (tries[n - 1] ?? 0)).slice(1);
  assertEquals(waits.slice(0, 6), [1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
  assertEquals(log.trouble.length, 1);
});

Deno.test("SessionLogHandler: reports a second failure after it recovered from the first", () => {
  using log = new Handled();
  for (const n of [1, 2]) {
    log.files.capacity = 0;
    log.lifecycle(n);
    repairDisk(log.files);
    log.clock.advance(10_000);
  }
  assertEquals(log.trouble.length, 2);
  assertEquals(log.numbers, [1, 2]);
});

Deno.test("SessionLogHandler: drops and counts detail lines first and keeps lifecycle lines", () => {
  using log = new Handled({ rotation: "off" });
  log.files.capacity = 0;
  log.clock.advance(60_000);
  const start = log.clock.now();
  for (const n of range(1, 100_000)) {
    if (n % 100 === 0) log.lifecycle(n);
    else log.detail(n);
    if (n % 10_000 === 0) log.clock.advance(1_000);
  }
  const { dropped } = log.handler;
  assert(dropped > 10_000, `${dropped}`);
  repairDisk(log.files);
  log.clock.advance(10_000);
  const kept = log.numbers;
  assertEquals(kept.length + dropped, 100_000);
  assertEquals(
    kept.filter((n) => n % 100 === 0),
    range(1, 1_000).map((n) => n * 100),
  );
  assertEquals(kept, kept.toSorted((a, b) => a - b), "in order");
  // Of the details those were kept that were being written, and the newest.
  const details = kept.filter((n) => n % 100 !== 0);
  const newest = details.findLastIndex((n, at) =>
    n - (details[at - 1] ?? 0) > 2
  );
  assert((details[newest - 1] ?? 0) < 1_000 && (details[newest] ?? 0) > 50_000);
  const last = log.lines.at(-1) ?? "";
  assertMatch(last, / WARNING echolog\.log: warning code=log_lines_dropped /);
  assertMatch(last, new RegExp(` count=${dropped}$`));
  assertMatch(last, new RegExp(` first=${new Date(start).toISOString()} `));
  assertEquals(log.handler.dropped, dropped);
  assertEquals(log.handler.warnings, 1);
});

Deno.test("SessionLogHandler: drops ffmpeg's errors before lifecycle events", () => {
  using log = new Handled({ rotation: "off" });
  log.files.capacity = 0;
  for (const n of range(1, 60_000)) {
    if (n % 100 === 0) log.lifecycle(n);
    else log.emit(stderr(log.clock.now(), n, "ERROR"));
  }
  repairDisk(log.files);
  log.clock.advance(10_000);
  assert(log.handler.dropped > 0);
  const lifecycle = log.numbers.filter((n) => n % 100 === 0);
  assertEquals(lifecycle.join(), range(1, 600).map((n) => n * 100).join());
});

Deno.test("SessionLogHandler: drops old lifecycle lines last and limits its memory", () => {
  using log = new Handled({ rotation: "off" });
  log.files.capacity = 0;
  for (const n of range(1, 80_000)) log.lifecycle(n);
  repairDisk(log.files);
  log.clock.advance(10_000);
  const { numbers } = log;
  assert(log.files.size(PATH) < 5_000_000);
  // What was being written when it failed, and the newest.
  const hole = numbers.findIndex((n, at) => n !== at + 1);
  assertEquals(hole, 1);
  const [next = 0] = numbers.slice(hole);
  assertRun(numbers.slice(hole), next, 80_000);
  assertEquals(numbers.length + log.handler.dropped, 80_000);
});

Deno.test("SessionLogHandler: reports lines that still wait on destroy as lost", () => {
  const log = new Handled({}, { files: broken("write") });
  for (const n of range(1, 5)) log.lifecycle(n);
  log.handler.destroy();
  assertEquals(log.handler.dropped, 5);
  assertEquals(log.trouble.length, 2);
  assertMatch(
    log.trouble[1] ?? "",
    /^echolog: cannot write \S+: the last 5 lines are lost$/,
  );
  log.lifecycle(6);
  assertEquals(log.handler.dropped, 6);
  assertEquals(log.trouble.length, 2, "not once for every line");
  assertEquals(log.files.openFiles, 0);
});

Deno.test("SessionLogHandler: reports one lost line as one", () => {
  const log = new Handled({}, { files: broken("write") });
  log.lifecycle(1);
  log.handler.destroy();
  assertMatch(
    log.trouble[1] ?? "",
    /^echolog: cannot write \S+: the last line is lost$/,
  );
});

Deno.test("SessionLogHandler: starts a new line after a torn one when it logs after destroy", () => {
  const log = new Handled();
  log.lifecycle(1);
  log.files.capacity = log.files.size(PATH) + 20;
  log.lifecycle(2);
  log.handler.destroy();
  repairDisk(log.files);
  log.lifecycle(3);
  assertEquals(log.numbers, [1, 3]);
  assertEquals(log.lines[1]?.length, 20, "the torn line is left as it is");
  assertMatch(log.lines.at(-1) ?? "", / code=log_lines_dropped .* count=1$/);
});

Deno.test("SessionLogHandler: does not write a failed header to another file", () => {
  using log = new Handled({ maxBytes: 300, backupCount: 3 });
  log.files.fault = (operation) =>
    operation === "write" && log.files.names.length > 1
      ? new Error("Input/output error")
      : null;
  for (const n of range(1, 6)) log.lifecycle(n);
  assertEquals(log.files.text(PATH), "", "rotated, without its header yet");
  log.files.remove(PATH);
  repairDisk(log.files);
  log.clock.advance(20_000);
  const headers = log.files.text(PATH).match(/log_rotated.*/g) ?? [];
  const files = log.parts.filter((text) => /log_rotated/.test(text));
  assertEquals(headers.length, 1);
  assertEquals(
    log.lines.filter((line) => /log_rotated/.test(line)).length,
    files.length,
  );
  assertEquals(log.numbers.at(-1), 6);
});

Deno.test("SessionLogHandler: hides exceptions of callbacks from the caller", () => {
  using log = new Handled({
    onError: () => {
      throw new Error("no stderr");
    },
    redact: () => {
      throw new Error("no redaction");
    },
  }, { files: broken("open", "write", "stat") });
  log.lifecycle(1);
  log.handler.log("line");
  log.handler.flush();
});

Deno.test("SessionLogHandler: keeps a folder in place of session.log.1 and rotates once it is gone", () => {
  const files = new FakeLogFiles();
  files.putFolder(`${PATH}.1`);
  using log = new Handled({ maxBytes: 500, backupCount: 3 }, { files });
  for (const n of range(1, 20)) log.lifecycle(n);
  log.clock.advance(60_000);
  for (const n of range(21, 40)) log.lifecycle(n);
  assertEquals(log.trouble, [
    `echolog: cannot rotate ${PATH}: ${PATH}.1 is not a file; the log grows until rotation works`,
  ]);
  assertEquals(numbersIn(files.text(PATH).split("\n")), range(1, 40));
  assertEquals(files.names, [PATH, `${PATH}.1`]);
  files.remove(`${PATH}.1`);
  log.clock.advance(10_000);
  log.lifecycle(41);
  assertRun(log.numbers, 1, 41);
  assertMatch(files.text(PATH), /log_rotated session_id=x part=2 reason=size/);
});

Deno.test("SessionLogHandler: loses no line and retries when any step of a rotation fails", () => {
  for (
    const operation of ["stat", "rename", "open", "close", "truncate"] as const
  ) {
    for (const backupCount of [0, 2]) {
      for (const skip of [0, 1, 2]) {
        using log = new Handled({ maxBytes: 2_000, backupCount });
        for (const n of range(1, 15)) log.lifecycle(n);
        let left = skip;
        log.files.fault = (name) =>
          name === operation && left-- <= 0
            ? new Error("Input/output error")
            : null;
        const what = `${operation} ${backupCount} ${skip}`;
        for (const n of range(16, 40)) {
          log.lifecycle(n);
          log.clock.advance(100);
        }
        assert(log.trouble.length <= 1, `${what}: ${log.trouble}`);
        repairDisk(log.files);
        log.clock.advance(20_000);
        for (const n of range(41, 45)) log.lifecycle(n);
        const { numbers } = log;
        assertRun(numbers, numbers[0] ?? 0, 45, what);
        assert(log.files.size(PATH) <= 2_000, what);
        log.handler.destroy();
        assertEquals(
          log.files.openFiles,
          operation === "close" ? log.files.openFiles : 0,
          what,
        );
      }
    }
  }
});

Deno.test("SessionLogHandler: keeps old files when it retries a failed rotation", () => {
  using log = new Handled({ maxBytes: 200, backupCount: 3 });
  for (const n of range(1, 5)) log.lifecycle(n);
  log.files.fault = (operation, path) =>
    operation === "rename" && path === `${PATH}.1` ? new Error("busy") : null;
  const before = log.numbers;
  log.lifecycle(6);
  repairDisk(log.files);
  log.clock.advance(10_000);
  log.lifecycle(7);
  // One rotation went through: one file less of the oldest lines.
  assertEquals(log.numbers.at(-1), 7);
  assert(
    (log.numbers[0] ?? 0) - (before[0] ?? 0) <= 2,
    `${before} ${log.numbers}`,
  );
});

Deno.test("SessionLogHandler: writes every line once, whole and in order despite random failures", () => {
  forAll((random) => {
    const files = new FakeLogFiles();
    const size = random.pick([50, 300, 2_000, 50_000]);
    using log = new Handled({
      maxBytes: size,
      backupCount: 1_000,
      rotation: random.pick(["size", "time", "off"]),
      timeWhen: random.pick(["S", "M"]),
    }, { files });
    let n = 0;
    for (let step = random.int(1, 40); step > 0; step--) {
      const rate = random.pick([0, 2, 5]);
      files.fault = (operation) =>
        rate > 0 && operation !== "close" && random.oneIn(rate)
          ? new Error("Input/output error")
          : null;
      files.longestWrite = random.pick([Infinity, Infinity, 1, 50]);
      files.capacity = random.oneIn(4) ? random.int(0, 4_000) : Infinity;
      for (let lines = random.int(0, 8); lines > 0; lines--) {
        if (random.oneIn(2)) log.detail(++n);
        else log.lifecycle(++n);
      }
      if (random.oneIn(2)) log.clock.advance(random.int(0, 3_000));
      if (random.oneIn(10)) log.handler.flush();
    }
    repairDisk(files);
    files.longestWrite = Infinity;
    log.clock.advance(60_000);
    assertEquals(log.handler.dropped, 0);
    assertRun(log.numbers, 1, n);
    for (const line of log.lines) {
      assertMatch(line, /^\S+Z [A-Z]+ echolog\.\w+: \w+ .*\w=\S+$/);
    }
  }, 1_000);
});
