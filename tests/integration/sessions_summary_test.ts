import { assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import { echolog } from "../support/echolog.ts";
import { tempFolder } from "../support/temp.ts";

Deno.test("sessions --summary: adds up what was recorded, as text and as JSON", async () => {
  using home = tempFolder();
  const options = { home: home.path };
  for (const id of ["one", "two"]) {
    const { code } = await echolog([
      ...["record", "--device", "test", "--duration", "1s", "--session-id", id],
    ], options);
    assertEquals(code, 0);
  }
  const json = await echolog(["sessions", "--summary", "--json"], options);
  const { sessions, complete_logs, audio, coverage, failures } = JSON.parse(
    json.stdout,
  );
  assertEquals([sessions, complete_logs, failures], [2, 2, 0]);
  assertEquals(coverage, 100);
  assertAlmostEquals(audio, 2, 0.1);
  const text = await echolog(["sessions", "--summary"], options);
  assertMatch(text.stdout, /^sessions +2$/m);
  assertMatch(text.stdout, /^complete logs +100 % \(2 of 2\)$/m);
  assertMatch(text.stdout, /^failures with a known cause +no failure$/m);
  const none = await echolog([
    ...["sessions", "--summary", "--json", "--since", "0s"],
  ], options);
  assertEquals(JSON.parse(none.stdout).sessions, 0);
});

Deno.test("sessions --since: refuses what is no time", async () => {
  using home = tempFolder();
  const { code, stderr } = await echolog(["sessions", "--since", "noon"], {
    home: home.path,
  });
  assertEquals(code, 2);
  assertMatch(stderr, /^echolog: Cannot use --since noon; expected a time/);
});
