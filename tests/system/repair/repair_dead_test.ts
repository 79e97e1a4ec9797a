import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { systemClock } from "../../../src/platform/clock.ts";
import { ownIdentity } from "../../../src/platform/identity.ts";
import { repairDead } from "../../../src/repair/repair_dead.ts";
import { listSessions } from "../../../src/sessions/registry.ts";
import { readState } from "../../../src/sessions/state_file.ts";
import { smallDisk } from "../../support/small_disk.ts";
import { tempFolder } from "../../support/temp.ts";
import {
  chunk,
  command,
  readBack,
  unfinished,
} from "../../support/dead_session.ts";

/** A dead session in the registry. */
function entered(state: string, folder: string): () => string[] {
  const active = join(state, "active");
  Deno.mkdirSync(active, { recursive: true });
  Deno.writeTextFileSync(
    join(active, "s.1.json"),
    JSON.stringify({
      session_id: "s",
      folder,
      log: join(folder, "session.log"),
      device: "x",
      ...ownIdentity(),
      pid: 999_999,
      process_start: "1",
    }),
  );
  return () => [...Deno.readDirSync(active)].map(({ name }) => name);
}

async function repairAll(state: string) {
  const trouble: string[] = [];
  const reports = await repairDead(await listSessions(state), {
    redact: (text) => text,
    clock: systemClock,
    onError: (line) => trouble.push(line),
  });
  return { trouble, ids: reports.map(({ sessionId }) => sessionId) };
}

Deno.test("repairDead: leaves a session untouched when its log cannot be opened", async () => {
  using home = tempFolder();
  const disk = join(home.path, "disk");
  await using mounted = await smallDisk(disk, "size=8m");
  if (mounted === null) return;
  const folder = join(disk, "s");
  unfinished(folder, [command(1, 1)]);
  await chunk(folder, 1, 10);
  const entries = entered(home.path, folder);
  await remount(disk, "ro");
  const failed = await repairAll(home.path);
  assertEquals(failed.ids, []);
  assertEquals(failed.trouble.length, 1);
  assertStringIncludes(
    failed.trouble[0] ?? "",
    `Cannot repair session s: Cannot write ${folder}/session.log: Read-only`,
  );
  assertEquals(entries(), ["s.1.json"]);
  await remount(disk, "rw");
  assertEquals(await repairAll(home.path), { trouble: [], ids: ["s"] });
  assertEquals(entries(), []);
  assertEquals(readBack(folder).chunks, [[1, 0, 10]]);
});

Deno.test("repairDead: leaves a session for the next repair when its last line does not fit on the disk", async () => {
  using home = tempFolder();
  const disk = join(home.path, "disk");
  await using mounted = await smallDisk(disk, "size=8m");
  if (mounted === null) return;
  const folder = join(disk, "s");
  unfinished(folder, [command(1, 1)]);
  await chunk(folder, 1, 10);
  fillPage(join(folder, "session.log"));
  const filler = join(disk, "filler");
  fill(filler);
  const entries = entered(home.path, folder);
  const failed = await repairAll(home.path);
  assertEquals(failed.ids, []);
  assertEquals(failed.trouble.length, 1, failed.trouble.join("\n"));
  assertStringIncludes(
    failed.trouble[0] ?? "",
    `Cannot repair session s: Cannot complete ${folder}/session.log: No space left`,
  );
  assertEquals(entries(), ["s.1.json"]);
  assertEquals(readState(folder), null);
  Deno.removeSync(filler);
  assertEquals(await repairAll(home.path), { trouble: [], ids: ["s"] });
  assertEquals(entries(), []);
  // By the time of the file, which closing it has not changed.
  assertEquals(readBack(folder).chunks, [[1, 0, 10]]);
});

async function remount(disk: string, mode: "ro" | "rw"): Promise<void> {
  const args = ["-o", `remount,${mode}`, disk];
  assert((await new Deno.Command("mount", { args }).output()).success);
}

/** Fills the last page of a log, so that the next byte needs a new one. */
function fillPage(path: string): void {
  const free = 4_096 - Deno.statSync(path).size % 4_096;
  Deno.writeTextFileSync(path, `${"x".repeat(free - 1)}\n`, { append: true });
}

/** Takes all that is left of a disk. */
function fill(path: string): void {
  using file = Deno.openSync(path, { write: true, create: true });
  const page = new Uint8Array(4_096);
  try {
    for (;;) file.writeSync(page);
  } catch (error) {
    assertStringIncludes(String(error), "No space left");
  }
}
