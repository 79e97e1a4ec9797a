/**
 * What every command says of an outage while it lasts.
 *
 * @module
 */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { SessionOnDisk } from "../support/echolog.ts";
import { HTTP_RATE, wavHeader } from "../support/http_source.ts";
import { delay } from "../support/pace.ts";
import { tempFolder } from "../support/temp.ts";
import { assertOneOutage, SAME_MS } from "./outage_moments.ts";
import { configured, startRecording } from "./support.ts";

/** Moments of each outage at which all are asked. */
const MOMENTS = 4;

const SETTINGS = `
[recording]
sample_rate = ${HTTP_RATE}
bit_depth = "16"
segment_duration = "1s"
[recovery]
stall_timeout = "2s"
backoff_max = "1s"
start_timeout = "120s"
`;

/** What the source does with a connection: audio, a held one, or an answer. */
type Mode = "audio" | "held" | 401 | 403 | 404 | 500 | 503 | "empty" | "html";

/** A radio station that can be switched. */
class Station implements AsyncDisposable {
  mode: Mode;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  #current = new AbortController();

  constructor(mode: Mode) {
    this.mode = mode;
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      () => this.#answer(),
    );
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/show`;
  }

  /** Ends what is being sent, and answers otherwise from now on. */
  switchTo(mode: Mode): void {
    this.mode = mode;
    this.#current.abort();
    this.#current = new AbortController();
  }

  #answer(): Response {
    if (typeof this.mode === "number") {
      return new Response(null, { status: this.mode });
    }
    if (this.mode === "empty") return new Response(null);
    if (this.mode === "html") {
      const headers = { "content-type": "text/html" };
      return new Response("<html><body>Log in</body></html>", { headers });
    }
    const headers = { "content-type": "audio/wav" };
    const body = ReadableStream.from(this.#audio(this.#current.signal));
    return new Response(body, { headers });
  }

  async *#audio(signal: AbortSignal): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    yield wavHeader();
    const begun = Date.now();
    for (let sent = 0; !signal.aborted; sent += 0.1) {
      if (this.mode === "audio") yield new Uint8Array(HTTP_RATE * 4 / 10);
      await delay(begun + 1000 * sent - Date.now(), signal);
      if (this.mode === "held") await delay(100, signal);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#current.abort();
    await this.#server.shutdown();
  }
}

/** A fault, and what is done about it at the end. */
interface Fault {
  readonly name: string;
  /** What the source does at first. */
  readonly first: Mode;
  /** Begins the outage. */
  begin(station: Station, session: SessionOnDisk): void;
}

const switched = (mode: Mode): Fault => ({
  name: `audio, then ${mode}`,
  first: "audio",
  begin: (station) => station.switchTo(mode),
});

const FAULTS: readonly Fault[] = [
  switched(404),
  switched(503),
  switched(401),
  switched(403),
  switched(500),
  switched("empty"),
  switched("html"),
  {
    name: "a source that falls silent",
    first: "audio",
    begin: (station) => station.mode = "held",
  },
  {
    name: "ffmpeg killed, and the source gone",
    first: "audio",
    begin(station, session) {
      station.mode = 404;
      const pid = session.eventsOf("ffmpeg_started").at(-1)?.pid ?? 0;
      try {
        Deno.kill(pid, "SIGKILL");
      } catch (error) {
        // It has just ended by itself, and the source is gone all the same.
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    },
  },
  { name: "a source that is missing from the start", first: 404, begin() {} },
];

async function checkOutage(fault: Fault): Promise<void> {
  // The log has the start of the session, the outage counts from that of ffmpeg.
  const same = fault.first === "audio" ? SAME_MS : 1_000;
  using home = tempFolder();
  await using station = new Station(fault.first);
  await using recording = await startRecording(
    home.path,
    ["--device", station.url],
    configured(home.path, SETTINGS),
    fault.first === "audio" ? "ffmpeg_started" : "recovery",
  );
  const { running, session } = recording;
  if (fault.first === "audio") await session.waitForEvent("chunk_created", 1);
  fault.begin(station, session);
  const sinces = new Set<number>();
  for (let moment = 0; moment < MOMENTS; moment++) {
    await session.waitForEvent("recovery", moment + 1);
    const name = `${fault.name}, moment ${moment}`;
    sinces.add((await assertOneOutage(session, name, same)).since);
  }
  // It counts from its beginning, however often ffmpeg is tried.
  assertEquals(sinces.size, 1);
  running.signal("SIGINT");
  await running.finished;
  // Ten recorders that start at once are slow.
  const gaps = session.eventsOf("gap")
    .filter(({ cause }) => cause !== "slow_start");
  assertEquals(gaps.length, 1, session.logText());
  assertAlmostEquals(gaps[0]?.start ?? 0, [...sinces][0] ?? 0, SAME_MS);
  await Deno.remove(join(home.path, "recordings"), { recursive: true });
}

// Half a minute: a source that falls silent is a stall after some seconds, four
// times.
Deno.test("an outage is one in all commands, at four moments of ten faults", async () => {
  await Promise.all(FAULTS.map(checkOutage));
});
