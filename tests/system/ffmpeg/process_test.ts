import { SpawnError } from "../../../src/platform/programs/spawn.ts";
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  type Exit,
  type Grace,
  type RecorderProcess,
  spawnFfmpeg,
} from "../../../src/ffmpeg/process.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { processStart } from "../../../src/platform/processes.ts";
import { tempFolder } from "../../support/temp.ts";
import { waitFor } from "../../support/wait.ts";

/** Time in which every rung does what it can. */
const PATIENT: Grace = { q: 10_000, term: 10_000, kill: 10_000 };

/**
 * A shell script in ffmpeg's place; resolves when it says that it is ready.
 *
 * @param grace is short for the rungs that the script outlives.
 */
async function start(script: string, grace: Partial<Grace> = {}) {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const process = spawnFfmpeg(
    "/bin/sh",
    ["-c", script],
    {
      onStdout: (line) => {
        stdout.push(line);
        if (line === "ready") resolve();
      },
      onStderr: (line) => stderr.push(line),
    },
    { clock: systemClock, grace: { ...PATIENT, ...grace } },
  );
  await promise;
  return { process, stdout, stderr };
}

async function stopped(process: RecorderProcess): Promise<Exit> {
  const [exit] = await Promise.all([process.stop(), process.stop()]);
  assertEquals(await process.stop(), exit);
  return exit;
}

Deno.test("spawnFfmpeg: stops a program with q", async () => {
  const { process } = await start("echo ready; head -c 1 >/dev/null; exit 7");
  assertEquals(await stopped(process), {
    code: 7,
    signal: null,
    stoppedBy: "q",
  });
});

Deno.test("spawnFfmpeg: sends SIGTERM to a program that ignores q", async () => {
  const { process } = await start(
    "trap 'exit 255' TERM; echo ready; while :; do sleep 0.01; done",
    { q: 100 },
  );
  assertEquals(await stopped(process), {
    code: 255,
    signal: null,
    stoppedBy: "SIGTERM",
  });
});

Deno.test("spawnFfmpeg: kills a program that ignores q and SIGTERM", async () => {
  const { process } = await start(
    "trap '' TERM; echo ready; while :; do sleep 1; done",
    { q: 100, term: 100 },
  );
  assertEquals(await stopped(process), {
    code: null,
    signal: "SIGKILL",
    stoppedBy: "SIGKILL",
  });
  assertEquals(processStart(process.pid), null);
});

Deno.test("spawnFfmpeg: kills a program that is stopped by SIGSTOP", async () => {
  const { process } = await start("echo ready; kill -STOP $$; sleep 100", {
    q: 100,
    term: 100,
  });
  assertEquals((await stopped(process)).stoppedBy, "SIGKILL");
});

Deno.test("spawnFfmpeg: reads all output of a program that ends by itself", async () => {
  const { process, stdout, stderr } = await start(
    "echo ready; seq 20000; seq 20000 >&2; printf end; exit 3",
  );
  assertEquals(await process.ended, {
    code: 3,
    signal: null,
    stoppedBy: null,
  });
  assertEquals(stdout.length, 20_002);
  assertEquals([stdout.at(-1), stderr.at(-1)], ["end", "20000"]);
  assertEquals((await process.stop()).stoppedBy, null);
});

Deno.test("spawnFfmpeg: terminates processes left in the group and reads their output", async () => {
  const { process, stdout } = await start(
    `(trap 'echo closed; exit' TERM; while :; do sleep 0.01; done) &
    echo ready; exit 0`,
  );
  assertEquals(await process.ended, { code: 0, signal: null, stoppedBy: null });
  assertEquals(stdout, ["ready", "closed"]);
});

Deno.test("spawnFfmpeg: kills processes left in the group when they ignore SIGTERM", async () => {
  const { process, stdout } = await start(
    `sh -c 'trap "" TERM; echo $$; echo ready; exec sleep 600' &`,
    { term: 100 },
  );
  assertEquals((await process.ended).code, 0);
  // The system removes an orphan when its new parent has read its end.
  const left = Number(stdout[0]);
  await waitFor("its child to end", () => processStart(left) === null || null);
});

Deno.test("spawnFfmpeg: does not wait for a process that left the group and holds the pipes", async () => {
  const { process } = await start("setsid sleep 30 & echo ready; exit 0");
  const before = performance.now();
  assertEquals((await process.ended).code, 0);
  assert(performance.now() - before < 25_000);
});

Deno.test("spawnFfmpeg: gives the program its own process group", async () => {
  const { process, stdout } = await start(
    "ps -o pgid= -p $$; echo ready; head -c 1 >/dev/null",
  );
  await process.stop();
  assertEquals(Number(stdout[0]), process.pid);
});

Deno.test("spawnFfmpeg: throws when the program does not exist", () => {
  using folder = tempFolder();
  const listener = { onStdout: () => {}, onStderr: () => {} };
  assertThrows(
    () =>
      spawnFfmpeg(`${folder.path}/none`, [], listener, { clock: systemClock }),
    SpawnError,
    "is missing",
  );
});

Deno.test({
  name: "spawnFfmpeg: stops waiting for a program that cannot be signalled",
  // Without the right to run everything, Deno sends no signals, as the system
  // sends none to a program of another user.
  permissions: { run: ["/bin/sh"], env: true },
  // It ends when its stdin is closed, after the test: this is the last one, as
  // the next would be blamed for that.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const { process } = await start("echo ready; head -c 1 >/dev/null; cat", {
      q: 100,
      term: 100,
      kill: 100,
    });
    assertEquals(await stopped(process), {
      code: null,
      signal: null,
      stoppedBy: "SIGKILL",
    });
  },
});
