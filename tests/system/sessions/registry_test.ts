import { assertEquals } from "@std/assert";
import {
  isAlive,
  listSessions,
  registerSession,
} from "../../../src/sessions/registry.ts";
import { change, SESSION } from "../../support/registered.ts";
import { tempFolder } from "../../support/temp.ts";

Deno.test("isAlive: returns false when another process reuses the number", async () => {
  using folder = tempFolder();
  await using _registration = await registerSession(folder.path, SESSION);
  change(folder.path, { process_start: "1" });
  assertEquals((await listSessions(folder.path)).map(isAlive), [false]);
});

Deno.test("isAlive: returns false for an entry of another boot", async () => {
  using folder = tempFolder();
  await using _registration = await registerSession(folder.path, SESSION);
  change(folder.path, { boot_id: "another" });
  assertEquals((await listSessions(folder.path)).map(isAlive), [false]);
});

Deno.test("isAlive: returns true when the process cannot be identified", async () => {
  using folder = tempFolder();
  await using _registration = await registerSession(folder.path, SESSION);
  change(folder.path, { boot_id: null });
  assertEquals((await listSessions(folder.path)).map(isAlive), [true]);
  change(folder.path, { process_start: null });
  assertEquals((await listSessions(folder.path)).map(isAlive), [true]);
  change(folder.path, { process_start: "1" });
  assertEquals((await listSessions(folder.path)).map(isAlive), [false]);
  const { outputSync } = Deno.Command.prototype;
  Deno.Command.prototype.outputSync = () => {
    throw new Error("Resource temporarily unavailable (os error 11)");
  };
  try {
    assertEquals((await listSessions(folder.path)).map(isAlive), [true]);
  } finally {
    Deno.Command.prototype.outputSync = outputSync;
  }
  change(folder.path, { process_start: null, pid: 999_999_999 });
  assertEquals((await listSessions(folder.path)).map(isAlive), [false]);
});

Deno.test(
  "listSessions: lists a live session after the machine was renamed",
  {
    ignore: Deno.build.os !== "linux",
  },
  async () => {
    using folder = tempFolder();
    await using _registration = await registerSession(folder.path, SESSION);
    change(folder.path, { machine: "before" });
    assertEquals((await listSessions(folder.path)).map(isAlive), [true]);
  },
);
