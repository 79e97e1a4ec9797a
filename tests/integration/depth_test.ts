import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { configured } from "../faults/support.ts";
import {
  addSink,
  decodeDeep,
  numberedBlocks,
  playRaw,
  probeDepth,
} from "../support/deep_sound.ts";
import {
  echolog,
  onlySession,
  type SessionOnDisk,
} from "../support/echolog.ts";
import { runProgram } from "../support/program.ts";
import { RATE, SoundServer } from "../support/sound_server.ts";
import { tempFolder } from "../support/temp.ts";
import { verified } from "../support/verified.ts";
import { waitFor } from "../support/wait.ts";

const STEREO = "front-left,front-right";

/** Records from a server for 3 s, into chunks of 1 s. */
async function recordDeep(
  server: SoundServer,
  home: string,
  ...options: string[]
): Promise<SessionOnDisk> {
  const { code, stderr } = await echolog([
    ...["record", "--device", "pulse:deep.monitor", ...options],
    ...["--duration", "3s", "--segment-duration", "1s"],
  ], { home, env: server.clientEnv });
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  return await onlySession(join(home, "recordings"));
}

function chunksOf(session: SessionOnDisk): string[] {
  return session.eventsOf("chunk_created")
    .map(({ file }) => join(session.folder, file));
}

const startOf = (session: SessionOnDisk) =>
  session.eventsOf("session_start")[0];

for (
  const { sink, format, depth, codec } of [
    { sink: "s32le", format: "flac", depth: 24, codec: "flac" },
    { sink: "s24le", format: "flac", depth: 24, codec: "flac" },
    { sink: "s32le", format: "wav", depth: 24, codec: "pcm_s24le" },
    { sink: "s24-32le", format: "wav", depth: 24, codec: "pcm_s24le" },
    { sink: "s32le", format: "wav", depth: 32, codec: "pcm_s32le" },
  ]
) {
  Deno.test(`record: keeps every bit of numbered 24-bit samples from a sound server of ${sink} in ${format} of ${depth} bits`, async () => {
    await using server = await SoundServer.start();
    using home = tempFolder();
    await addSink(server, "deep", { format: sink, channelMap: STEREO });
    const form = { format: "s32le", channelMap: STEREO };
    await using _player = playRaw(server, "deep", form, numberedBlocks());
    const session = await recordDeep(
      server,
      home.path,
      ...["--format", format, "--bit-depth", String(depth)],
    );
    const paths = chunksOf(session);
    assertEquals(paths.length, 3);
    for (const path of paths) assertEquals(await probeDepth(path), depth);
    const start = startOf(session);
    assertEquals([start?.bit_depth, start?.codec], [depth, codec]);

    const samples = await decodeDeep(paths);
    assertEquals(samples.length / 2, 3 * RATE);
    // Silence is what the player gave when the machine kept it waiting: it has
    // no number, and takes none away.
    let next = 0;
    let silent = 0;
    let wrong = 0;
    for (let index = 0; index < samples.length; index += 2) {
      const [left = 0, right = 0] = samples.subarray(index, index + 2);
      if (left === 0) silent++;
      else if (left !== -right) wrong++;
      else if (next !== 0 && left !== next << 8) wrong++;
      if (left !== 0) next = (left >> 8) + 1;
    }
    assert(silent < 2 * RATE, `${silent} silent samples`);
    assertEquals(wrong, 0);
    const { finished, report } = await verified(home.path, session.folder);
    assertEquals([finished.code, report.ok], [0, true], finished.stdout);
  });
}

Deno.test("record: takes 16 bits from a sound server unless more are asked for", async () => {
  await using server = await SoundServer.start();
  using home = tempFolder();
  await addSink(server, "deep", { format: "s32le", channelMap: STEREO });
  const session = await recordDeep(server, home.path);
  assertEquals(startOf(session)?.bit_depth, 16);
  for (const path of chunksOf(session)) {
    assertEquals(await probeDepth(path), 16);
  }
});

