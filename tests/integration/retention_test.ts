import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import {
  deletedLine,
  intentLine,
  readChunkIndex,
} from "../../src/sessions/chunks/chunk_index.ts";
import { exists } from "../../src/platform/fs.ts";
import { RetentionLock } from "../../src/retention/lock.ts";
import {
  echolog,
  echologCommand,
  onlySession,
  startEcholog,
} from "../support/echolog.ts";
import { gapsOf } from "../faults/support.ts";
import { faultsIn } from "../support/json_schema.ts";
import { wasBusy } from "../support/load.ts";
import { type TempFolder, tempFolder } from "../support/temp.ts";

/** A home folder whose recordings of noise are limited to some seconds. */
function limited(maxBytes: number): TempFolder {
  const home = tempFolder();
  Deno.writeTextFileSync(
    join(home.path, "echolog.conf"),
    `[recording]
device = "lavfi:anoisesrc=r=48000:a=0.3"
format = "wav"
channels = 1
bit_depth = "16"
segment_duration = "1s"
[retention]
max_bytes = ${maxBytes}
min_age = "0s"
`,
  );
  return home;
}

function run(home: TempFolder, ...args: readonly string[]) {
  return echolog([...args, "--config", join(home.path, "echolog.conf")], {
    home: home.path,
  });
}

/** Bytes of a chunk of a second. */
const CHUNK = 96_044;

Deno.test("retention: a recording keeps what max_bytes holds, and all commands say so", async () => {
  // A machine that is so busy that twice as much is there before the first look
  // would be asked to delete more than half of it.
  using home = limited(8.5 * CHUNK);
  const config = join(home.path, "echolog.conf");
  await using running = startEcholog(
    ["record", "--session-id", "night", "--config", config],
    { home: home.path },
  );
  const session = await onlySession(join(home.path, "recordings"));
  const { folder } = session;
  await session.waitForEvent("chunk_deleted", 4);
  const status = await echolog(["status"], { home: home.path });
  assertMatch(
    status.stdout,
    /^kept: \d+ s; audio until .* UTC was deleted by retention$/m,
  );
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);

  const created = session.eventsOf("chunk_created");
  const deleted = session.eventsOf("chunk_deleted");
  // The oldest went, in their order, and the last line is the last.
  assertEquals(
    deleted.map(({ seq }) => seq),
    deleted.map((_, index) => index + 1),
  );
  assert(
    deleted.every(({ rule, session_id }) =>
      rule === "max_bytes" && session_id === "night"
    ),
  );
  assertEquals(session.events().at(-1)?.event, "session_stop");
  const left = [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) => name.startsWith("chunk_")).sort();
  assertEquals(
    left,
    created.slice(deleted.length).map(({ file }) => file),
  );
  // The bound holds to one chunk, or where a look takes longer than a chunk, to
  // those that came meanwhile.
  const kept = created.slice(deleted.length)
    .reduce((sum, { size }) => sum + size, 0);
  assert(kept < 9.5 * CHUNK || wasBusy() && kept < 11.5 * CHUNK, `${kept}`);

  const verified = await run(home, "verify", "night", "--json");
  assertEquals(verified.code, 0, verified.stdout);
  const report = JSON.parse(verified.stdout);
  assertEquals(report.deleted_chunks, deleted.length);
  assertEquals(report.chunks, left.length);
  assertEquals(faultsIn(report, "verify"), []);
  const explained = await run(home, "explain", "night");
  // A busy machine is slow to start, which is a gap.
  assertEquals(gapsOf(session), []);
  const isWhole = session.eventsOf("gap").length === 0;
  assertMatch(
    explained.stdout.replaceAll(/\s+/g, " "),
    new RegExp(
      `of this audio, in \\d+ chunks, was deleted by retention, up to \\S+ \\S+\\. ${
        isWhole ? "No audio" : "Audio"
      } is missing`,
    ),
  );
  assertMatch(explained.stdout, /^ *·*░+█/m);
  const listed = await run(home, "sessions");
  assertMatch(listed.stdout, /interrupted, deleted until .*$/m);
  const repaired = await run(home, "repair", "night");
  assertEquals(/missing/.test(repaired.stdout + repaired.stderr), false);
});

