import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { dirname, join } from "@std/path";
import { echolog, type SessionOnDisk } from "../support/echolog.ts";
import type { ChunkCreated } from "../../src/events.ts";
import { runProgram } from "../support/program.ts";
import { tempFolder } from "../support/temp.ts";
import { configured, gapsOf, startRecording } from "../faults/support.ts";
import { waitFor } from "../support/wait.ts";
import { BRIEF } from "./support.ts";

/** Settings with a short stall timeout. */
const IMPATIENT = `${BRIEF}stall_timeout = "2s"\n`;
/** Number of segments, of one second each. */
const SEGMENTS = 60;
/** How many of them there are at first. */
const FIRST = 4;

/** The container of the segments. */
type Kind = "mpegts" | "fmp4";
const SUFFIX = { mpegts: "ts", fmp4: "m4s" };

/** A playlist whose writer is away until a client begins it again. */
class Playlist implements AsyncDisposable {
  readonly #folder = tempFolder();
  readonly #served: string[] = [];
  readonly #kind: Kind;
  #listed = FIRST;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  private constructor(kind: Kind) {
    this.#kind = kind;
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#answer(new URL(request.url).pathname),
    );
  }

  /** Makes the segments and serves them. */
  static async open(kind: Kind): Promise<Playlist> {
    const playlist = new Playlist(kind);
    const { path } = playlist.#folder;
    const made = await runProgram("ffmpeg", [
      ...["-v", "error", "-f", "lavfi", "-i"],
      `sine=frequency=437:duration=${SEGMENTS}`,
      ...["-c:a", "aac", "-f", "hls", "-hls_time", "1"],
      ...["-hls_list_size", "0", "-hls_segment_type", kind],
      ...[
        "-hls_segment_filename",
        join(path, `%d.${SUFFIX[kind]}`),
        join(path, "all"),
      ],
    ]);
    assertEquals(made.code, 0, made.stderr);
    return playlist;
  }

  /** Address of the playlist. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/live.m3u8`;
  }

  async #answer(path: string): Promise<Response> {
    if (path === "/live.m3u8") return new Response(this.#list());
    const name = path.slice(1);
    this.#served.push(name);
    return new Response(await Deno.readFile(join(this.#folder.path, name)));
  }

  #list(): string {
    const suffix = SUFFIX[this.#kind];
    const last = `${FIRST - 1}.${suffix}`;
    const times = this.#served.filter((name) => name === last).length;
    if (times > 1) this.#listed = Math.min(SEGMENTS, this.#listed + 1);
    return [
      ...["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-TARGETDURATION:1"],
      "#EXT-X-MEDIA-SEQUENCE:0",
      ...(this.#kind === "fmp4" ? ['#EXT-X-MAP:URI="init.mp4"'] : []),
      ...Array.from(
        { length: this.#listed },
        (_, index) => `#EXTINF:1.0,\n${index}.${suffix}`,
      ),
    ].join("\n") + "\n";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
    this.#folder[Symbol.dispose]();
  }
}

/** Returns more chunks of the second run than can be repeated, or `null`. */
function repeatedChunks(session: SessionOnDisk): ChunkCreated[] | null {
  const chunks = session.eventsOf("chunk_created")
    .filter(({ run }) => run === 2);
  return chunks.length < 3 ? null : chunks;
}

/** Returns the coverage of a session that is being recorded, which all commands have. */
async function oneCoverage({ folder }: SessionOnDisk): Promise<number> {
  const home = dirname(dirname(folder));
  const ask = async (...args: string[]): Promise<number> => {
    const { code, stdout } = await echolog([...args, "--json"], { home });
    assertEquals(code, 0);
    const value = JSON.parse(stdout);
    const { coverage } = Array.isArray(value) ? value[0] : value;
    assert(typeof coverage === "number", stdout);
    return coverage;
  };
  // It grows from one command to the next.
  const first = await ask("status");
  const listed = await ask("sessions");
  const explained = await ask("explain");
  const last = await ask("status");
  const all = [first, listed, explained, last];
  assertEquals(all, all.toSorted((one, other) => one - other));
  return last;
}

// A quarter of a minute: a playlist counts as stalled after the length of what it
// sent at once, and is restarted.
for (const kind of ["mpegts", "fmp4"] as const) {
  Deno.test(`a playlist whose writer was away: its last segments count once, ${kind}`, async () => {
    using home = tempFolder();
    await using playlist = await Playlist.open(kind);
    await using recording = await startRecording(
      home.path,
      ["--device", playlist.url],
      configured(home.path, IMPATIENT),
    );
    const { running, session } = recording;
    await session.waitForEvent("gap");
    // Then the repeated segments are in finished chunks.
    await waitFor("chunks of the second run", () => repeatedChunks(session));
    const sofar = await oneCoverage(session);
    running.signal("SIGINT");
    await running.finished;
    const repeats = session.eventsOf("warning")
      .filter(({ code }) => code === "audio_repeated");
    assertEquals(repeats.length, 1, session.logText());
    const overlap = parseFloat(String(repeats[0]?.details?.overlap));
    // A client begins three segments before the end.
    assertAlmostEquals(overlap, 3, 0.15, session.logText());
    const gaps = gapsOf(session);
    assertEquals(gaps.map(({ cause }) => cause), ["stall"], session.logText());
    const [gap] = gaps;
    assert(gap !== undefined);
    const chunks = session.eventsOf("chunk_created");
    const before = chunks.filter(({ run }) => run === 1).at(-1)?.end;
    const after = chunks.find(({ run }) => run === 2)?.start;
    // Times of the log have whole milliseconds.
    assertAlmostEquals(gap.start, before ?? 0, 2);
    assertAlmostEquals(gap.end, after ?? 0, 2);
    const stop = session.eventsOf("session_stop")[0];
    const once = (stop?.audio ?? 0) - overlap;
    const share = (audio: number) => 100 * audio / (audio + gap.duration);
    assertAlmostEquals(stop?.coverage ?? 0, share(once), 0.1);
    // While recording, the next segment counts before it has come.
    assert(sofar <= share(once + 1.5), `${sofar}, then ${share(once)}`);
  });
}
