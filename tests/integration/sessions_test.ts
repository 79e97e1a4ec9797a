import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { existsSync } from "@std/fs";
import { join } from "@std/path";
import { formatDuration } from "../../src/terminal/units.ts";
import { echolog, onlySession, startEcholog } from "../support/echolog.ts";
import { tempFolder } from "../support/temp.ts";
import { hasUsers, ORDINARY, sharedPlace } from "../support/users.ts";
import { waitFor } from "../support/wait.ts";

async function record(home: string, ...args: string[]): Promise<void> {
  const { code, stderr } = await echolog([
    ...["record", "--device", "test", "--duration", "2s"],
    ...args,
  ], { home });
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
}

Deno.test("sessions: lists the newest first, regardless of their names, with how each ended", async () => {
  using home = tempFolder();
  await record(home.path, "--session-id", "zebra");
  await record(home.path, "--session-id", "apple");
  await using running = startEcholog(["record", "--device", "test"], {
    home: home.path,
  });
  const folder = join(home.path, "recordings");
  const text = async () =>
    (await echolog(["sessions"], { home: home.path })).stdout;
  await waitFor(
    "the recording",
    async () => / recording$/m.test(await text()) || null,
  );
  const lines = (await text()).trimEnd().split("\n");
  assertMatch(
    lines[0] ?? "",
    /^SESSION +START \(UTC\) +END +DURATION +SIZE +CHUNKS +GAPS +COVERAGE +DEVICE +ENDED$/,
  );
  assertMatch(lines[1] ?? "", /^2\d+T\d+Z .* recording$/);
  // A slow start is a gap, and makes the session longer.
  const { wall, gaps } = JSON.parse(
    Deno.readTextFileSync(join(folder, "apple", "session.json")),
  );
  assert(wall >= 1, `${wall} s`);
  assertMatch(
    lines[2] ?? "",
    new RegExp(
      `^apple .* ${
        formatDuration(wall)
      } +[\\d.]+ kB +1 +${gaps} +[\\d.]+ % +test +duration reached$`,
    ),
  );
  assertMatch(lines[3] ?? "", /^zebra /);
  // latest is the one that started last, too.
  const { stdout } = await echolog(["logs", "--event", "session_start"], {
    home: home.path,
  });
  assertMatch(stdout, /session_id=2\d+T/);
  const ids = async (...state: string[]) => {
    const args = ["sessions", "--ids", ...state];
    const { stdout } = await echolog(args, { home: home.path });
    return stdout.trimEnd().split("\n");
  };
  const [active, ...others] = await ids();
  assertEquals(others, ["apple", "zebra"]);
  assertEquals(await ids("--state", "active"), [active]);
  assertEquals(await ids("--state", "ended"), ["apple", "zebra"]);
  const none = await echolog(["sessions", "--state", "crashed"], {
    home: home.path,
  });
  assertEquals(none, {
    code: 0,
    stdout: "",
    stderr: "echolog: No session has crashed\n",
  });
  const wrong = await echolog(["sessions", "--state", "dead"], {
    home: home.path,
  });
  assertEquals(wrong, {
    code: 2,
    stdout: "",
    stderr:
      "echolog: Cannot use --state dead; expected one of active, crashed, ended\n",
  });
  running.signal("SIGKILL");
  await running.finished;
  assertEquals(await ids("--state=crashed"), [active]);
  assertEquals(await ids("--state=active"), [""]);
  const crashed = await text();
  assertMatch(crashed, /^2\d+T\d+Z .* crashed$/m);
  assertStringIncludes(
    crashed,
    "To finish crashed sessions, run echolog repair",
  );
  await echolog(["repair"], { home: home.path });
  assertEquals([...Deno.readDirSync(folder)].length, 3);
});

