import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import { configured, gapsOf, startRecording } from "../faults/support.ts";
import { echolog } from "../support/echolog.ts";
import { runProgram } from "../support/program.ts";
import { tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";

/** Length of the source's audio, in seconds. */
const LENGTH = 8;
/** Number of runs that are waited for. */
const RUNS = 4;

const SETTINGS = `
[recording]
bit_depth = "16"
segment_duration = "3s"
`;

/** What a server has: the file to open, and ffmpeg's arguments that make it. */
interface Source {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
}

const SOURCES: readonly Source[] = [
  { name: "a file on a server", file: "show.mp3", args: ["-b:a", "64k"] },
  { name: "a wav file on a server", file: "show.wav", args: [] },
  {
    name: "a playlist with its end mark",
    file: "show.m3u8",
    args: ["-c:a", "aac", "-hls_time", "2", "-hls_list_size", "0"],
  },
];

/** Serves a folder until it is disposed of. */
function serve(folder: string): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const name = new URL(request.url).pathname.slice(1);
      return new Response(await Deno.readFile(join(folder, name)));
    },
  );
}

for (const { name, file, args } of SOURCES) {
  Deno.test(`${name}: its audio counts once, however often it is opened`, async () => {
    using home = tempFolder();
    const made = await runProgram("ffmpeg", [
      // Noise with a swell: no second is as loud as another.
      ...["-v", "error", "-f", "lavfi", "-i"],
      `anoisesrc=seed=7:duration=${LENGTH}:amplitude=0.4`,
      ...["-af", "tremolo=f=0.13:d=0.9", ...args, join(home.path, file)],
    ]);
    assertEquals(made.code, 0, made.stderr);
    await using server = serve(home.path);
    const url = `http://127.0.0.1:${server.addr.port}/${file}`;
    await using recording = await startRecording(
      home.path,
      ["--device", url],
      configured(home.path, SETTINGS),
    );
    const { running, session } = recording;
    await waitFor(
      "run",
      () => session.eventsOf("ffmpeg_stopped")[RUNS - 1] ?? null,
      { context: () => session.logText() },
    );
    running.signal("SIGINT");
    await running.finished;
    const log = session.logText();

    const repeats = session.eventsOf("warning");
    assertEquals(
      repeats.map(({ code }) => code),
      Array.from({ length: RUNS - 1 }, () => "audio_repeated"),
      log,
    );
    for (const { details } of repeats) {
      assertAlmostEquals(parseFloat(String(details?.overlap)), LENGTH, 0.2);
    }
    const stop = session.eventsOf("session_stop")[0];
    assertAlmostEquals(stop?.audio ?? 0, RUNS * LENGTH, 0.5, log);
    const gaps = gapsOf(session);
    assertEquals(gaps.map(({ cause }) => cause), ["source_ended"], log);
    const coverage = 100 * LENGTH / (LENGTH + (gaps[0]?.duration ?? 0));
    assertAlmostEquals(stop?.coverage ?? 0, coverage, 1, log);
    // Each wait is longer than the one before it.
    const waits = session.eventsOf("recovery").map(({ delay }) => delay);
    assertEquals(waits, [...new Set(waits)].toSorted((a, b) => a - b), log);

    const { stdout } = await echolog(["explain"], { home: home.path });
    const account = stdout.replaceAll(/\s+/g, " ");
    assertStringIncludes(account, ` recorded: ${LENGTH} s of audio in `);
    assertStringIncludes(account, "the source ended: its server closed");
    assertStringIncludes(
      account,
      `up to the end; ${RUNS - 1} restarts of ffmpeg gave no new audio`,
    );
    assert(!/fail/.test(account), account);
  });
}
