import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { configured } from "../faults/support.ts";
import { addSink, decodeDeep, playRaw } from "../support/deep_sound.ts";
import { echolog, onlySession } from "../support/echolog.ts";
import { runProgram } from "../support/program.ts";
import { decodeFiles, SoundServer } from "../support/sound_server.ts";
import { tempFolder } from "../support/temp.ts";
import { exists } from "../../src/platform/fs.ts";

const STEREO = "front-left,front-right";
const SURROUND = "front-left,front-right,rear-left,rear-right,front-center,lfe";

/** Blocks in which each channel has a value of its own: 1000, 2000 … */
function valuesByChannel(channelMap: string): () => Uint8Array<ArrayBuffer> {
  const count = channelMap.split(",").length;
  return () =>
    new Uint8Array(
      Int16Array.from(
        { length: count * 4_800 },
        (_, index) => 1_000 * (index % count + 1),
      ).buffer,
    );
}

/** The values in the chunks of the only session, without the silence before the player. */
async function valuesIn(home: string): Promise<number[]> {
  const session = await onlySession(join(home, "recordings"));
  assertEquals(session.eventsOf("session_start")[0]?.channels, 1);
  const files = session.eventsOf("chunk_created")
    .map(({ file }) => join(session.folder, file));
  const samples = await decodeDeep(files);
  return [...new Set(samples)].filter((value) => value !== 0)
    .map((value) => value >> 16);
}

for (
  const { channelMap, channel } of [
    { channelMap: SURROUND, channel: 3 },
    { channelMap: SURROUND, channel: 5 },
    { channelMap: STEREO, channel: 2 },
    { channelMap: "mono", channel: 1 },
  ]
) {
  Deno.test(`record: takes channel ${channel} of ${channelMap} alone from a sound server`, async () => {
    await using server = await SoundServer.start();
    using home = tempFolder();
    const form = { format: "s16le", channelMap };
    await addSink(server, "many", form);
    const values = valuesByChannel(channelMap);
    await using _player = playRaw(server, "many", form, values);
    const { code, stderr } = await echolog([
      ...["record", "--device", "pulse:many.monitor", "--duration", "2s"],
      ...["--channel", String(channel)],
    ], { home: home.path, env: server.clientEnv });
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    assertEquals(await valuesIn(home.path), [1_000 * channel]);
  });
}

Deno.test("record: refuses a channel that a source of a sound server does not have, or that would be mixed", async () => {
  await using server = await SoundServer.start();
  using home = tempFolder();
  const channelMap = "aux0,aux1,aux2,aux3";
  await addSink(server, "aux", { format: "s16le", channelMap });
  const run = async (device: string, channel: string) => {
    const { code, stdout, stderr } = await echolog(
      ["record", "--device", device, "--channel", channel],
      { home: home.path, env: server.clientEnv },
    );
    assertEquals(stdout, "");
    return [code, stderr];
  };
  assertEquals(await run("pulse:loop.monitor", "3"), [
    2,
    "echolog: Cannot record channel 3 of pulse:loop.monitor: it has 2 channels; set --channel 1 to 2\n",
  ]);
  const [code, stderr] = await run("pulse:aux.monitor", "2");
  assertEquals(code, 2);
  assertMatch(
    String(stderr),
    /^echolog: .*mixes or drops its channels.*hw:CARD=…\n$/,
  );
  const [missing, line] = await run("pulse:absent", "1");
  assertEquals(missing, 1);
  assertMatch(String(line), /^echolog: .*no source of that name; .*\n$/);
  assert(!exists(join(home.path, "recordings")));
});

/** Serves a WAV file whose channels have the values 1000, 2000 … */
function serveWave(home: string, channels: number) {
  const path = join(home, "wave.wav");
  const values = Array.from(
    { length: channels },
    (_, n) => `${(n + 1) * 1_000}/32768`,
  ).join("|");
  const made = new Deno.Command("ffmpeg", {
    args: [
      ...["-v", "error", "-f", "lavfi"],
      ...["-i", `aevalsrc=${values}:s=48000:d=6`, "-c:a", "pcm_s16le", path],
    ],
    stdin: "null",
  }).outputSync();
  assert(made.success);
  const body = Deno.readFileSync(path);
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response(body),
  );
  return Object.assign(server, {
    device: `http://127.0.0.1:${server.addr.port}/wave.wav`,
  });
}

