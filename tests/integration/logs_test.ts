import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { encodeEvent } from "../../src/log/format/event_fields.ts";
import { jsonFormat, textFormat } from "../../src/log/format/line.ts";
import {
  echolog,
  echologCommand,
  onlySession,
  startEcholog,
} from "../support/echolog.ts";
import { runProgram } from "../support/program.ts";
import { tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";

/** A session by hand: only its log matters here. */
function sessionWith(home: string, files: Record<string, string>): string {
  const folder = join(home, "recordings", "20250922T100000Z");
  Deno.mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    Deno.writeTextFileSync(join(folder, name), text);
  }
  return folder;
}

const line = (n: number) =>
  `2025-09-22T10:00:0${n}Z INFO echolog.ffmpeg: ffmpeg_command run=${n} command=x\n`;

Deno.test("logs: prints all parts, oldest line first", async () => {
  using home = tempFolder();
  sessionWith(home.path, {
    "session.log": line(5),
    "session.log.1": line(3) + line(4),
    "session.log.2": line(1) + line(2),
  });
  for (const wanted of [[], ["latest"], ["2025"], ["20250922T100000Z"]]) {
    const { code, stdout } = await echolog(["logs", ...wanted], {
      home: home.path,
    });
    assertEquals(stdout, [1, 2, 3, 4, 5].map(line).join(""));
    assertEquals(code, 0);
  }
});

Deno.test("logs: finds a session by the path of its folder or of its log", async () => {
  using home = tempFolder();
  using elsewhere = tempFolder();
  Deno.writeTextFileSync(join(elsewhere.path, "session.log"), line(1));
  const { stdout } = await echolog(["logs", elsewhere.path], {
    home: home.path,
  });
  assertEquals(stdout, line(1));
  const byLog = await echolog(["logs", join(elsewhere.path, "session.log")], {
    home: home.path,
  });
  assertEquals(byLog.stdout, line(1));
  const here = await echolog(["logs", "."], {
    home: home.path,
    cwd: elsewhere.path,
  });
  assertEquals(here.stdout, line(1));
});

Deno.test("logs: escapes control and bidirectional characters", async () => {
  using home = tempFolder();
  sessionWith(home.path, {
    "session.log": `${line(1)}\x1b[31mred\x07\u202e\n`,
  });
  const { stdout } = await echolog(["logs"], { home: home.path });
  assertEquals(stdout, `${line(1)}\\u001b[31mred\\u0007\\u202e\n`);
});

Deno.test("logs: keeps a session id of digits unchanged in JSON", async () => {
  using home = tempFolder();
  for (const id of ["007", "20261125170000123457"]) {
    await echolog([
      ...["record", "--device", "test", "--duration", "2s"],
      ...["--session-id", id],
    ], { home: home.path });
    const { stdout } = await echolog(["logs", id, "--json"], {
      home: home.path,
    });
    const [first = ""] = stdout.split("\n");
    assertEquals(JSON.parse(first).session_id, id);
  }
});

Deno.test("logs: prints the same JSON for text and JSON lines and marks unreadable ones", async () => {
  using home = tempFolder();
  const event = {
    event: "chunk_created",
    time: Date.UTC(2025, 8, 22, 10),
    file: 'a "b"\n',
    seq: 1,
    run: 1,
    start: 0,
    end: 5_000,
    duration: 5,
    size: 10,
    peak_dbfs: null,
    recovered: true,
  } as const;
  const [text, json] = [textFormat, jsonFormat].map((format) =>
    encodeEvent(event, { format, utc: true, redact: (value) => value })
  );
  sessionWith(home.path, { "session.log": `${text}\n${json}\nrubbish\n` });
  const { stdout } = await echolog(["logs", "--json"], { home: home.path });
  const [fromText, fromJson, rubbish] = stdout.trimEnd().split("\n");
  assertEquals(fromText, json);
  assertEquals(fromJson, json);
  assertEquals(JSON.parse(rubbish ?? ""), {
    event: "unreadable",
    text: "rubbish",
  });
});

