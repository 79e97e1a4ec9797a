import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { runProgram } from "../support/program.ts";
import { tempFolder } from "../support/temp.ts";
import { configured, gapsOf, startRecording } from "../faults/support.ts";
import { QUICK } from "./support.ts";

/** Settings with a short stall timeout. */
const IMPATIENT = `${QUICK}stall_timeout = "2s"\n`;
/** Number of segments, of one second each. */
const SEGMENTS = 12;
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
    const coverage = 100 * once / (once + gap.duration);
    assertAlmostEquals(stop?.coverage ?? 0, coverage, 0.1);
  });
}
