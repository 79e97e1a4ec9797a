import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { EchologError } from "../../../src/errors.ts";
import { writeFile } from "../../../src/export/audio/write_file.ts";
import { writeExport } from "../../../src/export/export.ts";
import { planRange } from "../../../src/export/export.ts";
import { BEGIN, recordedIn } from "../../support/export_cases.ts";
import { decodeFile } from "../../support/exported.ts";
import { makeNumberedSession } from "../../support/numbered_session.ts";
import { tempFolder } from "../../support/temp.ts";

const OPTIONS = {
  ...{ format: "wav", form: "s16le", sampleRate: 8_000, tags: {} } as const,
  ...{ replaces: false, ffmpeg: "ffmpeg" },
  signal: new AbortController().signal,
};

function input(bytes = new Uint8Array(1_600)) {
  return {
    args: ["-f", "s16le", "-ar", "8000", "-ac", "1"],
    filter: null,
    bytes: (async function* () {
      yield await Promise.resolve(bytes);
    })(),
  };
}

const filesIn = (path: string) =>
  [...Deno.readDirSync(path)].map(({ name }) => name);

Deno.test("writeFile: leaves nothing of a file that is not as it should be", async () => {
  using folder = tempFolder();
  const path = join(folder.path, "x.wav");
  const isRight = () => Promise.resolve(false);
  const refused = await writeFile(input(), { ...OPTIONS, path, isRight });
  assertEquals([refused, filesIn(folder.path)], [null, []]);
  const size = await writeFile(input(), { ...OPTIONS, path });
  assertEquals([size, filesIn(folder.path)], [Deno.statSync(path).size, [
    "x.wav",
  ]]);
  await assertRejects(
    () => writeFile(input(), { ...OPTIONS, path }),
    EchologError,
    "There is a file",
  );
  assertEquals(filesIn(folder.path), ["x.wav"]);
});

Deno.test("writeFile: names what is wrong with a place, and with ffmpeg's work", async () => {
  using folder = tempFolder();
  const cases = [
    [join(folder.path, "none", "x.wav"), "Cannot write"],
    [join(folder.path, `${"x".repeat(300)}.wav`), "Cannot "],
    [folder.path, "is not a file"],
  ] as const;
  for (const [path, message] of cases) {
    await assertRejects(
      () => writeFile(input(), { ...OPTIONS, path }),
      EchologError,
      message,
    );
  }
  const path = join(folder.path, "x.wav");
  const wrong = { ...input(), args: ["-f", "nonsense"] };
  await assertRejects(
    () => writeFile(wrong, { ...OPTIONS, path }),
    EchologError,
    `Cannot write ${path}: `,
  );
  assertEquals(filesIn(folder.path), []);
});

for (const format of ["wav", "opus", "mp3"] as const) {
  Deno.test(`writeExport: decodes ${format} chunks of two runs, with the gap between them`, async () => {
    using folder = tempFolder();
    const { folder: path } = await makeNumberedSession(folder.path, {
      ...{ id: "s", start: BEGIN, format, sampleRate: 48_000, channels: 1 },
      ...{ bitDepth: format === "wav" ? 24 : 16, chunk: 1 },
      runs: [{ at: 0, length: 2.4 }, { at: 3, length: 1.2 }],
    });
    const session = await recordedIn(path);
    const sessions = [session];
    const plan = planRange({
      ...{ sessions, from: null, to: null, fillsGaps: true, now: Date.now() },
    });
    const file = join(folder.path, "x.flac");
    const { damages, bitDepth } = await writeExport(plan, sessions, {
      ...{ path: file, format: "flac", replaces: false, ffmpeg: "ffmpeg" },
      signal: OPTIONS.signal,
      onProgress: () => {},
    });
    assertEquals([damages, bitDepth], [[], format === "wav" ? 24 : 16]);
    const pcm = await decodeFile(file, "s16le");
    assertEquals(pcm.length / 2, plan.length);
    const silent = (from: number, to: number) =>
      pcm.subarray(from * 96_000, to * 96_000).every((byte) => byte === 0);
    assertEquals(
      [silent(0.5, 1), silent(2.5, 2.95), silent(3.2, 3.9)],
      [false, true, false],
    );
  });
}

Deno.test("writeExport: reports no more progress than there is, also when a file is made again", async () => {
  using folder = tempFolder();
  const { folder: path } = await makeNumberedSession(folder.path, {
    ...{ id: "s", start: BEGIN, format: "flac", sampleRate: 48_000 },
    ...{ channels: 1, bitDepth: 16, chunk: 1 },
    runs: [{ at: 0, length: 6 }],
  });
  const session = await recordedIn(path);
  const sessions = [session];
  const plan = planRange({
    ...{ sessions, from: null, to: null, fillsGaps: true, now: Date.now() },
  });
  // One stream cannot be read, nor three chunks at once.
  Deno.truncateSync(join(path, "chunk_00003.flac"), 5_000);
  const reports: number[] = [];
  const { damages } = await writeExport(plan, sessions, {
    ...{ path: join(folder.path, "x.flac"), format: "flac" },
    ...{ replaces: false, ffmpeg: "ffmpeg", signal: OPTIONS.signal },
    onProgress: (done) => reports.push(done),
  });
  assertEquals(damages.map(({ paths }) => paths), [
    [join(path, "chunk_00003.flac")],
  ]);
  const restarts = reports.filter((done, index) =>
    done < (reports[index - 1] ?? 0)
  );
  assertEquals(restarts.length, 2);
  assertEquals([Math.max(...reports), reports.at(-1)], [6, 6]);
});