Deno.test("logs --follow: prints every line once and in order over 100 rotations and exits with the session", async () => {
  using home = tempFolder();
  using away = tempFolder();
  await using running = startEcholog([
    ...["record", "--device", "test", "--log-max-bytes", "1000"],
    ...["--log-backup-count", "200", "--segment-duration", "1s"],
    ...["--config", chatty(away.path), "--log-level", "debug"],
  ], { home: home.path });
  const session = await onlySession(join(home.path, "recordings"));
  await using following = startEcholog(["logs", "-f"], { home: home.path });
  await waitFor(
    "100 rotations",
    () => session.files("").some((name) => name === "session.log.100") || null,
  );
  running.signal("SIGINT");
  await running.finished;
  const { code, stdout } = await following.finished;
  assertEquals(code, 0);
  const whole = await echolog(["logs"], { home: home.path });
  assertEquals(stdout, whole.stdout);
  assert((stdout.match(/ log_rotated /g) ?? []).length >= 100);
  assertMatch(stdout, / session_stop [^\n]*\n$/);
});

/** Settings that make ffmpeg say much at debug: a filter that prints each frame. */
function chatty(folder: string): string {
  const path = join(folder, "echolog.conf");
  Deno.writeTextFileSync(
    path,
    '[ffmpeg]\noutput_args = ["-af", "ashowinfo"]\n',
  );
  return path;
}

Deno.test("logs --follow: reports that the recorder died and exits", async () => {
  using home = tempFolder();
  await using running = startEcholog(["record", "--device", "test"], {
    home: home.path,
  });
  const session = await onlySession(join(home.path, "recordings"));
  await session.waitForEvent("ffmpeg_started");
  await using following = startEcholog(["logs", "--follow"], {
    home: home.path,
  });
  running.signal("SIGKILL");
  await running.finished;
  const { code, stderr } = await following.finished;
  assertEquals(code, 0);
  assertMatch(
    stderr,
    /^echolog: The recorder of this session has died, .*echolog repair\n$/,
  );
  await echolog(["repair"], { home: home.path });
});

