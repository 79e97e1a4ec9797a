import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import {
  isAlive,
  listSessions,
  registerSession,
} from "../../src/session/registry.ts";
import { tempFolder } from "../support/temp.ts";

const SESSION = {
  session_id: "s",
  folder: "/rec/s",
  device: "test",
  log: "/rec/s/session.log",
};

function change(folder: string, entry: Record<string, unknown>): void {
  const [file] = [...Deno.readDirSync(join(folder, "active"))];
  const path = join(folder, "active", file?.name ?? "");
  const old = JSON.parse(Deno.readTextFileSync(path));
  Deno.writeTextFileSync(path, JSON.stringify({ ...old, ...entry }));
}

Deno.test("a session is listed from its entry until that is taken back", () => {
  using folder = tempFolder();
  assertEquals(listSessions(join(folder.path, "none")), []);
  {
    using _registration = registerSession(folder.path, SESSION);
    const [session, more] = listSessions(folder.path);
    assertEquals(more, undefined);
    assertEquals(session?.session_id, "s");
    assertEquals(session?.pid, Deno.pid);
    assertEquals(session !== undefined && isAlive(session), true);
  }
  assertEquals(listSessions(folder.path), []);
});

Deno.test("an entry whose number belongs to another process now is dead", () => {
  using folder = tempFolder();
  using _registration = registerSession(folder.path, SESSION);
  change(folder.path, { process_start: "1" });
  assertEquals(listSessions(folder.path).map(isAlive), [false]);
});

Deno.test("an entry of another boot is dead", () => {
  using folder = tempFolder();
  using _registration = registerSession(folder.path, SESSION);
  change(folder.path, { boot_id: "another" });
  assertEquals(listSessions(folder.path).map(isAlive), [false]);
});

Deno.test("an entry of which nothing can be known is alive", () => {
  using folder = tempFolder();
  using _registration = registerSession(folder.path, SESSION);
  change(folder.path, { boot_id: null });
  assertEquals(listSessions(folder.path).map(isAlive), [true]);
  change(folder.path, { process_start: null });
  assertEquals(listSessions(folder.path).map(isAlive), [true]);
  change(folder.path, { process_start: "1" });
  assertEquals(listSessions(folder.path).map(isAlive), [false]);
  const { outputSync } = Deno.Command.prototype;
  Deno.Command.prototype.outputSync = () => {
    throw new Error("Resource temporarily unavailable (os error 11)");
  };
  try {
    assertEquals(listSessions(folder.path).map(isAlive), [true]);
  } finally {
    Deno.Command.prototype.outputSync = outputSync;
  }
  change(folder.path, { process_start: null, pid: 999_999_999 });
  assertEquals(listSessions(folder.path).map(isAlive), [false]);
});

Deno.test("an entry of another machine is none of ours", () => {
  using folder = tempFolder();
  using _registration = registerSession(folder.path, SESSION);
  change(folder.path, { machine: "elsewhere" });
  assertEquals(listSessions(folder.path), []);
});

Deno.test("a file that is no entry is passed over", () => {
  using folder = tempFolder();
  using _registration = registerSession(folder.path, SESSION);
  const active = join(folder.path, "active");
  Deno.writeTextFileSync(join(active, "a.json"), "{");
  Deno.writeTextFileSync(join(active, "b.json"), '{"session_id": 3}');
  Deno.writeTextFileSync(join(active, "c.txt"), "");
  assertEquals(listSessions(folder.path).length, 1);
});

Deno.test("an entry that is gone already can be taken back", () => {
  using folder = tempFolder();
  using _registration = registerSession(folder.path, SESSION);
  Deno.removeSync(join(folder.path, "active"), { recursive: true });
});
