import { assertEquals, assertMatch } from "@std/assert";
import {
  adviceOf,
  SpawnError,
  spawnFault,
} from "../../../../src/platform/programs/spawn.ts";

/** What `Deno.Command` throws. */
function thrown(code: string, text: string): Error {
  const message = `Failed to spawn '/usr/bin/ffmpeg': ${text}`;
  return Object.assign(new Error(message), { code });
}

Deno.test("spawnFault: names the resource that ran out, and how to get more of it", () => {
  for (
    const [code, number, reason, advice] of [
      ["EMFILE", 24, /^too many files are open$/, /ulimit -n/],
      ["ENFILE", 23, /^the system has too many open files$/, /file-max/],
      ["EAGAIN", 11, /^no more processes can be started$/, /ulimit -u/],
      ["ENOMEM", 12, /^there is not enough memory$/, /MemoryMax/],
      ["E2BIG", 7, /^its arguments .* too long$/, /input_args/],
      ["EACCES", 13, /^permission denied$/, /noexec/],
      ["EPERM", 1, /^the system does not allow it$/, /AppArmor/],
      ["ETXTBSY", 26, /^it is being written$/, /wait/],
    ] as const
  ) {
    const error = thrown(code, `Some words (os error ${number})`);
    const fault = spawnFault("/usr/bin/ffmpeg", error);
    assertMatch(fault.reason, reason, code);
    assertMatch(fault.advice ?? "", advice, code);
    const wrapped = new SpawnError("/usr/bin/ffmpeg", error);
    assertEquals(wrapped.reason, fault.reason);
    assertEquals(adviceOf(wrapped), fault.advice);
  }
});

Deno.test("spawnFault: has no advice of its own where the program is at fault", () => {
  const missing = new Deno.errors.NotFound(
    "Failed to spawn 'arecord': No such file or directory (os error 2)",
  );
  assertEquals(spawnFault("arecord", missing), {
    reason: "it is not installed",
    advice: null,
  });
  assertMatch(
    spawnFault("/opt/ffmpeg", missing).reason,
    /interpreter or loader that it names, is missing$/,
  );
  // Deno has no code for this one.
  const format = thrown("", "Exec format error (os error 8)");
  assertMatch(spawnFault("/opt/ffmpeg", format).reason, /not a program for/);
  const other = thrown("EIO", "Input/output error (os error 5)");
  assertEquals(spawnFault("/opt/ffmpeg", other), {
    reason: "Input/output error (os error 5)",
    advice: null,
  });
});