Deno.test("logs --follow: reports that it knows no recorder of the session", async () => {
  using home = tempFolder();
  sessionWith(home.path, { "session.log": line(1) });
  const [program, ...before] = echologCommand();
  const child = new Deno.Command(program, {
    args: [...before, "logs", "--follow"],
    env: { HOME: home.path },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const reader = child.stderr.getReader();
  const { value } = await reader.read();
  assertMatch(
    new TextDecoder().decode(value),
    /^echolog: No recorder of this session is known on this machine; this ends when nothing was written to its folder for 5 min\n$/,
  );
  child.kill("SIGINT");
  await child.status;
  await reader.cancel();
});

Deno.test("logs --follow: ends with the lines of a copied session", async () => {
  using home = tempFolder();
  const folder = sessionWith(home.path, { "session.log": line(1) });
  const old = new Date(Date.now() - 3_600_000);
  await Deno.utime(join(folder, "session.log"), old, old);
  const { code, stdout, stderr } = await echolog(["logs", "--follow"], {
    home: home.path,
  });
  assertEquals([code, stdout], [0, line(1)]);
  assertMatch(stderr, /nothing was written to its folder for 1 h, so no new/);
});

Deno.test("logs --follow: ends at once with the lines of a copy on the same machine", async () => {
  using home = tempFolder();
  using copies = tempFolder();
  await using running = startEcholog(["record", "--device", "test"], {
    home: home.path,
  });
  const session = await onlySession(join(home.path, "recordings"));
  await session.waitForEvent("ffmpeg_started");
  for (const name of ["session.log", "session.json"]) {
    await Deno.copyFile(join(session.folder, name), join(copies.path, name));
  }
  const { code, stdout, stderr } = await echolog(
    ["logs", "--follow", `${copies.path}/`],
    { home: home.path },
  );
  assertEquals(code, 0);
  assertMatch(stdout, /ffmpeg_started/);
  assertMatch(stderr, /^echolog: This is a copy of .*, so no new lines/);
  running.signal("SIGINT");
  await running.finished;
});

Deno.test("logs: prints a log of any name, and standard input", async () => {
  using home = tempFolder();
  const path = join(home.path, "ticket-4711.log");
  Deno.writeTextFileSync(path, `> ${line(1)}`);
  const { code, stdout } = await echolog(["logs", path], { home: home.path });
  assertEquals([code, stdout], [0, line(1)]);
  const piped = await echolog(["logs", "-", "--level", "info"], {
    home: home.path,
    stdin: line(2),
  });
  assertEquals([piped.code, piped.stdout], [0, line(2)]);
});

Deno.test("explain: reads standard input, and a rotated part by its name", async () => {
  using home = tempFolder();
  const { code: recorded } = await echolog([
    ...["record", "--device", "test", "--duration", "2s"],
    ...["--session-id", "night", "--log-max-bytes", "2500"],
  ], { home: home.path });
  assertEquals(recorded, 0);
  const log = join(home.path, "recordings", "night", "session.log");
  const whole = [...Deno.readDirSync(join(home.path, "recordings", "night"))]
    .map(({ name }) => name)
    .filter((name) => name.startsWith("session.log."))
    .sort().reverse()
    .map((name) => Deno.readTextFileSync(`${log}${name.slice(11)}`))
    .join("") + Deno.readTextFileSync(log);
  const piped = await echolog(["explain", "-"], {
    home: home.path,
    stdin: whole,
  });
  assertEquals(piped.code, 0, piped.stderr);
  assertMatch(piped.stdout, /^night was recorded: 2 s of audio/);
  assertMatch(piped.stdout, /It stopped after the requested duration\./);
  assertMatch(piped.stdout, /^Log: standard input$/m);
  // The oldest part alone has the beginning, and no end.
  const parts = whole.match(/log_rotated/g)?.length ?? 0;
  assert(parts > 0, whole);
  const part = await echolog(["explain", `${log}.${parts}`], {
    home: home.path,
  });
  assertEquals(part.code, 0, part.stderr);
  assertMatch(
    part.stdout.replaceAll(/\s+/g, " "),
    /The log does not have the end of the session: it is a part/,
  );
});

Deno.test("logs: exits 0 without an error when its reader closes the pipe", async () => {
  using home = tempFolder();
  sessionWith(home.path, {
    "session.log": Array.from({ length: 50_000 }, () => line(1)).join(""),
  });
  const { code, stderr } = await throughHead(home.path);
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
});

/** `echolog logs | head -1`, with echolog's own exit code. */
async function throughHead(home: string) {
  const command = echologCommand().map((word) => `'${word}'`).join(" ");
  const script =
    `{ { ${command} logs; echo "code $?" >&3; } | head -1 >/dev/null; } 3>&1`;
  const { stdout, stderr } = await runProgram("sh", ["-c", script], {
    env: { HOME: home },
  });
  return { code: Number(/code (\d+)/.exec(stdout)?.[1] ?? NaN), stderr };
}

Deno.test("explain: reports a log without a readable line and exits 1", async () => {
  using home = tempFolder();
  const junk = String.fromCharCode(0, 27, 7).repeat(100);
  for (const text of ["", junk, "2025-09-22T10:00:00Z INFO echolog"]) {
    sessionWith(home.path, { "session.log": text });
    const { code, stdout, stderr } = await echolog(["explain"], {
      home: home.path,
    });
    assertEquals({ code, stdout }, { code: 1, stdout: "" });
    assertMatch(
      stderr,
      /^echolog: No line of .*session\.log can be read; [^\n]+\n$/,
    );
  }
});

Deno.test("echolog: exits 0 without an error when the pipe has no reader", async () => {
  using home = tempFolder();
  sessionWith(home.path, { "session.log": line(1) });
  const commands = [["--help"], ["sessions"], ["explain"], ["config", "show"]];
  for (const args of commands) {
    const command = [...echologCommand(), ...args]
      .map((word) => `'${word}'`).join(" ");
    // The reader is gone before there is anything to read.
    const script =
      `mkfifo p && { { ${command}; echo "code $?" >&3; } >p & exec 4<p 4<&-; wait; } 3>&1`;
    const { stdout, stderr } = await runProgram("sh", ["-c", script], {
      cwd: home.path,
      env: { HOME: home.path },
    });
    assertEquals(stdout, "code 0\n", args.join(" "));
    assertEquals(stderr, "", args.join(" "));
    Deno.removeSync(join(home.path, "p"));
  }
});

Deno.test("logs: reports a missing session in one line and reads a log that has only a rotated part", async () => {
  using home = tempFolder();
  const none = await echolog(["logs"], { home: home.path });
  assertEquals(none.code, 2);
  assertMatch(
    none.stderr,
    /^echolog: There is no session in .*--output-dir\n$/,
  );
  const folder = sessionWith(home.path, { "session.log": line(1) });
  const wrong = await echolog(["logs", "2031"], { home: home.path });
  assertEquals(wrong.code, 2);
  assertMatch(
    wrong.stderr,
    /^echolog: Unknown session 2031; the newest in .*recordings: 2025.*\n$/,
  );
  const path = await echolog(["explain", join(home.path, "none")], {
    home: home.path,
  });
  assertEquals(path.code, 2);
  assertMatch(
    path.stderr,
    /^echolog: There is no session in \/.*\/none; /,
  );
  Deno.renameSync(join(folder, "session.log"), join(folder, "session.log.1"));
  assertEquals((await echolog(["logs"], { home: home.path })).code, 0);
});
