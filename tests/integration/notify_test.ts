/**
 * Notifications of real recordings: with commands that misbehave, about
 * recorders that die, and without secrets.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import {
  echolog,
  onlySession,
  type SessionOnDisk,
  startEcholog,
} from "../support/echolog.ts";
import { faultsIn } from "../support/json_schema.ts";
import {
  COMMANDS,
  configured,
  leftovers,
  TELL,
  textOf,
} from "../support/notify_commands.ts";
import { type TempFolder, tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";
import { gapsOf } from "../faults/support.ts";

interface Message {
  readonly event: string;
  readonly text: string;
  readonly reason: string | null;
  readonly session_id: string;
}

function messages(home: TempFolder): Message[] {
  return textOf(join(home.path, "received")).split("\n")
    .filter((line) => line !== "").map((line) => {
      const message = JSON.parse(line);
      assertEquals(faultsIn(message, "notify"), []);
      return message;
    });
}

/** What a recording must be like, whatever the command does. */
function assertWhole(session: SessionOnDisk): void {
  const [stop] = session.eventsOf("session_stop");
  assertEquals(stop?.reason, "duration_reached");
  assertEquals(stop?.audio, 4);
  assertEquals(gapsOf(session), []);
  assertEquals(stop?.exit_code, 0);
  assertEquals(session.events().at(-1)?.event, "session_stop");
  assertEquals(session.eventsOf("ffmpeg_started").length, 1);
}

for (const { name, script, why } of COMMANDS) {
  Deno.test(`notify.command: a recording is whole when it ${name}`, async () => {
    using home = tempFolder();
    // Only those that never end need to be ended soon.
    const env = configured(home, script, why ? `timeout = "1s"\n` : "");
    const began = performance.now();
    const { code, stderr } = await echolog(
      ["record", "--device", "test", "--duration", "4s"],
      { home: home.path, env },
    );
    const took = performance.now() - began;
    assertEquals([code, stderr], [0, ""]);
    const session = await onlySession(join(home.path, "recordings"));
    assertWhole(session);
    const failures = session.eventsOf("warning")
      .filter(({ code }) => code === "notify_failed");
    if (why === null) {
      assertEquals(failures, []);
      assertEquals(messages(home).map(({ event }) => event), [
        "started",
        "ended",
      ]);
    } else assertMatch(failures[0]?.message ?? "", why);
    assertEquals(leftovers(home), []);
    // Its length, the start of the program, and five seconds at most.
    assert(took < 20_000, `${took} ms`);
  });
}

Deno.test("notify.command: a recording is whole when it is missing", async () => {
  using home = tempFolder();
  const config = join(home.path, "echolog.conf");
  Deno.writeTextFileSync(config, `[notify]\ncommand = ["/none/tell"]\n`);
  const { code } = await echolog(
    ["record", "--device", "test", "--duration", "4s"],
    { home: home.path, env: { ECHOLOG_CONFIG: config } },
  );
  assertEquals(code, 0);
  const session = await onlySession(join(home.path, "recordings"));
  assertWhole(session);
  const [failure] = session.eventsOf("warning");
  assertMatch(failure?.message ?? "", /Cannot run it: the file, .* is missing/);
});

Deno.test("notify.on: limits what is sent", async () => {
  using home = tempFolder();
  const env = configured(home, TELL, `on = ["ended"]\n`);
  await echolog(["record", "--device", "test", "--duration", "1s"], {
    home: home.path,
    env,
  });
  assertEquals(messages(home).map(({ event }) => event), ["ended"]);
});

Deno.test("repair --quiet: sends crashed, once, and prints nothing", async () => {
  using home = tempFolder();
  const env = configured(home, TELL);
  await using running = startEcholog(["record", "--device", "test"], {
    home: home.path,
    env,
  });
  const session = await onlySession(join(home.path, "recordings"));
  await session.waitForEvent("ffmpeg_started");
  await waitFor("the first message", () => messages(home).length === 1 || null);
  running.signal("SIGKILL");
  await running.finished;
  const options = { home: home.path, env };
  const repaired = await echolog(["repair", "--quiet"], options);
  assertEquals([repaired.code, repaired.stdout, repaired.stderr], [0, "", ""]);
  const again = await echolog(["repair", "--quiet"], options);
  assertEquals([again.code, again.stdout, again.stderr], [0, "", ""]);
  const [, crashed, ...others] = messages(home);
  assertEquals(others, []);
  assertEquals([crashed?.event, crashed?.reason], ["crashed", "crashed"]);
  assertMatch(crashed?.text ?? "", /^The recorder was killed/);
});

