import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { run, session } from "../support/export_session.ts";
import { decodeFile } from "../support/exported.ts";
import { tempFolder } from "../support/temp.ts";

/** Decodes mp3 chunks as the one stream that their encoder wrote. */
async function decodeAsOne(paths: readonly string[]): Promise<Uint8Array> {
  const frames = paths.map((path) => {
    const bytes = Deno.readFileSync(path);
    return bytes.subarray(bytes.indexOf(0xff));
  });
  using folder = tempFolder();
  const path = join(folder.path, "whole.mp3");
  Deno.writeFileSync(
    path,
    Uint8Array.from(frames.flatMap((part) => [...part])),
  );
  return await decodeFile(path, "s16le");
}

Deno.test("export: of mp3 has what the encoder wrote, also at the seams, with all samples of the log", async () => {
  using home = tempFolder();
  const { folder, spans } = await session(home.path, {
    ...{ format: "mp3", runs: [{ at: 0, length: 5 }] },
  });
  const samples = spans.reduce((sum, span) => sum + span.samples, 0);
  for (const name of ["x.wav", "x.opus", "x.mp3"]) {
    const { code, stdout, stderr } = await run(
      home.path,
      ...["export", "-o", name, "--json"],
    );
    assertEquals(code, 0, stderr);
    assertEquals(JSON.parse(stdout).damage_list, []);
    assertEquals(JSON.parse(stdout).samples, samples);
  }
  const whole = await decodeFile(join(home.path, "work", "x.wav"), "s16le");
  const chunks = [1, 2, 3].map((seq) => join(folder, `chunk_0000${seq}.mp3`));
  const expected = await decodeAsOne(chunks);
  assertEquals(expected.length, samples * 4);
  assertEquals(whole, expected);

  // A range begins and ends where it should, within a chunk and at a seam.
  const second = spans[1]?.start ?? 0;
  const from = new Date(second - 500).toISOString();
  const { stdout } = await run(
    home.path,
    ...["export", "--from", from, "--for", "1s", "-o", "y.wav", "--json"],
  );
  assertEquals(JSON.parse(stdout).samples, 48_000);
  const part = await decodeFile(join(home.path, "work", "y.wav"), "s16le");
  const first = ((spans[0]?.samples ?? 0) - 24_000) * 4;
  // Times are in milliseconds.
  const near = [...Array(97).keys()].map((shift) => first + (shift - 48) * 4)
    .filter((at) => part.every((byte, index) => byte === expected[at + index]));
  assertEquals(near.length, 1);
});

Deno.test("export: a damaged mp3 chunk costs no audio of those beside it", async () => {
  using home = tempFolder();
  const { folder, spans } = await session(home.path, {
    ...{ format: "mp3", runs: [{ at: 0, length: 5 }] },
  });
  const two = join(folder, "chunk_00002.mp3");
  Deno.truncateSync(two, Deno.statSync(two).size - 4_000);
  const { code, stdout } = await run(
    home.path,
    ...["export", "-o", "x.wav", "--json"],
  );
  assertEquals(code, 0);
  const [damage, ...others] = JSON.parse(stdout).damage_list;
  assertEquals(others, []);
  assertEquals(damage.file_list, ["chunk_00002.mp3"]);
  const pcm = await decodeFile(join(home.path, "work", "x.wav"), "s16le");
  const samples = spans.reduce((sum, span) => sum + span.samples, 0);
  assertEquals(pcm.length, samples * 4);
  const last = spans[2]?.samples ?? 0;
  const alone = await decodeFile(join(folder, "chunk_00003.mp3"), "s16le");
  // Its first frame needs the one before it.
  const end = (last - 1_152) * 4;
  assertEquals(pcm.subarray(-end), alone.subarray(-end));
});
