import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { decodeEvent } from "../../src/log/format/event_fields.ts";
import { readLog } from "../../src/log/read/reader.ts";
import type { SessionEvent } from "../../src/events.ts";
import { configured, fakeFfmpeg } from "../faults/support.ts";
import { echolog, onlySession } from "../support/echolog.ts";
import { tempFolder } from "../support/temp.ts";

async function readEvents(folder: string) {
  const events: SessionEvent[] = [];
  const parts = new Set<number>();
  for await (const line of readLog(join(folder, "session.log"))) {
    const event = line.entry === null ? null : decodeEvent(line.entry);
    assert(event !== null, line.text);
    events.push(event);
    parts.add(line.part);
  }
  return { events, parts };
}

Deno.test("record: keeps the log complete when it rotates every second", async () => {
  using home = tempFolder();
  const env = configured(
    home.path,
    '[logging]\nrotation = "time"\ntime_when = "S"\nbackup_count = 100\n',
  );
  const { code } = await echolog([
    ...["record", "--device", "test", "--duration", "6s"],
    ...["--segment-duration", "1s"],
  ], { home: home.path, env });
  assertEquals(code, 0);
  const session = await onlySession(join(home.path, "recordings"));
  const { events, parts } = await readEvents(session.folder);
  assert(parts.size >= 4, `${parts.size} parts`);
  assertEquals(events[0]?.event, "session_start");
  assertEquals(events.at(-1)?.event, "session_stop");
  const chunks = events.filter(({ event }) => event === "chunk_created");
  assertEquals(chunks.length, 6);
  const rotated = events.filter(({ event }) => event === "log_rotated");
  assertEquals(rotated.length, parts.size - 1);
});

Deno.test("record: keeps a debug log complete in parts no larger than --log-max-bytes", async () => {
  using home = tempFolder();
  const { code } = await echolog([
    ...["record", "--device", "test", "--duration", "4s"],
    ...["--segment-duration", "1s", "--log-max-bytes", "2000"],
    ...["--log-level", "debug", "--log-backup-count", "100"],
  ], { home: home.path });
  assertEquals(code, 0);
  const session = await onlySession(join(home.path, "recordings"));
  const { events, parts } = await readEvents(session.folder);
  assert(parts.size >= 3, `${parts.size} parts`);
  assertEquals(events[0]?.event, "session_start");
  assertEquals(events.at(-1)?.event, "session_stop");
  assertEquals(
    events.filter(({ event }) => event === "chunk_created").length,
    4,
  );
  const sizes = [...parts].map((part) =>
    Deno.statSync(
      join(session.folder, part === 0 ? "session.log" : `session.log.${part}`),
    ).size
  );
  assert(Math.max(...sizes) <= 2_000, sizes.join(" "));
});

Deno.test("record: logs local times with their UTC offset, which verify accepts", async () => {
  using home = tempFolder();
  const env = {
    ...configured(home.path, "[logging]\nutc = false\n"),
    TZ: "Asia/Kolkata",
  };
  const args = ["record", "--device", "test", "--duration", "2s"];
  const { code } = await echolog(args, { home: home.path, env });
  assertEquals(code, 0);
  const session = await onlySession(join(home.path, "recordings"));
  for (const line of session.logText().trimEnd().split("\n")) {
    assertMatch(line, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+05:30 [A-Z]+ /);
  }
  // Times inside are UTC, and the leading ones are the same.
  const { events } = await readEvents(session.folder);
  const [start] = events;
  assert(start?.event === "session_start");
  assertMatch(session.logText(), /start=[\dT:-]+\.\d{3}Z /);
  assert(Math.abs(start.time - start.start) < 1_000);
  assert(Math.abs(start.time - Date.now()) < 60_000);
  const verified = await echolog(["verify"], { home: home.path, env });
  assertEquals(verified.code, 0, verified.stdout);
});

Deno.test("record: starts every JSON log line with time, level, logger and event", async () => {
  using home = tempFolder();
  await echolog([
    ...["record", "--device", "test", "--duration", "2s"],
    ...["--log-format", "json"],
  ], { home: home.path });
  const session = await onlySession(join(home.path, "recordings"));
  for (const line of session.logLines()) {
    const keys = Object.keys(JSON.parse(line));
    assertEquals(keys.slice(0, 4), ["time", "level", "logger", "event"]);
  }
  const { events } = await readEvents(session.folder);
  assertEquals(events.at(-1)?.event, "session_stop");
});

