import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { systemClock } from "../../../src/platform/clock.ts";
import { ownIdentity } from "../../../src/platform/identity.ts";
import { repairDead } from "../../../src/repair/repair_dead.ts";
import { exists } from "../../../src/platform/fs.ts";
import { listSessions } from "../../../src/sessions/registry.ts";
import { tempFolder } from "../../support/temp.ts";

/** Repairs a registered session of a recorder that was killed, whose folder has these files. */
async function repairedFolder(
  files: Readonly<Record<string, string>> | null,
  hasFolder: boolean,
): Promise<{ folder: string[] | null; entries: number; home: Disposable }> {
  const home = tempFolder();
  const folder = join(home.path, "s");
  const active = join(home.path, "active");
  Deno.mkdirSync(active);
  if (files !== null) {
    Deno.mkdirSync(folder);
    for (const [name, text] of Object.entries(files)) {
      Deno.writeTextFileSync(join(folder, name), text);
    }
  }
  const entry = {
    session_id: "s",
    folder,
    log: join(folder, "session.log"),
    device: "x",
    has_folder: hasFolder,
    ...ownIdentity(),
    pid: 999_999_999,
    process_start: "1",
  };
  Deno.writeTextFileSync(join(active, "s.1.json"), JSON.stringify(entry));
  await repairDead(await listSessions(home.path), {
    redact: (text) => text,
    clock: systemClock,
    onError() {},
  });
  return {
    folder: exists(folder)
      ? [...Deno.readDirSync(folder)].map(({ name }) => name).sort()
      : null,
    entries: [...Deno.readDirSync(active)].length,
    home,
  };
}

Deno.test("repairDead: removes the folder of a recorder that was killed before its first line", async () => {
  const moments = [
    { files: null, hasFolder: false },
    { files: {}, hasFolder: false },
    { files: { ".probe": "" }, hasFolder: false },
    { files: {}, hasFolder: true },
    { files: { "session.log": "", "session.json.tmp": "{" }, hasFolder: true },
    { files: { "session.log": "", ".reserve": "x" }, hasFolder: true },
  ] as const;
  for (const { files, hasFolder } of moments) {
    const { folder, entries, home } = await repairedFolder(files, hasFolder);
    using _home = home;
    assertEquals({ folder, entries }, { folder: null, entries: 0 });
  }
});

Deno.test("repairDead: keeps a folder with any other file", async () => {
  const files = { ".probe": "", "notes.txt": "mine" };
  const { folder, entries, home } = await repairedFolder(files, false);
  using _home = home;
  assertEquals({ folder, entries }, {
    folder: [".probe", "notes.txt"],
    entries: 0,
  });
});
