import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { readChunkIndex } from "../../src/sessions/chunks/chunk_index.ts";
import {
  echolog,
  onlySession,
  type RunningEcholog,
  startEcholog,
} from "../support/echolog.ts";
import { newRandom } from "../support/random.ts";
import { type TempFolder, tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";

/** Minutes that two recorders run. */
const MINUTES = Number(Deno.env.get("ECHOLOG_TEST_MINUTES") ?? 10);
/** Bytes of a chunk of a second. */
const CHUNK = 96_044;
/** What the rule keeps: thirty chunks. */
const MAX_BYTES = 30 * CHUNK;
const RECORDERS = ["one", "two"];

function configure(home: TempFolder): void {
  Deno.writeTextFileSync(
    join(home.path, "echolog.conf"),
    `[recording]
format = "wav"
channels = 1
segment_duration = "1s"
[retention]
max_bytes = ${MAX_BYTES}
min_age = "0s"
`,
  );
}

/** All sessions: names and folders. */
function sessionsIn(home: TempFolder): { id: string; folder: string }[] {
  const out = join(home.path, "recordings");
  return [...Deno.readDirSync(out)].filter(({ isDirectory }) => isDirectory)
    .map(({ name: id }) => ({ id, folder: join(out, id) }));
}

function chunksIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) => /^chunk_\d+\.wav$/.test(name));
}

Deno.test(`retention: two recorders and prune, killed at random for ${MINUTES} minutes, lose nothing that is not known as deleted`, async () => {
  using home = tempFolder();
  configure(home);
  const random = newRandom();
  const config = join(home.path, "echolog.conf");
  const env = { ECHOLOG_CONFIG: config };
  const end = Date.now() + MINUTES * 60_000;
  const counts = { starts: 0, kills: 0, prunes: 0 };

  /** One recorder after the other, each killed or stopped after some seconds. */
  const record = async (name: string) => {
    const device = `lavfi:anoisesrc=r=48000:a=0.3:seed=${name.length}:d=999`;
    while (Date.now() < end) {
      const id = `${name}-${counts.starts++}`;
      await using running: RunningEcholog = startEcholog([
        ...["record", "--session-id", id, "--duration", "60s"],
        ...["--device", `${device}${name === "one" ? "" : "9"}`],
      ], { home: home.path, env });
      const limit = Date.now() + random.int(3_000, 40_000);
      await waitFor(
        "the end of this recorder",
        () => Date.now() > limit || Date.now() > end || null,
        { limit: 60_000 },
      );
      const isKilled = random.oneIn(2);
      counts.kills += isKilled ? 1 : 0;
      running.signal(isKilled ? "SIGKILL" : "SIGTERM");
      await running.finished;
    }
  };
  const prune = async () => {
    await onlySession(join(home.path, "recordings"));
    while (Date.now() < end) {
      await using running = startEcholog(["prune"], { home: home.path, env });
      counts.prunes++;
      if (random.oneIn(3)) running.signal("SIGKILL");
      await running.finished;
    }
  };
  await Promise.all([...RECORDERS.map(record), prune()]);
  console.log(JSON.stringify(counts));

  assertEquals((await echolog(["repair"], { home: home.path, env })).code, 0);
  assertEquals((await echolog(["prune"], { home: home.path, env })).code, 0);
  let bytes = 0;
  let deleted = 0;
  for (const { id, folder } of sessionsIn(home)) {
    const { made, deletions } = readChunkIndex(folder);
    const left = new Set(chunksIn(folder));
    for (const { file, seq, size } of made.values()) {
      assert(left.has(file) !== deletions.has(seq), `${id} ${file}`);
      if (left.has(file)) bytes += size;
    }
    deleted += deletions.size;
    const verified = await echolog(["verify", id], { home: home.path, env });
    assertEquals(verified.code, 0, `${id}\n${verified.stdout}`);
  }
  console.log(`${deleted} chunks deleted, ${bytes} bytes left`);
  assert(deleted > 10, `${deleted}`);
  assert(bytes <= MAX_BYTES, `${bytes}`);
});
