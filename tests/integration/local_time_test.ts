import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { dirname, join } from "@std/path";
import { echolog } from "../support/echolog.ts";
import { tempFolder } from "../support/temp.ts";

const ID = "20260328T230000Z";
const ZONES = [
  ["UTC", "2026-03-28 23:00:00", "05:00:00", "06:00"],
  ["Europe/Berlin", "2026-03-29 00:00:00", "07:00:00", "08:00"],
  ["America/New_York", "2026-03-28 19:00:00", "01:00:00", "02:00"],
  ["America/St_Johns", "2026-03-28 20:30:00", "02:30:00", "03:30"],
  ["Australia/Lord_Howe", "2026-03-29 10:00:00", "16:00:00", "17:00"],
] as const;

/** Writes a session of seven hours with a gap in the sixth, over the change of the clocks in Berlin. */
function writeSession(home: string): string {
  const folder = join(home, "recordings", ID);
  Deno.mkdirSync(folder, { recursive: true });
  const log = [
    `2026-03-28T23:00:00Z INFO echolog.session: session_start session_id=${ID} start=2026-03-28T23:00:00.000Z device=pulse:default sample_rate=48000 channels=2 timezone=Europe/Berlin codec=flac format=flac segment_duration=25200.000s output_dir=${home} config= overrides="" log_level=info log_rotation=size log_max_bytes=5242880 log_backup_count=3 echolog=0.1.0 ffmpeg=5.1.9 os=linux pid=1`,
    "2026-03-29T05:10:00Z WARNING echolog.recorder: gap start=2026-03-29T05:00:00.000Z end=2026-03-29T05:10:00.000Z duration=600.000s cause=device_gone",
    "2026-03-29T06:00:00Z INFO echolog.recorder: chunk_created file=chunk_00001.flac seq=1 run=1 start=2026-03-29T05:10:00.000Z end=2026-03-29T06:00:00.000Z duration=3000.000s size=1000 peak_dbfs=-3.0",
    "2026-03-29T06:00:00Z INFO echolog.session: session_stop reason=interrupted exit_code=0 chunks=1 audio=24600.000s wall=25200.000s coverage=97.62 gaps=1 gap_total=600.000s retries=1 warnings=1 errors=0 log_lines_dropped=0",
  ];
  Deno.writeTextFileSync(join(folder, "session.log"), log.join("\n") + "\n");
  return folder;
}

Deno.test("sessions, explain and logs: show and read local time, in each zone", async () => {
  using home = tempFolder();
  writeSession(home.path);
  for (const [zone, start, gap, end] of ZONES) {
    const run = async (...args: string[]) => {
      const env = { TZ: zone };
      const result = await echolog(args, { home: home.path, env });
      assertEquals(result.code, 0, `${args.join(" ")}: ${result.stderr}`);
      return result.stdout;
    };
    const listed = await run("sessions");
    assertStringIncludes(listed, `START (${zone})`);
    assertMatch(listed, new RegExp(`^${ID}  ${start} .* ${end}:00 `, "m"));
    const explained = await run("explain");
    assertMatch(
      explained,
      new RegExp(`^${start} to .*${end}:00 ${zone}: `, "m"),
    );
    assertStringIncludes(explained, gap);
    assertStringIncludes(await run("explain", "--utc"), "05:00:00 – 05:10:00");
    assertStringIncludes(
      await run("sessions", "--utc"),
      "2026-03-28 23:00:00",
    );
    // A time of day alone is the one inside the session.
    const events = async (...args: string[]) =>
      (await run("logs", ...args)).trimEnd().split("\n")
        .map((line) => /: ([a-z_]+) /.exec(line)?.[1]);
    assertEquals(await events("--since", end), [
      "chunk_created",
      "session_stop",
    ]);
    assertEquals(await events("--until", start.slice(11)), ["session_start"]);
    assertEquals(await events("-n", "1"), ["session_stop"]);
    assertEquals(await events("--until", end, "-n", "2", "--event", "gap"), [
      "gap",
    ]);
  }
});

for (const name of ["ticket-4711.log", "mail/session.log"]) {
  Deno.test(`explain ${name}: shows the zone of the machine that recorded it`, async () => {
    using home = tempFolder();
    const folder = writeSession(home.path);
    const mailed = join(home.path, name);
    Deno.mkdirSync(dirname(mailed), { recursive: true });
    Deno.renameSync(join(folder, "session.log"), mailed);
    const env = { TZ: "America/New_York" };
    const { stdout } = await echolog(["explain", mailed], {
      home: home.path,
      env,
    });
    assertMatch(stdout, /^2026-03-29 00:00:00 to 08:00:00 Europe\/Berlin: /m);
    // The hour from 02:00 to 03:00 does not exist there.
    assertStringIncludes(stdout, "07:00:00 – 07:10:00");
  });
}

Deno.test("sessions: a zone that is only a rule is named by its offset", async () => {
  using home = tempFolder();
  writeSession(home.path);
  for (
    const [rule, name, start] of [
      ["UTC+3", "-03:00", "2026-03-28 20:00:00"],
      ["Nonsense/Zone", "UTC", "2026-03-28 23:00:00"],
    ] as const
  ) {
    const env = { TZ: rule };
    const { stdout } = await echolog(["sessions"], { home: home.path, env });
    assertStringIncludes(stdout, `START (${name})`);
    assertStringIncludes(stdout, start);
  }
});

Deno.test("logs: refuses a time that the clocks leave out, and a count that is none", async () => {
  using home = tempFolder();
  writeSession(home.path);
  const refused = async (...args: string[]) => {
    const env = { TZ: "Europe/Berlin" };
    const { code, stdout, stderr } = await echolog(["logs", ...args], {
      home: home.path,
      env,
    });
    assertEquals([code, stdout], [2, ""], stderr);
    return stderr;
  };
  assertMatch(
    await refused("--since", "2026-03-29T02:30"),
    /^echolog: Cannot use --since 2026-03-29T02:30; the clocks of Europe\/Berlin were set forward over that time/,
  );
  assertMatch(
    await refused("--until", "noon"),
    /^echolog: Cannot use --until noon; expected a time such as/,
  );
  assertMatch(
    await refused("-n", "few"),
    /^echolog: Cannot use -n few; expected a number of lines/,
  );
});
