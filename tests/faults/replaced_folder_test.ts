/**
 * The folder of a session that is replaced by something else while it is
 * recorded.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { echolog, onlySession, SessionOnDisk } from "../support/echolog.ts";
import { passesFlacTest } from "../support/sound_server.ts";
import { tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";
import { startRecording } from "./support.ts";

/** What may be put in the place of a session's folder. */
const IN_PLACE: Readonly<Record<string, (path: string, trap: string) => void>> =
  {
    "a link": (path, trap) => Deno.symlinkSync(trap, path),
    "another user's folder": (path) => {
      Deno.mkdirSync(path, { mode: 0o777 });
      Deno.chownSync(path, SOMEBODY, SOMEBODY);
    },
  };

/** A user that has no name here. */
const SOMEBODY = 61_234;

for (const [name, put] of Object.entries(IN_PLACE)) {
  Deno.test(`record: a folder replaced by ${name} ends the session, and gets nothing`, async () => {
    if (name !== "a link" && Deno.uid() !== 0) {
      return console.log("not run: only root can give folders away");
    }
    using home = tempFolder();
    const trap = join(home.path, "trap");
    Deno.mkdirSync(trap);
    await using recording = await startRecording(home.path, [
      ...["--device", "test"],
    ]);
    const { running, session: { folder }, session } = recording;
    await session.waitForEvent("chunk_created", 1);
    const moved = join(home.path, "moved");
    Deno.renameSync(folder, moved);
    put(folder, trap);
    const { code, stderr } = await running.finished;
    assertEquals(code, 1, stderr);
    assertMatch(stderr, /^echolog: Cannot write to the session's folder /m);
    for (const place of [trap, folder]) {
      assertEquals([...Deno.readDirSync(place)], [], place);
    }
    // All that was recorded is where the folder went.
    const kept = new SessionOnDisk(moved);
    assert(kept.eventsOf("error").some(({ code }) => code === "folder_gone"));
    const [stop] = kept.eventsOf("session_stop");
    assertEquals(stop?.reason, "gave_up");
    const chunks = kept.files("").filter((file) => file.startsWith("chunk_"));
    assert(chunks.length >= 2, chunks.join());
    for (const file of kept.files(".flac")) {
      assert(await passesFlacTest(join(moved, file)), file);
    }
    const repaired = await echolog(["repair", moved, "--force"], {
      home: home.path,
    });
    assertEquals(repaired.code, 0, repaired.stderr);
    assertEquals(kept.files(".part"), []);
  });
}

Deno.test("record: files that are named from the current folder are found there", async () => {
  using home = tempFolder();
  const place = join(home.path, "it's here, [1]:");
  Deno.mkdirSync(place);
  const made = await new Deno.Command("ffmpeg", {
    args: ["-v", "error", "-f", "lavfi", "-i", "sine=d=3", "tone.wav"],
    cwd: place,
  }).output();
  assert(made.success);
  const { code, stderr } = await echolog([
    ...["record", "--device", "lavfi:amovie=tone.wav", "--duration", "2s"],
    ...["--ffmpeg", "./ffmpeg"],
  ], { home: home.path, cwd: await withFfmpeg(place) });
  assertEquals(code, 0, stderr);
  const session = await onlySession(join(home.path, "recordings"));
  assertEquals(session.files(".flac"), ["chunk_00001.flac"]);
});

/** Puts a program that runs ffmpeg into a folder. */
async function withFfmpeg(folder: string): Promise<string> {
  await Deno.writeTextFile(
    join(folder, "ffmpeg"),
    '#!/bin/sh\nexec ffmpeg "$@"\n',
    { mode: 0o755 },
  );
  return folder;
}

Deno.test("record: an ffmpeg that was started elsewhere is killed before it writes", async () => {
  using home = tempFolder();
  const trap = join(home.path, "trap");
  Deno.mkdirSync(trap);
  // Its folder is another one, as if the path had led there for a moment.
  const ffmpeg = join(home.path, "ffmpeg");
  Deno.writeTextFileSync(
    ffmpeg,
    `#!/bin/sh
[ "$1" = -version ] && exec ffmpeg -version
cd '${trap}'
echo > '${home.path}/started'
read -r line
touch written
`,
    { mode: 0o755 },
  );
  await using recording = await startRecording(
    home.path,
    ["--device", "test", "--ffmpeg", ffmpeg],
    {},
    "recovery",
  );
  const { session, running } = recording;
  await waitFor("a run", () => session.eventsOf("recovery").length > 1 || null);
  const [recovery] = session.eventsOf("recovery");
  assertEquals(recovery?.cause, "folder_gone");
  running.signal("SIGTERM");
  await running.finished;
  assertEquals([...Deno.readDirSync(trap)], []);
});
