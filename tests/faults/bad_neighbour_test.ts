/**
 * Good sessions beside one in which a pipe is in the place of a file: opening
 * it would wait for ever.
 *
 * @module
 */

import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import {
  echolog,
  type RunningEcholog,
  SessionOnDisk,
  startEcholog,
} from "../support/echolog.ts";
import { exists } from "../../src/platform/fs.ts";
import type { Finished } from "../support/program.ts";
import { runProgram } from "../support/program.ts";
import { tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";
import { configured, ffmpegPid } from "./support.ts";

/** A command that takes longer waits for something. */
const LIMIT = 30_000;

/** Runs a command; fails when it waits for something. */
async function within(
  argv: readonly string[],
  home: string,
): Promise<Finished> {
  await using running = startEcholog(argv, { home });
  const timer = setTimeout(() => running.signal("SIGKILL"), LIMIT);
  try {
    const finished = await running.finished;
    assert(finished.code !== 137, `${argv.join(" ")} waits`);
    return finished;
  } finally {
    clearTimeout(timer);
  }
}

/** Begins a session of a name, and waits for its first chunk. */
async function begin(
  home: string,
  id: string,
  device: string,
): Promise<RunningEcholog> {
  const running = startEcholog(
    ["record", "--device", device, "--session-id", id],
    { home, env: configured(home) },
  );
  const folder = join(home, "recordings", id);
  await waitFor(
    `the log of ${id}`,
    () => exists(join(folder, "session.log")) || null,
  );
  await new SessionOnDisk(folder).waitForEvent("chunk_created", 1);
  return running;
}

/** Makes `good`, which has ended, and two whose recorders were killed: `dead` and `bad`. */
async function makeSessions(home: string, file: string): Promise<void> {
  const { code, stderr } = await echolog(
    ["record", "--device", "test", "--session-id", "good", "--duration", "2s"],
    { home },
  );
  assertEquals(code, 0, stderr);
  {
    await using dead = await begin(home, "dead", "test");
    await using bad = await begin(home, "bad", "lavfi:sine=frequency=200");
    // A later start would finish one that is dead.
    for (const running of [dead, bad]) running.signal("SIGKILL");
  }
  for (const id of ["dead", "bad"]) {
    const session = new SessionOnDisk(join(home, "recordings", id));
    Deno.kill(ffmpegPid(session), "SIGKILL");
  }
  const path = join(home, "recordings", "bad", file);
  // The kill may have come before its first line.
  if (exists(path)) Deno.removeSync(path);
  assertEquals((await runProgram("mkfifo", [path])).code, 0);
}

for (const file of ["session.json", "chunks.jsonl", "session.log"]) {
  Deno.test(`a pipe as ${file} of one session: the others are listed, finished and explained`, async () => {
    using home = tempFolder();
    await makeSessions(home.path, file);
    const run = (...argv: string[]) => within(argv, home.path);

    const ids = (await run("sessions", "--ids")).stdout.trim().split("\n");
    assertEquals(ids.sort(), ["bad", "dead", "good"]);

    const listed: { session_id: string; state: string; chunks: number }[] = JSON
      .parse((await run("sessions", "--json")).stdout);
    const by = Object.fromEntries(listed.map((one) => [one.session_id, one]));
    assertEquals([by.good?.state, by.good?.chunks], ["ended", 1]);
    assertEquals(by.dead?.state, "crashed");
    assert((by.dead?.chunks ?? 0) >= 1);
    assertEquals(by.bad?.state, "crashed");
    assertMatch((await run("sessions")).stdout, /^good .* duration reached$/m);

    const status = await run("status");
    assertEquals(status.code, 3);
    for (const id of ["bad", "dead"]) {
      assertStringIncludes(status.stdout, `\n${id} `);
    }
    const shown: { session_id: string }[] = JSON.parse(
      (await run("status", "--json")).stdout,
    );
    assertEquals(shown.map((one) => one.session_id).sort(), ["bad", "dead"]);

    const doctor = await run("doctor", "--device", "test");
    assertMatch(doctor.stdout, /^ok +device /m, doctor.stdout + doctor.stderr);

    for (const command of ["explain", "verify", "logs"]) {
      const { code, stderr } = await run(command, "good");
      assertEquals(code, 0, `${command}: ${stderr}`);
    }

    // What can be finished is, and what cannot is named in a line of its own.
    const stopped = await run("stop");
    const said = stopped.stdout + stopped.stderr;
    assertMatch(said, /\bdead\b/);
    const end = new SessionOnDisk(join(home.path, "recordings", "dead"))
      .eventsOf("session_stop");
    assertEquals(end.map(({ reason }) => reason), ["crashed"], said);
    assertEquals(stopped.code, file === "session.json" ? 0 : 1, said);
    if (file !== "session.json") {
      assertMatch(
        stopped.stderr,
        new RegExp(`^echolog: .*/bad/${file}: it is not a regular file`, "m"),
      );
    }
    const { code, stdout } = await run("sessions", "--ids");
    assertEquals([code, stdout.trim().split("\n").length], [0, 3]);
  });
}