Deno.test("record: takes one channel of a URL alone", async () => {
  using home = tempFolder();
  await using server = serveWave(home.path, 2);
  const { code, stderr } = await echolog([
    ...["record", "--device", server.device, "--duration", "2s"],
    ...["--channel", "2"],
  ], { home: home.path });
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  assertEquals(await valuesIn(home.path), [2_000]);
});

for (const source of ["test", "url"] as const) {
  Deno.test(`record: ends at once when ${source} does not have the channel`, async () => {
    using home = tempFolder();
    await using server = serveWave(home.path, 1);
    const device = source === "test" ? "test" : server.device;
    const { code, stderr } = await echolog(
      ["record", "--device", device, "--channel", "2"],
      { home: home.path },
    );
    assertEquals(code, 1);
    assertMatch(
      stderr,
      /^echolog: .*input channel .* not available.*; set --channel to one that it has, counted from 1; see .*\n$/,
    );
    const session = await onlySession(join(home.path, "recordings"));
    assertEquals(session.eventsOf("recovery"), []);
    assertEquals(session.files(".flac"), []);
    assertEquals(session.eventsOf("session_stop")[0]?.reason, "start_failed");
    const explained = await echolog(["explain"], { home: home.path });
    assertMatch(explained.stdout, /does not have the channel to record/);
  });
}

Deno.test("record: takes the audio stream that recording.stream counts", async () => {
  using home = tempFolder();
  const path = join(home.path, "two.mka");
  const made = await runProgram("ffmpeg", [
    ...["-v", "error", "-f", "lavfi", "-i", "anullsrc=r=48000:d=5"],
    ...["-f", "lavfi", "-i", "sine=r=48000:d=5", "-map", "0", "-map", "1"],
    ...["-c:a", "flac", path],
  ]);
  assertEquals(made.code, 0, made.stderr);
  for (const stream of [0, 1]) {
    const id = `stream-${stream}`;
    const env = configured(home.path, `[recording]\nstream = ${stream}\n`);
    const { code, stderr } = await echolog([
      ...["record", "--device", `file://${path}`, "--duration", "2s"],
      ...["--session-id", id],
    ], { home: home.path, env });
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    const file = join(home.path, "recordings", id, "chunk_00001.flac");
    const samples = await decodeFiles([file]);
    assertEquals(samples.some((value) => value !== 0), stream === 1, id);
  }
});

/** Records from a card that is given by its number, on a machine with that card. */
async function recordNumberedCard(home: string, config: string) {
  const cards = " 1 [Device         ]: USB-Audio - USB Audio Device";
  // Other files are as they are.
  Deno.writeTextFileSync(
    join(home, "cat"),
    `#!/bin/sh\ncase $* in\n*asound*) echo '${cards}' ;;\n*) exec /bin/cat "$@" ;;\nesac\n`,
    { mode: 0o700 },
  );
  const env = {
    ...configured(home, `${config}\n[recovery]\nstart_timeout = "1s"\n`),
    PATH: `${home}:${Deno.env.get("PATH")}`,
  };
  const args = ["record", "--device", "alsa:hw:1,0"];
  const { stderr } = await echolog(args, { home, env });
  const session = await onlySession(join(home, "recordings"));
  const messages = session.eventsOf("warning")
    .filter(({ code }) => code === "card_number")
    .map(({ message }) => message);
  return { stderr, messages };
}

Deno.test("record: warns in its log of a card that is given by its number, and not on the terminal", async () => {
  using home = tempFolder();
  const { stderr, messages } = await recordNumberedCard(home.path, "");
  assert(!stderr.includes("CARD="), stderr);
  assertEquals(messages, [
    "alsa:hw:1,0 is alsa:hw:CARD=Device,DEV=0 now; its number can change at boot",
  ]);
});

Deno.test("record: does not log the name of a numbered card when devices are redacted", async () => {
  using home = tempFolder();
  const config = "[logging]\nredact_device = true\n";
  const { messages } = await recordNumberedCard(home.path, config);
  assertEquals(messages, []);
});
