import { assert, assertEquals } from "@std/assert";
import { echolog } from "../support/echolog.ts";
import { wavHeader } from "../support/http_source.ts";
import { tempFolder } from "../support/temp.ts";
import { gapsOf, startRecording } from "./support.ts";

/** Seconds of audio that the server sends at once to a new client, as Icecast does. */
const HELD = 8;
/** Bytes of a second: 8,000 samples of 16 bits. */
const SECOND = 16_000;

/** What was held, then 4 s at the speed of time; then the connection ends. */
function stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
  let timer: ReturnType<typeof setInterval>;
  return new ReadableStream({
    start(controller) {
      controller.enqueue(wavHeader({ channels: 1, rate: SECOND / 2 }));
      controller.enqueue(new Uint8Array(HELD * SECOND));
      let left = 40;
      timer = setInterval(() => {
        controller.enqueue(new Uint8Array(SECOND / 10));
        if (--left > 0) return;
        clearInterval(timer);
        controller.close();
      }, 100);
    },
    cancel: () => clearInterval(timer),
  });
}

Deno.test("recovery: logs no gap when a stream repeats audio after a reconnect", async () => {
  using home = tempFolder();
  const connected: number[] = [];
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => {
      connected.push(Date.now());
      return new Response(stream(), {
        headers: { "content-type": "audio/wav" },
      });
    },
  );
  await using recording = await startRecording(home.path, [
    "--device",
    `http://127.0.0.1:${server.addr.port}/radio`,
  ]);
  const { running, session } = recording;
  await session.waitForEvent("ffmpeg_started", 3);
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  assertEquals(gapsOf(session), [], session.logText());
  const chunks = session.eventsOf("chunk_created");
  // The first run begins with the oldest audio that it was sent, the second
  // one, which is sent some of it again, where the first one ended.
  const [first] = chunks;
  // The first connection only asks for the depth of the stream.
  const oldest = (connected[1] ?? 0) - 1_000 * HELD;
  const late = (first?.start ?? 0) - oldest;
  assert(late > -100 && late < 2_000, `${late} ms\n${session.logText()}`);
  for (const [index, chunk] of chunks.entries()) {
    const before = chunks[index - 1];
    // Times are rounded to milliseconds.
    assert(!before || chunk.start >= before.end - 1, session.logText());
  }
  assertEquals(chunks.some(({ run }) => run === 2), true);
  const verified = await echolog(["verify", "latest"], { home: home.path });
  assertEquals(verified.code, 0, verified.stdout);
});