for (
  const { level, lines, args } of [
    { level: "info", lines: 50_000, args: [] },
    // Fewer, as each is written; still more than one part holds.
    { level: "debug", lines: 15_000, args: ["--log-max-bytes", "500000"] },
  ]
) {
  Deno.test(`record: ${level === "info" ? "summarizes and counts" : "logs every line of"} a flood of ffmpeg messages at level ${level}`, async () => {
    using home = tempFolder();
    const ffmpeg = await fakeFfmpeg(
      home.path,
      `seq -f '[hls @ 0x55d0cd0d80] [warning] Skip %.0f segments' ${lines} >&2
exec "$FFMPEG" "$@"`,
    );
    const { code } = await echolog([
      ...["record", "--device", "test", "--duration", "6s"],
      ...["--ffmpeg", ffmpeg, "--log-level", level],
      ...["--log-backup-count", "100", ...args],
    ], { home: home.path });
    assertEquals(code, 0);
    const session = await onlySession(join(home.path, "recordings"));
    const { events, parts } = await readEvents(session.folder);
    const flood = events.filter((event) => event.event === "ffmpeg_stderr")
      .filter(({ line }) => line.startsWith("Skip "));
    const reported = flood.reduce((sum, { count }) => sum + (count ?? 1), 0);
    assertEquals(reported, lines);
    const bytes = session.files("").filter((name) => name.includes(".log"))
      .reduce(
        (sum, name) => sum + Deno.statSync(join(session.folder, name)).size,
        0,
      );
    if (level === "info") assert(bytes < 20_000, `${bytes} bytes`);
    else {
      assertEquals(flood.length, lines);
      assert(parts.size >= 3, `${parts.size} parts`);
    }
  });
}

const SECRET = "s3cr3tValue";

/** Devices and settings that hold a secret, each in a form of its own. */
const FORMS: readonly { device: string; input?: readonly string[] }[] = [
  ...[
    `rtsp://user:${SECRET}@127.0.0.1:1/a`,
    `rtsp://${SECRET}@127.0.0.1:1/a`,
    `rtsp://user:p%40${SECRET}@127.0.0.1:1/a`,
    `rtsp://us%65r:${SECRET}%21@127.0.0.1:1/a`,
    `rtsp://user:${SECRET}@[::1]:1/a`,
    `RTSP://user:${SECRET}@127.0.0.1:1/a`,
    `http://user:${SECRET}@127.0.0.1:1/a.mp3`,
    `https://user:${SECRET}@127.0.0.1:1/a.mp3`,
    `rtmp://user:${SECRET}@127.0.0.1:1/a/b`,
    `icecast://source:${SECRET}@127.0.0.1:1/a`,
    `tcp://user:${SECRET}@127.0.0.1:1`,
    `srt://127.0.0.1:1?passphrase=${SECRET}xxxx`,
    `ftp://user:${SECRET}@127.0.0.1:1/a`,
    `sftp://user:${SECRET}@127.0.0.1:1/a`,
    `gopher://user:${SECRET}@127.0.0.1:1/a`,
    `unknown://user:${SECRET}@127.0.0.1:1/a`,
    `rtsp://user:${SECRET}@/no/host`,
    `rtsp://user:${SECRET}@127.0.0.1:99999/a`,
    `rtsp://a:b:${SECRET}@127.0.0.1:1/a`,
    `rtsp://user:${SECRET}#x@127.0.0.1:1/a`,
    `http://user:${SECRET}@@127.0.0.1:1/a`,
    `http://user:${SECRET}/x@127.0.0.1:1/a`,
  ].map((device) => ({ device })),
  ...[
    "token",
    "TOKEN",
    "access_token",
    "auth_token",
    "key",
    "api_key",
    "apikey",
    "API-Key",
    "password",
    "Password",
    "passwd",
    "pwd",
    "pass",
    "secret",
    "client_secret",
    "auth",
    "signature",
    "sig",
    "X-Amz-Signature",
    "X-Amz-Security-Token",
    "jwt",
    "session_token",
    "credential",
    "t%6Fken",
  ].map((name) => ({
    device: `http://127.0.0.1:1/a.mp3?x=1&${name}=${SECRET}&y=2`,
  })),
  ...[
    ["-headers", `Authorization: Bearer ${SECRET}\r\n`],
    ["-headers", `Authorization: Basic ${btoa(`user:${SECRET}`)}\r\n`],
    ["-headers", `X-Api-Key: ${SECRET}\r\n`],
    ["-headers", `Cookie: session=${SECRET}\r\n`],
    ["-headers", `X-Auth-Token: ${SECRET}\r\nAccept: a/b\r\n`],
    ["-cookies", `session=${SECRET}; path=/; domain=127.0.0.1`],
    ["-http_proxy", `http://user:${SECRET}@127.0.0.1:1`],
    ["-password", SECRET],
    ["-passphrase", SECRET],
    ["-decryption_key", SECRET],
  ].map((input) => ({ device: "http://127.0.0.1:1/a.mp3", input })),
  ...[
    `rtsp://user:${SECRET}@127.0.0.1:1/a?token=${SECRET}`,
    `http://127.0.0.1:1/a.mp3?url=http%3A%2F%2Fu%3A${SECRET}%40h%2F`,
    `http://127.0.0.1:1/a.mp3#access_token=${SECRET}`,
    `http://127.0.0.1:1/a.mp3;password=${SECRET}`,
  ].map((device) => ({ device })),
];

