import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { exists } from "../../src/platform/fs.ts";
import { echolog, echologCommand } from "../support/echolog.ts";
import { tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";
import { startRecording } from "../faults/support.ts";

const ARGS = [
  ...["logs", "-f", "-n", "1", "--event", "chunk_created,session_stop"],
];

Deno.test("logs -f -n: shows the last lines, then new ones, to the end of the session", async () => {
  using home = tempFolder();
  await using recording = await startRecording(home.path, [
    ...["--device", "test"],
  ]);
  const { running, session } = recording;
  await session.waitForEvent("chunk_created", 2);
  const output = join(home.path, "output");
  const [program, ...words] = echologCommand();
  const following = new Deno.Command("sh", {
    // The output is read while it is written.
    args: ["-c", 'exec "$@" > "$0"', output, program, ...words, ...ARGS],
    env: { HOME: home.path },
  }).spawn();
  await waitFor(
    "the last line",
    () => exists(output) && Deno.readTextFileSync(output) !== "" || null,
  );
  const count = session.eventsOf("chunk_created").length;
  await session.waitForEvent("chunk_created", count + 1);
  running.signal("SIGINT");
  await running.finished;
  assertEquals((await following.status).code, 0);
  const lines = Deno.readTextFileSync(output).trimEnd().split("\n");
  assertMatch(lines.at(-1) ?? "", /session_stop/);
  const numbers = lines.slice(0, -1)
    .map((line) => Number(/ seq=(\d+)/.exec(line)?.[1]));
  // The last of those that were there, and each new one once.
  assertEquals(numbers[0] !== undefined && numbers[0] >= 2, true, lines[0]);
  assertEquals(
    numbers,
    numbers.map((_, index) => (numbers[0] ?? 0) + index),
  );
  assertEquals(numbers.at(-1), session.eventsOf("chunk_created").length);
  // Afterwards without -f, and more lines than there are.
  const last = await echolog(["logs", "-n", "2"], { home: home.path });
  assertEquals(last.stdout.trimEnd().split("\n").length, 2);
  assertMatch(last.stdout, /session_stop.*\n$/);
  const all = await echolog(["logs", "-n", "100000"], { home: home.path });
  assertEquals(
    all.stdout,
    (await echolog(["logs"], { home: home.path })).stdout,
  );
  assertEquals(
    (await echolog(["logs", "-n", "0"], { home: home.path })).stdout,
    "",
  );
});
