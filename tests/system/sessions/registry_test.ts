import { assertEquals } from "@std/assert";
import {
  isAlive,
  listSessions,
  registerSession,
} from "../../../src/sessions/registry.ts";
import { change, SESSION } from "../../support/registered.ts";
import { tempFolder } from "../../support/temp.ts";

Deno.test("isAlive: returns false when another process reuses the number", () => {
  using folder = tempFolder();
  using _registration = registerSession(folder.path, SESSION);
  change(folder.path, { process_start: "1" });
  assertEquals(listSessions(folder.path).map(isAlive), [false]);
});

Deno.test("isAlive: returns false for an entry of another boot", () => {
  using folder = tempFolder();
  using _registration = registerSession(folder.path, SESSION);
  change(folder.path, { boot_id: "another" });
  assertEquals(listSessions(folder.path).map(isAlive), [false]);
});

Deno.test("isAlive: returns true when the process cannot be identified", () => {
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

Deno.test(
  "listSessions: lists a live session after the machine was renamed",
  {
    ignore: Deno.build.os !== "linux",
  },
  () => {
    using folder = tempFolder();
    using _registration = registerSession(folder.path, SESSION);
    change(folder.path, { machine: "before" });
    assertEquals(listSessions(folder.path).map(isAlive), [true]);
  },
);
