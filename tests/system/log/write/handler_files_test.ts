import { assert, assertEquals, assertMatch } from "@std/assert";
import { tempFolder } from "../../../support/temp.ts";
import { logNames } from "../../../support/handled_log.ts";
import { isSame, linesOf, OnDisk } from "../../../support/log_on_disk.ts";

Deno.test("SessionLogHandler: does not hang on a pipe in place of the log", {
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

Deno.test("SessionLogHandler: writes every line once, whole and in order after a full disk has room again", async () => {
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

Deno.test("SessionLogHandler: loses no line and reports once while permission for the folder is missing", async () => {
  const before = await commandBoundByPermissions();
  if (before === null) return;
  using folder = tempFolder();
  const root = new URL("../../../../", import.meta.url).pathname;
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
    console.log("skipped: this machine does not allow mounting a tmpfs");
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