Deno.test("prune, keep: delete by hand, protect, and say what would go", async () => {
  using home = limited(1_000_000_000);
  for (const id of ["one", "two"]) {
    const { code, stderr } = await run(
      home,
      ...["record", "--session-id", id, "--duration", "3.5s"],
    );
    assertEquals([code, stderr], [0, ""]);
  }
  const config = join(home.path, "echolog.conf");
  // A recording that began late has less audio.
  const bytes = ["one", "two"]
    .flatMap((id) => [
      ...readChunkIndex(join(home.path, "recordings", id)).made.values(),
    ]).reduce((sum, { size }) => sum + size, 0);
  const limit = String(bytes - 1);
  const nothing = await run(home, "prune");
  assertEquals([nothing.code, nothing.stdout], [
    0,
    "Nothing is to be deleted.\n",
  ]);
  Deno.writeTextFileSync(
    config,
    Deno.readTextFileSync(config).replace("1000000000", limit),
  );
  const trial = await run(home, "prune", "--dry-run", "--json");
  assertEquals(trial.code, 0, trial.stderr);
  const planned = JSON.parse(trial.stdout);
  assertEquals(faultsIn(planned, "prune"), []);
  const [first] = planned.chunk_list;
  assertEquals([first.session_id, first.seq], ["one", 1]);
  assertEquals((await run(home, "keep", "one")).code, 0);
  const list = await run(home, "sessions");
  assertMatch(list.stdout, /^one .*, kept$/m);
  assertEquals(/^two .*kept/m.test(list.stdout), false);
  const kept = await run(home, "prune", "--dry-run");
  assertMatch(kept.stdout, /^two +chunk_00001\.wav .* max_bytes$/m);
  assertEquals((await run(home, "keep", "--off", "one")).code, 0);

  const pruned = await run(home, "prune");
  assertEquals(pruned.code, 0, pruned.stderr);
  assertMatch(pruned.stdout, /^one +chunk_00001\.wav .* max_bytes$/m);
  assertMatch(pruned.stdout, /^\d chunks? deleted: .* of audio, .*\.$/m);
  const { deletions } = readChunkIndex(join(home.path, "recordings", "one"));
  assertEquals(deletions.size, planned.chunks);
  assertEquals((await run(home, "verify", "one")).code, 0);

  Deno.writeTextFileSync(
    config,
    Deno.readTextFileSync(config).replace(limit, "1"),
  );
  const much = await run(home, "prune");
  assertEquals(much.code, 1);
  assertMatch(
    much.stderr,
    /^echolog: The rules would delete \d of \d chunks, more than half; see what with echolog prune --dry-run, then use --force\n$/,
  );
  assertEquals((await run(home, "prune", "--force")).code, 0);
  const empty = await run(home, "verify", "one");
  assertEquals(empty.code, 0, empty.stdout);
});

Deno.test("verify: a chunk that retention deletes while it is decoded is no fault", async () => {
  using home = limited(1_000_000_000);
  const args = ["record", "--session-id", "one", "--duration", "2.5s"];
  assertEquals((await run(home, ...args)).code, 0);
  const folder = join(home.path, "recordings", "one");
  const [first] = readChunkIndex(folder).made.values();
  assert(first !== undefined);
  const deletion = { ...first, rule: "max_age", isDone: true } as const;
  const lines = join(home.path, "lines");
  Deno.writeTextFileSync(
    lines,
    intentLine(deletion) + deletedLine(deletion, first.end),
  );
  // It is in the place of another process that deletes at this very moment.
  const ffmpeg = join(home.path, "ffmpeg");
  const chunk = join(folder, first.file);
  Deno.writeTextFileSync(
    ffmpeg,
    `#!/bin/sh
case "$*" in *-xerror*)
  [ ! -e ${chunk} ] || cat ${lines} >>${folder}/chunks.jsonl
  rm -f ${chunk} ;;
esac
exec ffmpeg "$@"
`,
    { mode: 0o755 },
  );
  const config = join(home.path, "echolog.conf");
  Deno.writeTextFileSync(
    config,
    `${Deno.readTextFileSync(config)}[ffmpeg]\npath = "${ffmpeg}"\n`,
  );
  const { code, stdout } = await run(home, "verify", "one");
  assertEquals([code, exists(chunk)], [0, false], stdout);
  assertMatch(stdout, /deleted by retention/);
});

Deno.test("keep: says that it waits for a process that deletes", async () => {
  using home = limited(1_000_000_000);
  const args = ["record", "--session-id", "one", "--duration", "1.5s"];
  assertEquals((await run(home, ...args)).code, 0);
  const lock = await RetentionLock.take(join(home.path, "recordings"));
  const [program, ...before] = echologCommand();
  const child = new Deno.Command(program, {
    args: [...before, "keep", "one"],
    env: { HOME: home.path },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const reader = child.stderr.getReader();
  const { value } = await reader.read();
  // The lock is not given back before it says so.
  assertMatch(
    new TextDecoder().decode(value),
    /^echolog: Waiting for another process that deletes in .*\/recordings\n$/,
  );
  lock[Symbol.dispose]();
  assertEquals(
    await new Response(child.stdout).text(),
    "one is kept: retention deletes nothing of it.\n",
  );
  assertEquals((await child.status).code, 0);
  await reader.cancel();
});

Deno.test("prune, keep: bad input gets one line and exit 2", async () => {
  using home = tempFolder();
  for (
    const [args, message] of [
      [
        ["prune"],
        /^echolog: No rule of retention is set; set retention\.max_age/,
      ],
      [["keep"], /^echolog: Name the session to keep; /],
      [["keep", "none"], /^echolog: .*none/],
    ] as const
  ) {
    const { code, stderr } = await echolog([...args], { home: home.path });
    assertEquals(code, 2, args.join(" "));
    assertMatch(stderr, message);
    assertEquals(stderr.trim().split("\n").length, 1);
  }
});
