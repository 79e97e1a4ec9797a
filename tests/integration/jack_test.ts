import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { decodeDeep, probeDepth } from "../support/deep_sound.ts";
import {
  onlySession,
  type SessionOnDisk,
  startEcholog,
} from "../support/echolog.ts";
import { runProgram } from "../support/program.ts";
import { tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";

/** A JACK server of our own with a player of a tone. */
interface Jack extends AsyncDisposable {
  readonly env: Record<string, string>;
}

/** Starts JACK with its dummy driver; `null`, with the reason printed, where there is none. */
async function startJack(): Promise<Jack | null> {
  const name = `echolog-${crypto.randomUUID()}`;
  const env = { JACK_DEFAULT_SERVER: name, JACK_NO_AUDIO_RESERVATION: "1" };
  const children: Deno.ChildProcess[] = [];
  const start = (program: string, ...args: string[]) => {
    children.push(
      new Deno.Command(program, {
        args,
        env,
        stdin: "null",
        stdout: "null",
        stderr: "null",
      }).spawn(),
    );
  };
  const jack = {
    env,
    async [Symbol.asyncDispose]() {
      for (const child of children.reverse()) {
        try {
          child.kill("SIGTERM");
        } catch {
          // It ended when its server did.
        }
        await child.status;
      }
    },
  };
  try {
    start(
      "jackd",
      ...["--no-realtime", "-n", name, "-d", "dummy", "-r", "48000"],
      ...["-p", "1024"],
    );
  } catch {
    console.log("not run: JACK needs jackd (jackd2)");
    return null;
  }
  try {
    await waitForPort(env, "system:capture_1");
    start("jack_simple_client", "player");
    await waitForPort(env, "player:output1");
    return jack;
  } catch (error) {
    await jack[Symbol.asyncDispose]();
    throw error;
  }
}

async function portsOf(env: Record<string, string>): Promise<string[]> {
  const { stdout } = await runProgram("jack_lsp", [], { env });
  return stdout.split("\n");
}

async function waitForPort(
  env: Record<string, string>,
  port: string,
): Promise<void> {
  await waitFor(
    `the port ${port}`,
    async () => (await portsOf(env)).includes(port) ? true : null,
  );
}

/** Records while the player is connected to one of echolog's ports. */
async function recordJack(
  jack: Jack,
  home: string,
  port: number,
  ...options: string[]
): Promise<SessionOnDisk> {
  await using running = startEcholog([
    ...["record", "--device", "jack:echolog", "--duration", "4s"],
    ...options,
  ], { home, env: jack.env });
  const input = `echolog:input_${port}`;
  await waitForPort(jack.env, input);
  const connected = await runProgram(
    "jack_connect",
    ["player:output1", input],
    { env: jack.env },
  );
  assertEquals(connected.code, 0, connected.stderr);
  const { code, stderr } = await running.finished;
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  return await onlySession(join(home, "recordings"));
}

async function samplesOf(session: SessionOnDisk): Promise<Int32Array> {
  const paths = session.eventsOf("chunk_created")
    .map(({ file }) => join(session.folder, file));
  for (const path of paths) assertEquals(await probeDepth(path), 24);
  return await decodeDeep(paths);
}

Deno.test("record: takes all channels of JACK with 24 bits", async () => {
  await using jack = await startJack();
  if (jack === null) return;
  using home = tempFolder();
  const session = await recordJack(jack, home.path, 3, "--channels", "3");
  const start = session.eventsOf("session_start")[0];
  assertEquals([start?.channels, start?.bit_depth], [3, 24]);
  const samples = await samplesOf(session);
  const heard = [0, 1, 2].map((channel) =>
    samples.some((value, index) => index % 3 === channel && value !== 0)
  );
  assertEquals(heard, [false, false, true]);
  assert(samples.some((value) => (value & 0xff00) !== 0), "more than 16 bits");
});

for (
  const { channel, isHeard } of [
    { channel: 2, isHeard: true },
    { channel: 3, isHeard: false },
  ]
) {
  Deno.test(`record: takes channel ${channel} of JACK alone, ${isHeard ? "with" : "without"} the sound of the second`, async () => {
    await using jack = await startJack();
    if (jack === null) return;
    using home = tempFolder();
    const session = await recordJack(
      jack,
      home.path,
      2,
      ...["--channel", String(channel)],
    );
    const start = session.eventsOf("session_start")[0];
    assertEquals([start?.channels, start?.bit_depth], [1, 24]);
    const samples = await samplesOf(session);
    assertEquals(samples.some((value) => value !== 0), isHeard);
  });
}
