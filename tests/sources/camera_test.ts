import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { findServer, PYTHON } from "../../scripts/sources_table/stacks/rtsp.ts";
import {
  accepts,
  freePort,
  NotRun,
} from "../../scripts/sources_table/stacks/processes.ts";
import { configured, startRecording } from "../faults/support.ts";
import { probeDuration } from "../support/sound_server.ts";
import { tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";
import { BRIEF, recordSource } from "./support.ts";

const SERVER = fromFileUrl(new URL("camera.py", import.meta.url));
/** Over UDP, a camera that is gone is only a stream that is silent. */
const BY_TCP = '[ffmpeg]\ninput_args = ["-rtsp_transport", "tcp"]\n';

/** A running camera. */
interface Camera extends AsyncDisposable {
  readonly url: string;
  /** It is set up again, with another rate. */
  setUpAgain(): void;
}

/** Starts a camera; `null`, with the reason printed, where it cannot run. */
async function startCamera(): Promise<Camera | null> {
  try {
    await findServer();
  } catch (error) {
    if (!(error instanceof NotRun)) throw error;
    console.log(`not run: ${error.message}`);
    return null;
  }
  const port = freePort();
  const child = new Deno.Command(PYTHON, {
    args: [SERVER, String(port)],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const end = async () => {
    child.kill("SIGKILL");
    await child.status;
  };
  try {
    await waitFor("the camera", () => accepts(port));
  } catch (error) {
    await end();
    throw error;
  }
  return {
    url: `rtsp://127.0.0.1:${port}`,
    setUpAgain: () => child.kill("SIGUSR1"),
    [Symbol.asyncDispose]: end,
  };
}

Deno.test("a camera that is set up again: the log has both formats, and each chunk its length", async () => {
  await using camera = await startCamera();
  if (camera === null) return;
  using home = tempFolder();
  await using recording = await startRecording(
    home.path,
    ["--device", `${camera.url}/again`],
    configured(home.path, `${BRIEF}${BY_TCP}`),
  );
  const { running, session } = recording;
  await session.waitForEvent("chunk_created");
  camera.setUpAgain();
  await session.waitFor("a chunk of the new format", () => {
    const runs = session.eventsOf("chunk_created").map(({ run }) => run);
    return Math.max(...runs) > 1 || null;
  });
  running.signal("SIGINT");
  assertEquals((await running.finished).code, 0);
  const log = session.logText();
  const changes = session.eventsOf("warning")
    .filter(({ code }) => code === "format_changed")
    .map(({ message }) => message);
  assertEquals(changes, [
    "The source changed its format from pcm_s16be, 48000 Hz, stereo to pcm_s16be, 16000 Hz, mono",
  ], log);
  const chunks = session.eventsOf("chunk_created");
  for (const { file, duration, start, end } of chunks) {
    const length = await probeDuration(join(session.folder, file));
    assertAlmostEquals(length, duration, 0.001, log);
    // Other tests may hold up the camera.
    assertAlmostEquals((end - start) / 1000, duration, 0.5, log);
  }
  const codes = session.eventsOf("warning").map(({ code }) => code);
  assert(!codes.includes("stall"), log);
});

for (
  const { stream, peak } of [{ stream: 0, peak: -26 }, { stream: 1, peak: -6 }]
) {
  Deno.test(`a camera with two audio streams: recording.stream = ${stream} records that one`, async () => {
    await using camera = await startCamera();
    if (camera === null) return;
    using home = tempFolder();
    const { session, code } = await recordSource(
      home.path,
      `${camera.url}/two`,
      ["--duration", "5s"],
      `${
        BRIEF.replace("[recording]", `[recording]\nstream = ${stream}`)
      }${BY_TCP}`,
    );
    assertEquals(code, 0, session.logText());
    const peaks = session.eventsOf("chunk_created")
      .flatMap(({ peak_dbfs }) => peak_dbfs ?? []);
    assert(peaks.length > 0, session.logText());
    for (const each of peaks) assertAlmostEquals(each, peak, 1);
  });
}
