import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { echolog } from "../support/echolog.ts";
import { decodeFiles } from "../support/sound_server.ts";
import { tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";
import { ffmpegPid, startRecording, waitForGaps } from "./support.ts";

const MP3 = ["--device", "test", "--format", "mp3"];
const LONG_CHUNK = [...MP3, "--segment-duration", "1h"];

Deno.test("mp3: an ffmpeg that was killed loses only what its encoder holds", async () => {
  using home = tempFolder();
  await using recording = await startRecording(home.path, LONG_CHUNK);
  const { running, session } = recording;
  const part = join(session.folder, "chunk_00001.mp3.part");
  // Less than a second of audio; ffmpeg keeps two by itself.
  const size = await waitFor("audio in the file", () => {
    const { size } = Deno.statSync(part);
    return size > 10_000 ? size : null;
  });
  assert(size < 30_000, `${size} bytes came at once`);
  const killed = Date.now();
  Deno.kill(ffmpegPid(session), "SIGKILL");
  await waitForGaps(session, 1);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  const [gap] = session.eventsOf("gap");
  assertEquals(gap?.cause, "ffmpeg_killed");
  const lost = killed - (gap?.start ?? 0);
  assert(lost < 500, `${lost} ms before the kill are missing`);
  assertEquals((await echolog(["verify"], { home: home.path })).code, 0);
});

Deno.test("mp3: repair keeps the whole frames of an open chunk, also with a torn one and zeros behind them", async () => {
  for (const [what, length] of [["torn", 200], ["zeros", 50_000]] as const) {
    using home = tempFolder();
    await using recording = await startRecording(home.path, LONG_CHUNK);
    const { session } = recording;
    const part = await killWithAudio(recording, 10_000);
    const bytes = Deno.readFileSync(part);
    const tag = bytes.indexOf(0xff);
    const whole = Math.floor((bytes.length - tag) / 384);
    const end = tag + whole * 384;
    Deno.truncateSync(part, end);
    const junk = what === "torn"
      ? bytes.subarray(tag, tag + length)
      : new Uint8Array(length);
    Deno.writeFileSync(part, junk, { append: true });
    const { code, stderr } = await echolog(["repair"], { home: home.path });
    assertEquals(code, 0, stderr);
    const chunks = session.eventsOf("chunk_created");
    assertEquals(chunks.map(({ file, size }) => [file, size]), [
      ["chunk_00001.mp3", end],
    ], what);
    const path = join(session.folder, "chunk_00001.mp3");
    assertEquals((await decodeFiles([path])).length / 2, whole * 1_152);
    const verified = await echolog(["verify"], { home: home.path });
    assertEquals(verified.code, 0, verified.stdout);
    assertEquals(session.files(".part"), []);
  }
});

Deno.test("mp3: an open chunk without a whole frame is no chunk", async () => {
  using home = tempFolder();
  await using recording = await startRecording(home.path, LONG_CHUNK);
  const { session } = recording;
  const part = await killWithAudio(recording, 1_000);
  Deno.truncateSync(part, Deno.readFileSync(part).indexOf(0xff) + 100);
  assertEquals((await echolog(["repair"], { home: home.path })).code, 0);
  assertEquals(session.eventsOf("chunk_created"), []);
  assertEquals(session.eventsOf("error"), []);
  assertEquals(session.files(".part"), []);
});

/**
 * Kills the recorder and its ffmpeg as soon as the open chunk is longer than
 * some bytes, and returns the path of that chunk.
 */
async function killWithAudio(
  { running, session }: Awaited<ReturnType<typeof startRecording>>,
  bytes: number,
): Promise<string> {
  const part = join(session.folder, "chunk_00001.mp3.part");
  await waitFor(
    "audio in the file",
    () => Deno.statSync(part).size > bytes || null,
  );
  running.signal("SIGKILL");
  await running.finished;
  Deno.kill(ffmpegPid(session), "SIGKILL");
  return part;
}
