import { assert, assertEquals } from "@std/assert";
import type { SessionEvent } from "../../../../src/events.ts";
import { LineSplitter } from "../../../../src/platform/line_splitter.ts";
import { decodeEvent } from "../../../../src/log/format/event_fields.ts";
import { decodeLine } from "../../../../src/log/format/line.ts";
import { tempFolder } from "../../../support/temp.ts";
import { assertRun, logNames } from "../../../support/handled_log.ts";

/** How often each ending is tried. */
const TIMES = Number(Deno.env.get("ECHOLOG_TEST_REPEAT") ?? 3);

interface Ended {
  readonly events: (SessionEvent | null)[];
  readonly said: string[];
  readonly code: number;
  readonly signal: Deno.Signal | null;
}

/** Runs the fixture and reads its log; `onLine` may kill it. */
async function run(
  ending: string,
  onLine: (line: string, child: Deno.ChildProcess) => void = () => {},
): Promise<Ended> {
  using folder = tempFolder();
  const root = new URL("../../../../", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-lock",
      "--no-check",
      `--config=${root}deno.json`,
      "--allow-read",
      "--allow-write",
      "--allow-run",
      `${root}tests/fixtures/logging_session.ts`,
      `${folder.path}/session.log`,
      ending,
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const said: string[] = [];
  const splitter = new LineSplitter();
  for await (const bytes of child.stdout) {
    for (const line of splitter.push(bytes)) {
      said.push(line);
      onLine(line, child);
    }
  }
  const { code, signal } = await child.status;
  const names = [...Deno.readDirSync(folder.path)].map(({ name }) => name);
  const events = logNames(names)
    .flatMap((name) =>
      Deno.readTextFileSync(`${folder.path}/${name}`).split("\n").slice(0, -1)
    )
    .map((line) => {
      const decoded = decodeLine(line);
      return decoded === null ? null : decodeEvent(decoded);
    });
  return { events, said, code, signal };
}

function runsOf(events: Ended["events"], name: string): number[] {
  return events.flatMap((event) =>
    event?.event === name && "run" in event ? [event.run] : []
  );
}

function lastReason({ events }: Ended): string {
  const last = events.at(-1);
  return last?.event === "session_stop" ? last.reason : "none";
}

for (
  const [ending, reason, code] of [
    ["natural", "stop_command", 0],
    ["exit", "stop_command", 3],
    ["throw", "fatal_error", 1],
    ["throw later", "fatal_error", 1],
    ["rejection", "fatal_error", 1],
    ["listener", "fatal_error", 1],
  ] as const
) {
  Deno.test(`SessionLog: loses no line when the process ends (${ending})`, async () => {
    for (let time = 1; time <= TIMES; time++) {
      const ended = await run(ending);
      assertEquals(lastReason(ended), reason);
      assertEquals(ended.code, code);
      assertRun(runsOf(ended.events, "ffmpeg_stderr"), 1, 10_000);
      assertRun(runsOf(ended.events, "ffmpeg_started"), 1, 100);
      assert(!ended.events.includes(null), "every line can be read");
    }
  });
}

Deno.test("SessionLogHandler: flushes itself when the process ends without hooks", async () => {
  const { events } = await run("unhooked");
  assertRun(runsOf(events, "ffmpeg_stderr"), 1, 10_001);
});

for (
  const [signal, reason] of [
    ["SIGINT", "interrupted"],
    ["SIGTERM", "terminated"],
    ["SIGHUP", "hangup"],
  ] as const
) {
  Deno.test({
    name: `SessionLog: loses no line when the process ends (${signal})`,
    ignore: Deno.build.os === "windows",
    async fn() {
      for (let time = 1; time <= TIMES; time++) {
        const ended = await run(signal, (line, child) => {
          if (line === "ready") child.kill(signal);
        });
        assertEquals(lastReason(ended), reason);
        assertEquals(ended.signal, signal);
        assertRun(runsOf(ended.events, "ffmpeg_stderr"), 1, 10_000);
        assertRun(runsOf(ended.events, "ffmpeg_started"), 1, 100);
      }
    },
  });
}

Deno.test("SessionLog: keeps every lifecycle line and loses at most a second of others on SIGKILL", async () => {
  for (let time = 1; time <= TIMES; time++) {
    let isKilled = false;
    const { events, said } = await run("SIGKILL", (line, child) => {
      const [n] = line.split(" ").map(Number);
      if (isKilled || n === undefined || n < 6_000 + 137 * time) return;
      isKilled = true;
      child.kill("SIGKILL");
    });
    const [last = 0, at = 0] = (said.at(-1) ?? "").split(" ").map(Number);
    const lifecycle = runsOf(events, "ffmpeg_started");
    assertRun(lifecycle, 1, lifecycle.length);
    assert(
      lifecycle.length >= Math.floor(last / 100),
      `${lifecycle.length} of ${last / 100}`,
    );
    const lines = runsOf(events, "ffmpeg_stderr");
    assertRun(lines, 1, lines.length);
    const newest = events.findLast((event) => event?.event === "ffmpeg_stderr");
    // The leading time has whole seconds.
    assert(at - (newest?.time ?? 0) < 2_000, `${at} ${newest?.time}`);
    assert(events.slice(0, -1).every((event) => event !== null));
  }
});