Deno.test("sessions: prints stable JSON keys and summarizes a session without a state file from its log", async () => {
  using home = tempFolder();
  await record(home.path, "--session-id", "one");
  const sums = async () =>
    JSON.parse(
      (await echolog(["sessions", "--json"], { home: home.path })).stdout,
    );
  const [withState] = await sums();
  Deno.removeSync(join(home.path, "recordings", "one", "session.json"));
  const [withoutState] = await sums();
  assertEquals(Object.keys(withoutState), [
    ...["session_id", "folder", "log", "start", "end", "device", "state"],
    ...["reason", "wall", "chunks", "audio", "bytes", "lost_audio", "gaps"],
    ...["outage", "coverage", "deleted_until", "kept"],
  ]);
  assertEquals(
    Date.parse(withState.end) - Date.parse(withState.start),
    withState.wall * 1000,
  );
  for (
    const key of [
      ...["session_id", "device", "state", "reason", "chunks", "bytes"],
      ...["gaps", "coverage"],
    ]
  ) {
    assertEquals(withoutState[key], withState[key], key);
  }
});

Deno.test("sessions: lists as many as --limit allows and reports how many remain", async () => {
  using home = tempFolder();
  for (const id of ["a", "b", "c"]) await record(home.path, "--session-id", id);
  const { stdout } = await echolog(["sessions", "--limit", "1"], {
    home: home.path,
  });
  assertMatch(
    stdout,
    /^SESSION[^\n]*\nc [^\n]*\n… and 2 more sessions: see --limit\n$/,
  );
  const ids = await echolog(["sessions", "--ids"], { home: home.path });
  assertEquals(ids.stdout, "c\nb\na\n");
  const one = await echolog(["sessions", "--ids", "--limit", "2"], {
    home: home.path,
  });
  assertEquals(one.stdout, "c\nb\n");
  for (const form of ["--json", "--summary"]) {
    const both = await echolog(["sessions", "--ids", form], {
      home: home.path,
    });
    assertEquals([both.code, both.stdout], [2, ""]);
    assertStringIncludes(both.stderr, `Cannot use --ids with ${form}`);
  }
  const late = await echolog(["sessions", "--since", "2099-01-01"], {
    home: home.path,
  });
  assertEquals(late.code, 0);
  assertMatch(
    late.stderr,
    /^echolog: No session was recorded after 2099-01-01 00:00:00; the last one is c\n$/,
  );
  const wrong = await echolog(["sessions", "--limit", "0"], {
    home: home.path,
  });
  assertEquals(wrong.code, 2);
});

Deno.test("sessions: lists every session as text and as JSON", async () => {
  using home = tempFolder();
  const ids = Array.from({ length: 30 }, (_, n) => `s${n}`);
  for (const id of ids) {
    const folder = join(home.path, "recordings", id);
    Deno.mkdirSync(folder, { recursive: true });
    Deno.writeTextFileSync(join(folder, "session.log"), "");
  }
  const list = async (...args: string[]) =>
    (await echolog(["sessions", ...args], { home: home.path })).stdout;
  const names = (await list()).match(/^s\d+(?= )/gm);
  assertEquals(names?.sort(), ids.toSorted());
  assertEquals(JSON.parse(await list("--json")).length, 30);
  assertEquals(JSON.parse(await list("--json", "--limit", "3")).length, 3);
});

Deno.test("sessions: reports that there is no session and creates nothing", async () => {
  using home = tempFolder();
  const { code, stdout, stderr } = await echolog(["sessions"], {
    home: home.path,
  });
  assertEquals({ code, stdout }, { code: 0, stdout: "" });
  assertMatch(stderr, /^echolog: There is no session in .*\n$/);
  assertEquals([...Deno.readDirSync(home.path)], []);
  const json = await echolog(["sessions", "--json"], { home: home.path });
  assertEquals(json.stdout, "[]\n");
});

Deno.test("sessions: ignores other folders and files beside the sessions", async () => {
  using home = tempFolder();
  await record(home.path, "--session-id", "one");
  Deno.mkdirSync(join(home.path, "recordings", "music"));
  Deno.writeTextFileSync(join(home.path, "recordings", "notes.txt"), "");
  const ids = await echolog(["sessions", "--ids"], { home: home.path });
  assertEquals(ids.stdout, "one\n");
});

