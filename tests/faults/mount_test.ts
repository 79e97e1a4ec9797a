import { assert, assertEquals, assertMatch } from "@std/assert";
import { existsSync } from "@std/fs";
import { basename, join } from "@std/path";
import {
  echolog,
  onlySession,
  SessionOnDisk,
  startEcholog,
} from "../support/echolog.ts";
import { bindDisk, smallDisk } from "../support/small_disk.ts";
import { tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";
import { configured, gapCauses, IMPATIENT } from "./support.ts";
import { assertExplained } from "./explained.ts";

function names(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

function requiring(home: string): Record<string, string> {
  const path = join(home, "recordings");
  return configured(home, `${IMPATIENT}require_mount = "${path}"\n`);
}

Deno.test("require_mount: exits 73 and creates nothing while the disk is not mounted", async () => {
  using home = tempFolder();
  const path = join(home.path, "recordings");
  Deno.mkdirSync(path);
  const env = requiring(home.path);
  const before = names(home.path);
  const { code, stdout, stderr } = await echolog(
    ["record", "--device", "test", "--duration", "2s"],
    { home: home.path, env },
  );
  assertEquals({ code, stdout }, { code: 73, stdout: "" });
  assertEquals(
    stderr,
    `echolog: Cannot record: ${path} is not a mount point (recording.require_mount); mount its disk, or change recording.require_mount\n`,
  );
  assertEquals(names(path), []);
  assertEquals(names(home.path), before);
});

Deno.test("require_mount: waits for a disk that is unmounted, creates nothing below it, and resumes", async () => {
  using home = tempFolder();
  const path = join(home.path, "recordings");
  const env = requiring(home.path);
  const first = await smallDisk(path, "size=20m");
  if (first === null) return;
  await using running = startEcholog(["record", "--device", "test"], {
    home: home.path,
    env,
  });
  const before = await onlySession(path);
  await before.waitForEvent("chunk_created", 1);
  // Its log stays readable through the file that is open.
  using log = await Deno.open(join(before.folder, "session.log"));
  await first[Symbol.asyncDispose]();
  await waitForText(log, "code=mount_missing");
  assertEquals(names(path), []);
  Deno.removeSync(path);
  await using second = await smallDisk(path, "size=20m");
  assert(second !== null);
  const session = await onlySession(path);
  assertEquals(basename(session.folder), basename(before.folder));
  await session.waitForEvent("chunk_created", 2);
  running.signal("SIGINT");
  const { code, stderr } = await running.finished;
  assertEquals(code, 0, stderr);
  assertEquals(gapCauses(session), ["mount_missing"]);
  await assertExplained(session, "disk unmounted");
});

Deno.test("require_mount: continues the session on the disk that returns, with its last chunk", async () => {
  using home = tempFolder();
  const path = join(home.path, "recordings");
  const disk = join(home.path, "disk");
  const env = requiring(home.path);
  await using kept = await smallDisk(disk, "size=20m");
  if (kept === null) return;
  const first = await bindDisk(disk, path);
  await using running = startEcholog(["record", "--device", "test"], {
    home: home.path,
    env,
  });
  const session = await onlySession(path);
  const onDisk = new SessionOnDisk(join(disk, basename(session.folder)));
  await session.waitForEvent("chunk_created", 1);
  await first[Symbol.asyncDispose]();
  await onDisk.waitFor(
    "mount_missing",
    () => onDisk.logText().includes("code=mount_missing") || null,
  );
  const status = await echolog(["status"], { home: home.path });
  assertMatch(status.stdout, /state: recovering/);
  await using _again = await bindDisk(disk, path);
  await session.waitFor("a third run", () => {
    const last = session.eventsOf("chunk_created").at(-1);
    return last !== undefined && last.run > 1 || null;
  });
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  assertEquals(session.files(".part"), []);
  const chunks = session.eventsOf("chunk_created");
  assertEquals(session.files(".flac"), chunks.map(({ file }) => file).sort());
  assertEquals(gapCauses(session), ["mount_missing"]);
  const verified = await echolog(["verify"], { home: home.path });
  assertEquals(verified.code, 0, verified.stdout);
});

Deno.test("require_mount: ends at once when it is stopped while the disk is away", async () => {
  using home = tempFolder();
  const path = join(home.path, "recordings");
  const env = requiring(home.path);
  const disk = await smallDisk(path, "size=20m");
  if (disk === null) return;
  await using running = startEcholog(["record", "--device", "test"], {
    home: home.path,
    env,
  });
  const { folder } = await onlySession(path);
  const session = new SessionOnDisk(folder);
  await session.waitForEvent("chunk_created", 1);
  using log = await Deno.open(join(folder, "session.log"));
  await disk[Symbol.asyncDispose]();
  await waitForText(log, "code=mount_missing");
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  const text = await waitForText(log, "session_stop");
  assertMatch(text, / gap .*cause=mount_missing/);
  assertEquals(names(path), []);
});

Deno.test("record: names the target of a dangling link in the output folder's place", async () => {
  using home = tempFolder();
  const link = join(home.path, "recordings");
  const target = join(home.path, "disk", "rec");
  Deno.symlinkSync(target, link);
  const found = `${link} is a link to ${target}, which does not exist`;
  const { code, stderr } = await echolog(
    ["record", "--device", "test", "--duration", "2s"],
    { home: home.path },
  );
  assertEquals(code, 73);
  assertEquals(
    stderr,
    `echolog: Cannot create the folder ${link}: ${found}; mount the disk of that folder, or create it, or choose another --output-dir\n`,
  );
  const doctor = await echolog(["doctor", "--device", "test"], {
    home: home.path,
  });
  assertEquals(doctor.code, 1);
  assert(doctor.stdout.includes(`failed   output   ${found}\n`));
  assert(doctor.stdout.includes("\nNext: mount the disk of that folder"));
  const sessions = await echolog(["sessions"], { home: home.path });
  assert(sessions.stderr.includes(`no session in ${link}: ${found}`));
  for (const command of ["explain", "verify", "logs"]) {
    const { code, stderr } = await echolog([command], { home: home.path });
    assertEquals(code, 2);
    assert(stderr.includes(found), stderr);
  }
  assert(!existsSync(join(home.path, "disk")));
});

/** Reads an open file until it has a text. */
async function waitForText(file: Deno.FsFile, text: string): Promise<string> {
  return await waitFor(text, () => {
    file.seekSync(0, Deno.SeekMode.Start);
    const bytes = new Uint8Array(file.statSync().size);
    file.readSync(bytes);
    const found = new TextDecoder().decode(bytes);
    return found.includes(text) ? found : null;
  });
}