Deno.test(`record: masks secrets written in ${FORMS.length} forms in its files and its output`, async () => {
  const leaks: string[] = [];
  const queue = [...FORMS.entries()];
  const basic = btoa(`user:${SECRET}`);
  const work = async () => {
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const [, { device, input = [] }] = next;
      using home = tempFolder();
      const env = configured(
        home.path,
        `[recovery]\nstart_timeout = "1s"\n[ffmpeg]\ninput_args = ${
          JSON.stringify(input)
        }\n`,
      );
      const { stdout, stderr } = await echolog(
        ["record", "--device", device, "--log-level", "debug"],
        { home: home.path, env },
      );
      const texts = [stdout, stderr, ...writtenBelow(home.path)];
      for (const text of texts) {
        if (text.includes(SECRET) || text.includes(basic)) {
          const at = text.indexOf(SECRET);
          leaks.push(`${device} ${input}: ${text.slice(at - 100, at + 30)}`);
        }
      }
      assert(texts.length > 4, "a session was made");
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  assertEquals(leaks, []);
});

/** Every text that echolog wrote; not the configuration, which is the user's. */
function writtenBelow(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = join(folder, name);
    if (isDirectory) return [path, ...writtenBelow(path)];
    return name === "echolog.conf" ? [] : [path, Deno.readTextFileSync(path)];
  });
}

Deno.test("record: replaces the device name with a stable hash when redact_device is set", async () => {
  const hashes: string[] = [];
  for (let count = 0; count < 2; count++) {
    using home = tempFolder();
    const env = configured(
      home.path,
      '[recovery]\nstart_timeout = "1s"\n[logging]\nredact_device = true\n',
    );
    const { stdout, stderr } = await echolog(
      ["record", "--device", "pulse:Anns_Bedroom_Mic", "--log-level", "debug"],
      { home: home.path, env: { ...env, PULSE_SERVER: "unix:/dev/null/none" } },
    );
    for (const text of [stdout, stderr, ...writtenBelow(home.path)]) {
      assert(!text.includes("Bedroom"), text);
    }
    const session = await onlySession(join(home.path, "recordings"));
    hashes.push(session.eventsOf("session_start")[0]?.device ?? "");
  }
  assertEquals(hashes[0], hashes[1]);
  assert(/[0-9a-f]{8}/.test(hashes[0] ?? ""));
});

Deno.test("record: hides a device's card, file, host and path when redact_device is set", async () => {
  using home = tempFolder();
  const sound = join(home.path, "Annas_song.flac");
  const { success } = await new Deno.Command("ffmpeg", {
    args: ["-v", "error", "-f", "lavfi", "-i", "sine=d=9", sound],
  }).output();
  assert(success);
  const env = configured(
    home.path,
    '[recovery]\nstart_timeout = "1s"\n[logging]\nredact_device = true\n',
  );
  for (
    const device of [
      `lavfi:amovie=${sound}`,
      "lavfi:amovie=/nowhere/Annas_song.flac",
      "alsa:hw:CARD=AnnasAirPods,DEV=0",
      "rtsp://127.0.0.1:1/AnnasBedroom",
      "file:///nowhere/Annas.wav",
      // Errors before there is a session.
      "nosuchformat:AnnasMic",
      "AnnasMic",
    ]
  ) {
    const { stdout, stderr } = await echolog(
      ["record", "--device", device, "--duration", "2s", "--log-level=debug"],
      { home: home.path, env },
    );
    const explained = await echolog(["explain"], { home: home.path, env });
    const checked = device.includes(":")
      ? await echolog(["doctor", "--device", device], { home: home.path, env })
      : { stdout: "", stderr: "" };
    for (
      const text of [
        ...[stdout, stderr, explained.stdout, explained.stderr],
        ...[checked.stdout, checked.stderr],
        ...writtenBelow(join(home.path, "recordings")),
        ...writtenBelow(join(home.path, ".local")),
      ]
    ) assert(!/annas/i.test(text), `${device}: ${text}`);
  }
});