Deno.test("status: reports the state and figures of a recovering and of a recording session", async () => {
  using home = tempFolder();
  const path = join(home.path, "echolog.conf");
  Deno.writeTextFileSync(path, '[recovery]\nbackoff_max = "1h"\n');
  await using running = startEcholog(["record", "--device", "pulse:none"], {
    home: home.path,
    env: { ECHOLOG_CONFIG: path, PULSE_SERVER: "unix:/dev/null/none" },
  });
  const session = await onlySession(join(home.path, "recordings"));
  await session.waitForEvent("recovery", 3);
  const { code, stdout } = await echolog(["status"], { home: home.path });
  assertEquals(code, 0);
  assertMatch(
    stdout,
    /^state: recovering: no audio for .+, since \d\d:\d\d:\d\d UTC: the device could not be opened$/m,
  );
  assertMatch(stdout, /^retries: [3-9]$/m);
  assertMatch(stdout, /^last audio: none yet$/m);
  assertMatch(stdout, /^disk left: \d/m);
  running.signal("SIGINT");
  await running.finished;

  await using second = startEcholog(
    ["record", "--device", "test", "--segment-duration", "1s"],
    { home: home.path },
  );
  const status = await waitFor("two chunks", async () => {
    const json = await echolog(["status", "--json"], { home: home.path });
    const [status] = JSON.parse(json.stdout);
    return (status?.chunks ?? 0) < 2 ? null : status;
  });
  assertEquals(status.state, "recording");
  assertMatch(status.writing, /^chunk_\d{5}\.flac\.part$/);
  assert(status.coverage > 50 && status.coverage <= 100, status.coverage);
  assert(status.last_audio_ago < 10, status.last_audio_ago);
  assert(status.free_time > 0, status.free_time);
  second.signal("SIGINT");
  await second.finished;
});

Deno.test("sessions: accepts broken links and state files beside a session, as do logs, explain and verify", async () => {
  using home = tempFolder();
  await record(home.path, "--session-id", "good");
  const folder = join(home.path, "recordings");
  Deno.symlinkSync("selfie", join(folder, "selfie"));
  Deno.symlinkSync("none/x", join(folder, "dangling"));
  Deno.mkdirSync(join(folder, "linked"));
  Deno.writeTextFileSync(join(folder, "linked", "session.log"), "");
  Deno.symlinkSync("none/y", join(folder, "linked", "z"));
  const states = [
    { start: "not a date" },
    { reason: 5, wall: {}, coverage: "y" },
    { state: "dancing" },
  ];
  for (const [index, change] of states.entries()) {
    const good = JSON.parse(
      Deno.readTextFileSync(join(folder, "good", "session.json")),
    );
    const bad = join(folder, `bad${index}`);
    Deno.mkdirSync(bad);
    Deno.writeTextFileSync(join(bad, "session.log"), "");
    Deno.writeTextFileSync(
      join(bad, "session.json"),
      JSON.stringify({ ...good, ...change }),
    );
  }
  for (
    const args of [["sessions"], ["sessions", "--json"], ["logs", "good"], [
      "explain",
      join(folder, "good"),
    ], ["verify", "good"]]
  ) {
    const { code, stdout, stderr } = await echolog(args, { home: home.path });
    assertEquals({ code, stderr }, { code: 0, stderr: "" }, args.join(" "));
    assertStringIncludes(stdout, "good");
  }
});

Deno.test("sessions: escapes control characters in folder names", async () => {
  using home = tempFolder();
  const name = "ev\x1b]0;x\x07\u009b\nil";
  const folder = join(home.path, "recordings", name);
  Deno.mkdirSync(folder, { recursive: true });
  Deno.writeTextFileSync(join(folder, "session.log"), "");
  for (const args of [["sessions"], ["sessions", "--ids"]]) {
    const { stdout } = await echolog(args, { home: home.path });
    // deno-lint-ignore no-control-regex -- control characters are the subject
    assertEquals(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/.test(stdout), false);
    assertStringIncludes(stdout, "ev\\u001b]0;x\\u0007\\u009b\\nil");
  }
});

