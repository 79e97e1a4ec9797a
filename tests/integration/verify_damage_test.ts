import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { SessionOnDisk } from "../support/echolog.ts";
import { type TempFolder, tempFolder } from "../support/temp.ts";
import { faultsOf, recordNoise, verified } from "../support/verified.ts";

const FORMATS = ["flac", "wav", "opus", "mp3"] as const;

/** A byte of the sample rate, or of the length of a tag, of which a decoder may say nothing. */
const HEADER_BYTES = { flac: 19, wav: 25, opus: 41, mp3: 9 };

/** A copy of a session to damage; file times are kept, as `cp -a` keeps them. */
async function copied(folder: string): Promise<TempFolder> {
  const copy = tempFolder();
  const { success } = await new Deno.Command("cp", {
    args: ["-a", `${folder}/.`, copy.path],
  }).output();
  assert(success);
  return copy;
}

/** Gives every chunk the time at which its audio ended: the recorder may have closed it later. */
function dateChunks(folder: string): void {
  const session = new SessionOnDisk(folder);
  for (const { file, end } of session.eventsOf("chunk_created")) {
    Deno.utimeSync(join(folder, file), new Date(end), new Date(end));
  }
}

function flipBit(path: string, position: number): void {
  const bytes = Deno.readFileSync(path);
  bytes[position] = (bytes[position] ?? 0) ^ 1;
  const { mtime, atime } = Deno.statSync(path);
  Deno.writeFileSync(path, bytes);
  Deno.utimeSync(path, atime ?? 0, mtime ?? 0);
}

function edit(path: string, from: RegExp, to: string): void {
  const text = Deno.readTextFileSync(path);
  assertMatch(text, from);
  Deno.writeTextFileSync(path, text.replace(from, to));
}

for (const format of FORMATS) {
  Deno.test(`verify: detects every kind of damage to ${format} sessions`, async () => {
    using home = tempFolder();
    const folder = await recordNoise(home.path, `damaged-${format}`, [
      "--format",
      format,
    ]);
    dateChunks(folder);
    const two = `chunk_00002.${format}`;
    const three = `chunk_00003.${format}`;
    const damages: [string, RegExp, (folder: string) => void][] = [
      [
        "a chunk deleted",
        new RegExp(`^${two}: it is missing`),
        (path) => Deno.removeSync(join(path, two)),
      ],
      [
        "a chunk left open by a session that has ended",
        /^chunk_00009\.\w+\.part could not be finished as a chunk, and is kept as it is/,
        (path) =>
          Deno.copyFileSync(
            join(path, two),
            join(path, `chunk_00009.${format}.part`),
          ),
      ],
      [
        "a chunk cut by one byte",
        new RegExp(`^${two}: its size is \\d+, but the log has \\d+`),
        (path) => {
          const { size } = Deno.statSync(join(path, two));
          Deno.truncateSync(join(path, two), size - 1);
        },
      ],
      [
        "two chunks swapped",
        new RegExp(
          `^(${two}|${three}): .*by its tags it is chunk [23] of session damaged-`,
        ),
        (path) => {
          Deno.renameSync(join(path, two), join(path, "x"));
          Deno.renameSync(join(path, three), join(path, two));
          Deno.renameSync(join(path, "x"), join(path, three));
        },
      ],
      [
        "a foreign file",
        /^holiday\.jpg does not belong to this session/,
        (path) => Deno.writeTextFileSync(join(path, "holiday.jpg"), ""),
      ],
      [
        "a copy of the log that is no part of it",
        /^session\.log\.20251125103000 does not belong to this session/,
        (path) =>
          Deno.copyFileSync(
            join(path, "session.log"),
            join(path, "session.log.20251125103000"),
          ),
      ],
      [
        "a foreign chunk",
        new RegExp(`^chunk_00009\\.${format}: no line of the log names it`),
        (path) =>
          Deno.copyFileSync(
            join(path, two),
            join(path, `chunk_00009.${format}`),
          ),
      ],
      [
        "an edited size",
        new RegExp(`^${two}: its size is \\d+, but the log has 12`),
        (path) =>
          edit(
            join(path, "session.log"),
            new RegExp(`(file=${two} .* size=)\\d+`),
            "$112 ",
          ),
      ],
      [
        "an edited length",
        new RegExp(
          `^${two}: it decodes to 1\\.200 s, but the log has 9\\.000 s`,
        ),
        (path) =>
          edit(
            join(path, "session.log"),
            new RegExp(`(file=${two} .* duration=)1\\.200s`),
            "$19.000s",
          ),
      ],
      [
        "a line of the log taken out",
        new RegExp(`^${two}: no line of the log names it`),
        (path) =>
          edit(
            join(path, "session.log"),
            new RegExp(`[^\\n]* chunk_created file=${two} [^\\n]*\\n`),
            "",
          ),
      ],
      [
        "a time of the log changed",
        /between chunk_00001\.\w+ and chunk_00002\.\w+ are neither audio nor a logged gap/,
        (path) => shift(join(path, "session.log"), two, 5_000),
      ],
      [
        "the end of the log cut off",
        /^the log has no end; echolog repair/,
        (path) =>
          edit(join(path, "session.log"), /[^\n]* session_stop [^\n]*\n$/, ""),
      ],
      [
        "the log deleted",
        /^session\.log is missing/,
        (path) => Deno.removeSync(join(path, "session.log")),
      ],
    ];
    damages.push([
      "one bit flipped in the header",
      new RegExp(`^${two}: its header is damaged: `),
      (path) => flipBit(join(path, two), HEADER_BYTES[format]),
    ]);
    if (format === "flac" || format === "opus") {
      damages.push([
        "one bit flipped in a frame",
        new RegExp(`^${two}: it does not decode: `),
        (path) =>
          flipBit(
            join(path, two),
            Math.floor(Deno.statSync(join(path, two)).size / 2),
          ),
      ]);
    }
    for (const [what, expected, damage] of damages) {
      using copy = await copied(folder);
      damage(copy.path);
      const { finished, report } = await verified(home.path, copy.path);
      const faults = faultsOf(report);
      assert(
        faults.some((fault) => expected.test(fault)),
        `${format}, ${what}: ${JSON.stringify(faults)}`,
      );
      assertEquals(finished.code, 1, `${format}, ${what}`);
    }
  });
}
/** Moves the times of a chunk's line, and of all after it, by some milliseconds. */
function shift(path: string, file: string, by: number): void {
  const lines = Deno.readTextFileSync(path).split("\n");
  const from = lines.findIndex((line) => line.includes(`file=${file} `));
  const moved = lines.map((line, index) =>
    index < from || !line.includes(" chunk_created ") ? line : line.replace(
      / (start|end)=(\S+)/g,
      (_, key, time) =>
        ` ${key}=${new Date(Date.parse(time) + by).toISOString()}`,
    )
  );
  Deno.writeTextFileSync(path, moved.join("\n"));
}