/** Arguments of ffmpeg that encode a file of each kind. */
const FILES = [
  { name: "lossy.mp3", args: ["-c:a", "libmp3lame"], depth: 16 },
  { name: "lossy.aac", args: ["-c:a", "aac"], depth: 16 },
  { name: "lossy.opus", args: ["-c:a", "libopus"], depth: 16 },
  { name: "whole.flac", args: ["-c:a", "flac"], depth: 16 },
  {
    name: "deep.flac",
    args: ["-c:a", "flac", "-sample_fmt", "s32", "-bits_per_raw_sample", "24"],
    depth: 24,
  },
  { name: "float.wav", args: ["-c:a", "pcm_f32le"], depth: 24 },
] as const;

for (const { name, args, depth } of FILES) {
  Deno.test(`record: stores ${name} over HTTP as flac of ${depth} bits, without a warning`, async () => {
    using home = tempFolder();
    const path = join(home.path, name);
    const made = await runProgram("ffmpeg", [
      ...["-v", "error", "-f", "lavfi", "-i", "sine=997:r=48000:d=8"],
      ...[...args, path],
    ]);
    assertEquals(made.code, 0, made.stderr);
    const body = Deno.readFileSync(path);
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      () => new Response(body),
    );
    const { code, stderr } = await echolog([
      ...["record", "--device", `http://127.0.0.1:${server.addr.port}/${name}`],
      ...["--duration", "2s", "--segment-duration", "1s"],
    ], { home: home.path });
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    const session = await onlySession(join(home.path, "recordings"));
    assertEquals(startOf(session)?.bit_depth, depth);
    for (const path of chunksOf(session)) {
      assertEquals(await probeDepth(path), depth);
    }
    assertEquals(
      session.logLines().filter((line) => /bits-per-sample/.test(line)),
      [],
    );
  });
}

Deno.test("record: stores a URL as 16 bits when the server does not answer at first", async () => {
  using home = tempFolder();
  // It accepts every connection and never answers.
  const connections: Deno.Conn[] = [];
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  void (async () => {
    for await (const connection of listener) connections.push(connection);
  })();
  const env = configured(home.path, '[recovery]\nstart_timeout = "1s"\n');
  const url = `http://127.0.0.1:${listener.addr.port}/radio`;
  const { code } = await echolog(["record", "--device", url], {
    home: home.path,
    env,
  });
  assertEquals(code, 1);
  const session = await onlySession(join(home.path, "recordings"));
  assertEquals(startOf(session)?.bit_depth, 16);
  await waitFor("two connections", () => connections.length > 1 ? true : null);
  for (const connection of connections) connection.close();
});

Deno.test("record: ignores the depth for opus and logs none", async () => {
  using home = tempFolder();
  const { code, stderr } = await echolog([
    ...["record", "--device", "test", "--duration", "2s"],
    ...["--format", "opus", "--bit-depth", "24"],
  ], { home: home.path });
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  const session = await onlySession(join(home.path, "recordings"));
  assertMatch(
    session.logLines()[0] ?? "",
    / bit_depth=null timezone=\S+ codec=libopus /,
  );
});

Deno.test("record: logs the depth, rate and channels that the user's arguments name", async () => {
  using home = tempFolder();
  const env = configured(
    home.path,
    '[ffmpeg]\noutput_args = ["-c:a", "pcm_s24le", "-ar", "16000", "-ac", "1"]\n',
  );
  const { code, stderr } = await echolog([
    ...["record", "--device", "test", "--duration", "2s", "--format", "wav"],
  ], { home: home.path, env });
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  const session = await onlySession(join(home.path, "recordings"));
  const start = startOf(session);
  assertEquals([start?.bit_depth, start?.codec], [24, "pcm_s24le"]);
  assertEquals([start?.sample_rate, start?.channels], [16_000, 1]);
  for (const path of chunksOf(session)) {
    assertEquals(await probeDepth(path), 24);
    // The fields of a WAV file's header: channels, then samples per second.
    const header = new DataView(Deno.readFileSync(path).buffer);
    assertEquals(header.getUint16(22, true), 1);
    assertEquals(header.getUint32(24, true), 16_000);
  }
});
