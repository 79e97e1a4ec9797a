import { assert, assertEquals, assertMatch } from "@std/assert";
import type { FakeLogFiles } from "../../../fakes/log_files.ts";
import {
  assertRun,
  Handled,
  numbersIn,
  PATH,
  range,
  stderr,
} from "../../../support/handled_log.ts";

for (
  const [what, act, reason] of [
    ["deleted", (files: FakeLogFiles) => files.remove(PATH), "deleted"],
    [
      "renamed",
      (files: FakeLogFiles) => files.rename(PATH, "/s/other"),
      "renamed",
    ],
    ["replaced", (files: FakeLogFiles) => files.put(PATH, ""), "replaced"],
  ] as const
) {
  Deno.test(`SessionLogHandler: recreates a ${what} file within a second`, () => {
    using log = new Handled();
    log.lifecycle(1);
    act(log.files);
    log.clock.advance(1_000);
    assertMatch(
      log.files.text(PATH),
      new RegExp(
        `^\\S+ INFO echolog.log: log_rotated session_id=x part=2 reason=${reason} start=\\S+\\n$`,
      ),
    );
    log.lifecycle(2);
    assertEquals(numbersIn(log.files.text(PATH).split("\n")), [2]);
    assertEquals(log.trouble, []);
    assertEquals(log.files.openFiles, 1);
  });
}

Deno.test("SessionLogHandler: detects a deleted file in look and starts fewer timers of its own", () => {
  using log = new Handled();
  log.lifecycle(1);
  const before = log.clock.fired;
  for (const _ of range(1, 60)) {
    log.handler.checkFile();
    log.clock.advance(1_000);
  }
  assert(log.clock.fired - before <= 15, `${log.clock.fired - before}`);
  log.files.remove(PATH);
  log.handler.checkFile();
  assertMatch(log.files.text(PATH), /log_rotated .* reason=deleted /);
  // Looked at before the line came: whenever its timer is due, it does not wait.
  log.clock.advance(4_900);
  log.handler.checkFile();
  log.detail(2);
  log.clock.advance(500);
  assertEquals(numbersIn(log.files.text(PATH).split("\n")), [2]);
});

Deno.test("SessionLogHandler: detects a deleted file within a second while ffmpeg prints warnings", () => {
  using log = new Handled();
  log.lifecycle(1);
  log.files.remove(PATH);
  for (const n of range(2, 11)) {
    log.clock.advance(100);
    log.emit(stderr(log.clock.now(), n, "WARNING"));
  }
  assert(log.numbers.length >= 5, `${log.numbers}`);
});

Deno.test("SessionLogHandler: writes no event to a file that was deleted before", () => {
  using log = new Handled();
  const event = (n: number) => {
    log.clock.advance(20);
    log.lifecycle(n);
  };
  event(1);
  log.files.remove(PATH);
  event(2);
  log.files.removeFolder("/s");
  event(3);
  log.files.folders.add("/s");
  event(4);
  assertRun(log.numbers, 3, 4);
  log.files.remove(PATH);
  event(5);
  assertRun(log.numbers, 5, 5);
});

Deno.test("SessionLogHandler: continues a file that another program truncated", () => {
  using log = new Handled({ maxBytes: 1_000 });
  for (const n of range(1, 5)) log.lifecycle(n);
  const file = log.files.open(PATH);
  file.truncate();
  file.close();
  log.clock.advance(1_000);
  for (const n of range(6, 10)) log.lifecycle(n);
  assertMatch(
    log.files.text(PATH),
    /^\S+ INFO echolog.log: log_rotated session_id=x part=2 reason=truncated /,
  );
  assertEquals(log.files.names, [PATH], "its new size counts");
});

Deno.test("SessionLogHandler: keeps lines waiting while the folder is deleted", () => {
  using log = new Handled();
  log.lifecycle(1);
  log.files.removeFolder("/s");
  log.clock.advance(60_000);
  for (const n of range(2, 20)) log.lifecycle(n);
  assertEquals(log.trouble.length, 1, `${log.trouble}`);
  assertMatch(
    log.trouble[0] ?? "",
    /^echolog: cannot write \/s\/session.log: No such file/,
  );
  assertEquals(log.files.openFiles, 0, "so that the disk can be unmounted");
  log.files.folders.add("/s");
  log.clock.advance(1_000);
  assertRun(log.numbers, 2, 20);
  assertMatch(log.lines[0] ?? "", /reason=deleted/);
});

Deno.test("SessionLogHandler: follows a moved folder until a new one takes its place", () => {
  using log = new Handled({ maxBytes: 1_000 });
  log.lifecycle(1);
  log.files.renameFolder("/s", "/t");
  log.clock.advance(60_000);
  for (const n of range(2, 20)) log.lifecycle(n);
  assertEquals(
    numbersIn(log.files.text("/t/session.log").split("\n")),
    range(1, 20),
  );
  assertEquals(log.trouble.length, 1);
  assertMatch(
    log.trouble[0] ?? "",
    /^echolog: \/s\/session.log is gone and cannot be created again/,
  );
  log.files.folders.add("/s");
  log.clock.advance(1_000);
  log.lifecycle(21);
  assertEquals(numbersIn(log.files.text(PATH).split("\n")), [21]);
  assertMatch(
    log.files.text(PATH),
    /^\S+ INFO \S+ log_rotated \S+ part=2 reason=renamed/,
  );
});

Deno.test("SessionLogHandler: resumes rotation when the folder comes back", () => {
  using log = new Handled({ maxBytes: 1_000, backupCount: 99 });
  log.lifecycle(1);
  log.files.renameFolder("/s", "/t");
  log.clock.advance(2_000);
  log.lifecycle(2);
  log.files.renameFolder("/t", "/s");
  log.clock.advance(2_000);
  for (const n of range(3, 40)) log.lifecycle(n);
  assertRun(log.numbers, 1, 40);
  assert(log.parts.length > 3);
});

Deno.test("SessionLogHandler: ignores a folder that is temporarily not searchable", () => {
  using log = new Handled();
  log.lifecycle(1);
  log.files.fault = (operation) =>
    operation === "stat" ? new Deno.errors.PermissionDenied() : null;
  log.clock.advance(10_000);
  log.lifecycle(2);
  log.files.fault = () => null;
  log.clock.advance(10_000);
  log.lifecycle(3);
  assertEquals(log.numbers, [1, 2, 3]);
});

Deno.test("SessionLogHandler: takes away zeros that a power cut left before it continues a file", () => {
  for (const zeros of [1, 195, 100_000]) {
    using log = new Handled();
    log.lifecycle(1);
    const text = log.files.text(PATH);
    log.files.put(PATH, `${text}${"\0".repeat(zeros)}`);
    log.clock.advance(1_000);
    log.lifecycle(2);
    assertEquals(numbersIn(log.files.text(PATH).split("\n")), [1, 2]);
    assert(!log.files.text(PATH).includes("\0"));
    assertEquals(log.trouble, []);
  }
});