Deno.test("status and stop: are limited to an output folder that is named", async () => {
  using home = tempFolder();
  const [here, there] = ["here", "there"].map((name) => join(home.path, name));
  await using running = startEcholog(
    ["record", "--device", "test", ...["--output-dir", here ?? ""]],
    { home: home.path },
  );
  const session = await onlySession(here ?? "");
  await session.waitForEvent("ffmpeg_started");
  const run = async (...args: string[]) =>
    (await echolog(args, { home: home.path })).code;
  assertEquals(await run("status", "--output-dir", there ?? ""), 3);
  assertEquals(await run("stop", "--all", "--output-dir", there ?? ""), 3);
  assertEquals(await run("status", "--output-dir", here ?? ""), 0);
  assertEquals(await run("stop", "--output-dir", here ?? ""), 0);
  assertEquals((await running.finished).code, 0);
});

Deno.test("sessions and explain: need the folder only, whatever else is wrong in the configuration", async () => {
  using home = tempFolder();
  await record(home.path, "--session-id", "one");
  const config = join(home.path, "wrong.conf");
  for (const wrong of ['sample_rate = "loud"', "colour = 1"]) {
    Deno.writeTextFileSync(
      config,
      `[recording]\noutput_dir = "recordings"\n${wrong}\n`,
    );
    for (const command of ["sessions", "explain", "logs"]) {
      const { code, stdout, stderr } = await echolog(
        [command, "--config", config],
        { home: home.path },
      );
      assertEquals(code, 0, stderr);
      assert(stdout.includes("one"), stdout);
      assertMatch(stderr, /^echolog: warning: .*(sample_rate|colour)/);
    }
  }
});

Deno.test("sessions: says which folders this user may not read, where there seems to be no session", async () => {
  if (!await hasUsers()) return;
  using place = sharedPlace();
  const folder = join(place.shared, "night");
  Deno.mkdirSync(folder, { mode: 0o700 });
  Deno.writeTextFileSync(join(folder, "session.log"), "");
  Deno.mkdirSync(join(place.shared, "lost+found"), { mode: 0o700 });
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await echolog(
      [...args, "--output-dir", place.shared],
      { home: place.homeOf(ORDINARY), uid: ORDINARY },
    );
    return { code, stdout, stderr };
  };
  const why =
    `There is no session in ${place.shared} that this user may read; ` +
    "1 folder there cannot be read: night (permission denied)\n";
  assertEquals(await run("sessions"), {
    code: 0,
    stdout: "",
    stderr: `echolog: ${why}`,
  });
  for (const command of ["explain", "verify", "logs", "export"]) {
    const { code, stderr } = await run(command);
    assertEquals({ code, stderr }, { code: 2, stderr: `echolog: ${why}` });
    for (const operand of [folder, "night"]) {
      assertEquals(await run(command, operand), {
        code: 2,
        stdout: "",
        stderr: `echolog: Cannot read ${folder}: permission denied; ` +
          "run this as the user who recorded it\n",
      });
    }
  }
});

Deno.test("sessions: --output-dir tells sessions of one name apart while both are recorded", async () => {
  using home = tempFolder();
  const folderOf = (place: string) => join(home.path, place, "night");
  const start = (place: string, frequency: number) =>
    startEcholog([
      ...["record", "--device", `lavfi:sine=frequency=${frequency}`],
      ...["--session-id", "night", "--output-dir", join(home.path, place)],
    ], { home: home.path });
  await using one = start("attic", 440);
  await using other = start("cellar", 441);
  for (const place of ["attic", "cellar"]) {
    await waitFor(
      `the session in ${place}`,
      () => existsSync(join(folderOf(place), "session.json")) || null,
    );
  }
  const run = (...args: string[]) => echolog(args, { home: home.path });
  const both = await run("logs", "night");
  assertEquals(both.code, 2);
  assertStringIncludes(both.stderr, "night names 2 sessions; give its folder");
  for (const [place, frequency] of [["attic", 440], ["cellar", 441]] as const) {
    const flag = ["--output-dir", join(home.path, place)];
    const { code, stdout } = await run("logs", "night", ...flag);
    assertEquals(code, 0);
    assertStringIncludes(stdout, `sine=frequency=${frequency}`);
    assertEquals((await run("sessions", "--ids", ...flag)).stdout, "night\n");
  }
  one.signal("SIGTERM");
  other.signal("SIGTERM");
  assertEquals([(await one.finished).code, (await other.finished).code], [
    0,
    0,
  ]);
});
