import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertMatch,
} from "@std/assert";
import { existsSync } from "@std/fs";
import { basename, join } from "@std/path";
import { echolog, onlySession } from "../support/echolog.ts";
import { tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";
import { gapsOf, startRecording } from "./support.ts";
import { assertExplained } from "./explained.ts";

Deno.test("recovery: recreates a deleted session folder and continues recording", async () => {
  using home = tempFolder();
  await using recording = await startRecording(home.path, ["--device", "test"]);
  const { running, session } = recording;
  await session.waitForEvent("chunk_created", 1);
  await waitFor("the deletion", () => deleted(session.folder));
  const again = await onlySession(join(home.path, "recordings"));
  await again.waitForEvent("chunk_created", 2);
  // The totals have the chunks of the first folder, and say where those went.
  const error = await waitFor(
    "what was lost",
    () =>
      again.eventsOf("error").find(({ code }) => code === "chunks_lost") ??
        null,
  );
  const lost = Number(error.details?.audio);
  assert(Number(error.details?.chunks) >= 1 && lost > 1, String(lost));
  const status = await echolog(["status"], { home: home.path });
  assertMatch(
    status.stdout,
    /^lost: \d+ chunks? of these, .* the folder that had/m,
  );
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  const list = await echolog(["sessions"], { home: home.path });
  assertMatch(list.stdout, /interrupted, [\d.]+ s lost with its folder/i);
  const json = await echolog(["sessions", "--json"], { home: home.path });
  const [listed] = JSON.parse(json.stdout);
  assertEquals(listed.lost_audio, lost);
  const kept = again.eventsOf("chunk_created")
    .reduce((sum, { duration }) => sum + duration, 0);
  assertAlmostEquals(listed.audio - lost, kept, 0.01);
  const explained = await echolog(["explain"], { home: home.path });
  assertMatch(
    explained.stdout,
    /folder was deleted or\s+moved; the chunks in it/,
  );
  const events = again.events();
  assertEquals(events[0]?.event, "log_rotated");
  const stop = events.at(-1);
  assert(stop?.event === "session_stop" && stop.reason === "interrupted");
  assertEquals(again.files(".part"), []);
  await assertExplained(again, "folder deleted");
});

Deno.test("recovery: gives up and reports it when the folder cannot be recreated", async () => {
  using home = tempFolder();
  await using recording = await startRecording(home.path, ["--device", "test"]);
  const { running, session } = recording;
  await session.waitForEvent("chunk_created", 1);
  const recordings = join(home.path, "recordings");
  const away = join(home.path, "away");
  Deno.renameSync(recordings, away);
  Deno.writeTextFileSync(recordings, "a file in the folder's place");
  const { code, stderr } = await running.finished;
  assertEquals(code, 1);
  assertMatch(stderr, /^echolog: Cannot write to the session's folder /m);
  // Its log is where its folder went.
  const log = join(away, basename(session.folder), "session.log");
  const lines = Deno.readTextFileSync(log).trimEnd().split("\n");
  assertMatch(lines.at(-1) ?? "", / session_stop reason=gave_up exit_code=1 /);
  assert(lines.some((line) => / ERROR .* code=folder_gone /.test(line)));
});

/** Deletes a folder as a whole; `null` when a file was made in it meanwhile. */
function deleted(folder: string): true | null {
  try {
    Deno.removeSync(folder, { recursive: true });
  } catch {
    if (existsSync(folder)) return null;
  }
  return true;
}

Deno.test("recovery: logs a gap with its cause when an open chunk is deleted", async () => {
  using home = tempFolder();
  await using recording = await startRecording(home.path, ["--device", "test"]);
  const { running, session } = recording;
  const open = join(session.folder, "chunk_00002.flac.part");
  await waitFor("the second chunk", () => existsSync(open) || null);
  Deno.removeSync(open);
  await session.waitForEvent("chunk_created", 2);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  const [gap, more] = gapsOf(session);
  assertEquals(more, undefined);
  const [first, next] = session.eventsOf("chunk_created");
  assertEquals(next?.file, "chunk_00003.flac");
  assertEquals(gap?.cause, "chunk_finalize_failed");
  assertAlmostEquals(gap?.start ?? 0, first?.end ?? NaN, 300);
  assertAlmostEquals(gap?.end ?? 0, next?.start ?? NaN, 300);
  const [stop] = session.eventsOf("session_stop");
  assert(stop !== undefined);
  const gaps = session.eventsOf("gap")
    .reduce((sum, { duration }) => sum + duration, 0);
  assertAlmostEquals(stop.gap_total, gaps, 0.001);
  // To start and to stop are no gaps, but they take a moment.
  assertAlmostEquals(stop.wall - stop.audio - stop.gap_total, 0.75, 1.25);
  const verified = await echolog(["verify", session.folder], {
    home: home.path,
  });
  assertEquals(verified.code, 0, verified.stdout);
  await assertExplained(session, "open chunk deleted");
});

Deno.test("recovery: continues recording when a chunk, the state file and the log are deleted", async () => {
  using home = tempFolder();
  await using recording = await startRecording(home.path, ["--device", "test"]);
  const { running, session } = recording;
  await session.waitForEvent("chunk_created", 1);
  for (const file of ["chunk_00001.flac", "session.json", "session.log"]) {
    Deno.removeSync(join(session.folder, file));
  }
  const again = await onlySession(join(home.path, "recordings"));
  await again.waitForEvent("chunk_created", 2);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  const events = again.events();
  assertEquals(events[0]?.event, "log_rotated");
  assert(events.at(-1)?.event === "session_stop");
  assertEquals(
    again.files(".flac"),
    again.eventsOf("chunk_created").map(({ file }) => file),
  );
  JSON.parse(Deno.readTextFileSync(join(session.folder, "session.json")));
  await assertExplained(session, "chunk, state and log deleted");
});