Deno.test("record: the repair beside it sends crashed with the same configuration", async () => {
  using home = tempFolder();
  configured(home, TELL);
  const config = join(home.path, "echolog.conf");
  const args = ["record", "--device", "test", "--config", config];
  await using running = startEcholog(args, { home: home.path });
  const session = await onlySession(join(home.path, "recordings"));
  await session.waitForEvent("ffmpeg_started");
  running.signal("SIGKILL");
  await running.finished;
  const { code } = await echolog([...args, "--duration", "1s"], {
    home: home.path,
  });
  assertEquals(code, 0);
  await waitFor(
    "the message about the crash",
    () => messages(home).some(({ event }) => event === "crashed") || null,
  );
});

Deno.test("notify.command: no message, variable or log has a secret of the device", async () => {
  const secrets = ["hunter2secret", "tok3nvalue99", "s3ssionkey77"];
  const [password, token, key] = secrets;
  const devices = [
    `rtsp://ann:${password}@127.0.0.1:9/cam?token=${token}`,
    `http://127.0.0.1:9/live?key=${key}&auth=${token}`,
    `srt://127.0.0.1:9?passphrase=${password}&streamid=${key}`,
  ];
  for (const device of devices) {
    using home = tempFolder();
    const env = configured(home, TELL, `after = "1s"\n`);
    await echolog(
      ["record", "--device", device, "--start-timeout", "4s"],
      { home: home.path, env },
    );
    const events = messages(home).map(({ event }) => event);
    assertEquals(events[0], "started");
    assertEquals(events.at(-1), "ended");
    const session = await onlySession(join(home.path, "recordings"));
    const all = [
      textOf(join(home.path, "received")),
      textOf(join(home.path, "variables")),
      session.logText(),
      textOf(join(session.folder, "session.json")),
    ];
    for (const secret of secrets) {
      for (const text of all) {
        assertEquals(text.includes(secret), false, secret);
      }
    }
  }
});

Deno.test("notify.command: its arguments are in no log, and not shown", async () => {
  using home = tempFolder();
  const path = join(home.path, "echolog.conf");
  const url = "https://hooks.example.org/services/T0001/B0002/xyzzyPLUGH42";
  const script = `echo "cannot reach $1" >&2; exit 6`;
  Deno.writeTextFileSync(
    path,
    `[notify]\ncommand = ${JSON.stringify(["sh", "-c", script, "sh", url])}\n`,
  );
  const env = { ECHOLOG_CONFIG: path };
  const options = { home: home.path, env };
  await echolog(["record", "--device", "test", "--duration", "1s"], options);
  const session = await onlySession(join(home.path, "recordings"));
  const shown = [
    await echolog(["config", "show"], options),
    await echolog(["config", "show", "--json"], options),
    await echolog(["config", "get", "notify.command"], options),
    await echolog(["doctor", "--device", "test", "--notify"], options),
  ].flatMap(({ stdout, stderr }) => [stdout, stderr]);
  const texts = [session.logText(), ...shown];
  for (const text of texts) {
    for (const secret of ["xyzzyPLUGH42", "B0002/xyz", "cannot reach $1"]) {
      assertEquals(text.includes(secret), false, text);
    }
  }
  assertMatch(session.logText(), /notify\.command=\*\*\*\(file\)/);
  assertMatch(session.logText(), /code=notify_failed .*exited with code 6/);
  Deno.writeTextFileSync(path, `[notify]\ncommand = "${url}"\n`);
  const wrong = await echolog(["record", "--device", "test"], options);
  assertEquals(wrong.code, 2);
  assertEquals(wrong.stderr.includes("xyzzyPLUGH42"), false, wrong.stderr);
});
