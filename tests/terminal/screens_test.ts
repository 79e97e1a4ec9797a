/**
 * What a person sees, on a terminal of 80×24 and on one of 40×10. The screens
 * are kept in screens/; `ECHOLOG_SCREENS=write` updates them.
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { widthOf } from "../../src/terminal/width.ts";
import { gapsOf } from "../faults/support.ts";
import {
  echolog,
  echologCommand,
  SessionOnDisk,
  startEcholog,
} from "../support/echolog.ts";
import { hasTmux, Terminal, terminalEnvironment } from "../support/terminal.ts";
import { waitFor } from "../support/wait.ts";

/** What terminals are tried, and what the live line has room for on each. */
const SIZES = [
  { columns: 80, rows: 24, lineEnd: "-18 dB .* left" },
  { columns: 40, rows: 10, lineEnd: "-18 dB" },
];
const FIXTURES = fromFileUrl(new URL("../fixtures/sessions", import.meta.url));

/** A home folder with a short path: longer lines than a terminal's would break. */
function homeFolder() {
  // Lines break by its length, which Deno's own names do not always keep.
  const name = crypto.randomUUID().replaceAll("-", "").slice(0, 16);
  const path = `/tmp/h${name}`;
  Deno.mkdirSync(path, { mode: 0o700 });
  return {
    path,
    [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }),
  };
}

/** Numbers differ from run to run, and so does the home folder; their places do not. */
function settled(screen: string): string {
  return screen.replace(/\/tmp\/h[0-9a-f]+/g, "HOME")
    .replace(/…[0-9a-f]*\//g, "…/")
    .replace(/\d+(\.\d+)?/g, "#")
    // With their numbers gone, columns no longer stand below each other.
    .replace(/(?<=\S) {2,}/g, "  ")
    .replace(/# [kMGT]?B\b/g, "# B")
    .replace(/[█░]{10}(?= )/g, "█".repeat(10))
    .replace(/at t[a-z ]*…/g, "at this rate")
    .replace(/# min # s\b|# min\b/g, "# s")
    .replace(/# d # h\b|# h # min\b|# h\b|# d\b/g, "# h");
}

/** What a screen would say had the machine not been slow to start or stop, which is a gap. */
function withoutSlowness(screen: string, session: SessionOnDisk): string {
  const isSlow = session.eventsOf("gap").length > 0;
  if (!isSlow || gapsOf(session).length > 0) return screen;
  return screen.replace(/The log names [^]*?tells\s+why\.\n\n/, "")
    .replace(/^(gaps: \d+), .* in all$/m, "$1")
    .replace(/\d+ gaps? \([^)]*\)/, "no gap")
    .replace(/(no gap, .*), \d+ w[a-z]*…?$/m, "$1")
    .replace(/\d+ gap\b/, "0 gaps");
}

/** The recording that a test made. */
function night(home: string): SessionOnDisk {
  return new SessionOnDisk(join(home, "recordings", "night"));
}

async function assertScreen(
  name: string,
  screen: string,
  columns: number,
): Promise<void> {
  for (const line of screen.split("\n")) {
    assert(widthOf(line) <= columns, `too wide: ${line}`);
  }
  const path = new URL(`screens/${name}.txt`, import.meta.url);
  const text = `${settled(screen)}\n`;
  if (Deno.env.get("ECHOLOG_SCREENS") === "write") {
    await Deno.writeTextFile(path, text);
  }
  assertEquals(text, await Deno.readTextFile(path), name);
}

/** A home folder with a recording in it whose log has a gap. */
function homeWithSession(session: string) {
  const home = homeFolder();
  const folder = join(home.path, "recordings", "night");
  Deno.mkdirSync(folder, { recursive: true });
  const from = join(FIXTURES, session, "session.log");
  Deno.copyFileSync(from, join(folder, "session.log"));
  return home;
}

// A screen is read while it is drawn, too: what is waited for is its last word.
for (const { columns, rows, lineEnd } of SIZES) {
  const size = `${columns}x${rows}`;

  Deno.test(`terminal: draws one live line for record at ${size} and a summary at the end`, async () => {
    if (!await hasTmux()) return;
    using home = homeFolder();
    await using terminal = await Terminal.open([
      ...echologCommand(),
      ...["record", "--device", "test", "--segment-duration", "2s"],
      ...["--session-id", "night"],
    ], { columns, rows, env: terminalEnvironment(home.path) });
    const live = await terminal.waitForScreen(
      new RegExp(`chunk 2 .* ${lineEnd}$`),
    );
    await terminal.press("C-c");
    await terminal.end();
    const end = await terminal.screen();
    // The line on stdout is given as a whole, however narrow the terminal.
    const session = night(home.path);
    const path = join(session.folder, "session.log");
    assertStringIncludes(
      live.replaceAll("\n", ""),
      `Logging to ${path} (level=info)`,
    );
    await assertScreen(
      `record-${size}`,
      withoutSlowness(live, session),
      columns,
    );
    await assertScreen(
      `record-end-${size}`,
      withoutSlowness(end, session),
      columns,
    );
    assertStringIncludes(terminal.raw(), "stopping");
  });

  Deno.test(`terminal: shows a recording with status --watch at ${size}`, async () => {
    if (!await hasTmux()) return;
    using home = homeFolder();
    let screen: string;
    {
      await using _recording = await recording(home.path);
      await using terminal = await Terminal.open([
        ...echologCommand(),
        ...["status", "--watch"],
      ], { columns, rows, env: terminalEnvironment(home.path) });
      screen = await terminal.waitForScreen(
        /last audio: now\n[^]*\nlog: .*session\.log$/,
      );
      await terminal.press("C-c");
      await terminal.end();
      assertStringIncludes(await terminal.everything(), "state: recording");
    }
    await assertScreen(
      `status-${size}`,
      withoutSlowness(screen, night(home.path)),
      columns,
    );
  });

  Deno.test(`terminal: fits explain to the width of ${size}`, async () => {
    if (!await hasTmux()) return;
    for (const session of ["restarted", "no-server"]) {
      using home = homeWithSession(session);
      // All of it is seen on a long screen of the same width.
      await using terminal = await Terminal.open([
        ...echologCommand(),
        ...["explain", "night"],
      ], { columns, rows: 60, env: terminalEnvironment(home.path) });
      await terminal.end();
      await assertScreen(
        `explain-${session}-${size}`,
        await terminal.screen(),
        columns,
      );
    }
  });

  Deno.test(`terminal: fits verify to the width of ${size}`, async () => {
    if (!await hasTmux()) return;
    using home = homeFolder();
    const made = await echolog([
      ...["record", "--device", "test", "--duration", "3.6s"],
      ...["--segment-duration", "1.2s", "--session-id", "night"],
    ], { home: home.path });
    assertEquals(made.code, 0, made.stderr);
    const session = night(home.path);
    const { folder } = session;
    Deno.removeSync(join(folder, "chunk_00002.flac"));
    Deno.writeTextFileSync(join(folder, "holiday.jpg"), "");
    await using terminal = await Terminal.open([
      ...echologCommand(),
      ...["verify", "night"],
    ], { columns, rows: 60, env: terminalEnvironment(home.path) });
    await terminal.end();
    await assertScreen(
      `verify-${size}`,
      withoutSlowness(await terminal.screen(), session),
      columns,
    );
    assertStringIncludes(terminal.raw(), "Decoding ");
  });
}

async function recording(
  home: string,
  id = "night",
): Promise<AsyncDisposable> {
  const running = startEcholog([
    ...["record", "--device", "test", "--session-id", id],
  ], { home });
  await using terminal = await Terminal.open(
    [
      "sh",
      "-c",
      'until grep -qs ffmpeg_started "$0"; do sleep 0.1; done',
      join(home, "recordings", id, "session.log"),
    ],
    { columns: 80, rows: 24, env: terminalEnvironment(home) },
  );
  await terminal.end();
  return {
    // Stopped, not killed: its ffmpeg would record on.
    async [Symbol.asyncDispose]() {
      running.signal("SIGINT");
      await running.finished;
    },
  };
}

Deno.test("terminal: redraws the live line when the terminal is resized", async () => {
  if (!await hasTmux()) return;
  using home = homeFolder();
  await using terminal = await Terminal.open([
    ...echologCommand(),
    ...["record", "--device", "test", "--session-id", "night"],
  ], { columns: 80, rows: 24, env: terminalEnvironment(home.path) });
  await terminal.waitForScreen(/ left$/);
  // What a line of that width ends with.
  const sizes: [number, string][] = [
    [46, "gaps?"],
    [39, "dB"],
    [100, "left"],
    [57, "k?B"],
    [80, "left"],
  ];
  for (const [columns, end] of sizes) {
    await terminal.resize(columns, 24);
    // One live line, nothing of an older one beside it. tmux may have moved
    // what stands above it into its history.
    await terminal.waitForScreen(
      new RegExp(
        `^(?:Logging to [^█]*\\n)?\\d[^█]*  chunk 1  [█░]+[^\\n]* ${end}$`,
      ),
    );
  }
  await terminal.press("C-c");
  await terminal.end();
  const end = await terminal.screen();
  assert(!/chunk 1 /.test(end), end);
});

Deno.test("terminal: draws the live line at most about twice a second", async () => {
  if (!await hasTmux()) return;
  using home = homeFolder();
  await using terminal = await Terminal.open([
    ...echologCommand(),
    ...["record", "--device", "test", "--duration", "4s"],
  ], { columns: 80, rows: 24, env: terminalEnvironment(home.path) });
  await terminal.end();
  const drawn = terminal.raw().match(/\d s {2}/g)?.length ?? 0;
  assert(drawn >= 3 && drawn <= 10, `${drawn}`);
});

Deno.test("terminal: continues recording when Ctrl-S stops the output", async () => {
  if (!await hasTmux()) return;
  using home = homeFolder();
  const env = terminalEnvironment(home.path);
  await using terminal = await Terminal.open([
    ...echologCommand(),
    ...["record", "--device", "test", "--session-id", "night"],
    ...["--segment-duration", "2s"],
  ], { columns: 80, rows: 24, env });
  const session = new SessionOnDisk(join(home.path, "recordings", "night"));
  await terminal.waitForScreen(/ left$/);
  await terminal.press("C-s");
  const before = session.eventsOf("chunk_created").length;
  await session.waitForEvent("chunk_created", before + 2);
  const { code } = await echolog(["stop"], { home: home.path });
  assertEquals(code, 0);
  assertEquals(session.events().at(-1)?.event, "session_stop");
  await terminal.press("C-q");
  await terminal.end();
});

Deno.test("terminal: prints errors above the live line", async () => {
  if (!await hasTmux()) return;
  using home = homeFolder();
  await using terminal = await Terminal.open([
    ...echologCommand(),
    ...["record", "--device", "test", "--session-id", "night"],
  ], { columns: 80, rows: 24, env: terminalEnvironment(home.path) });
  await terminal.waitForScreen(/ left$/);
  // A log that cannot be written is reported on stderr.
  const log = join(home.path, "recordings", "night", "session.log");
  await waitFor("a folder in its place", () => replacedByFolder(log));
  const screen = await terminal.waitForScreen(
    /\necholog: [^]*\n\d+ s {2}chunk .* left$/,
  );
  assertEquals(screen.match(/chunk 1 /g)?.length, 1, screen);
  assert(/^echolog: (?!.*chunk 1)/m.test(screen), screen);
  // Its home can be removed when it no longer writes there.
  await terminal.press("C-c");
  await terminal.end();
});

/** Puts a folder in a file's place; `null` when the file was made again meanwhile. */
function replacedByFolder(path: string): true | null {
  Deno.removeSync(path);
  try {
    Deno.mkdirSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return null;
    throw error;
  }
  return true;
}

Deno.test("terminal: writes no escape sequences when NO_COLOR is set", async () => {
  if (!await hasTmux()) return;
  using home = homeWithSession("restarted");
  const env = { ...terminalEnvironment(home.path), NO_COLOR: "1" };
  const commands = [
    ["record", "--device", "test", "--duration", "2s"],
    ["explain", "night"],
    ["logs", "night"],
    ["sessions"],
    ["verify", "latest"],
    ["devices"],
    ["config", "show"],
    ["--help"],
  ];
  for (const args of commands) {
    await using terminal = await Terminal.open(
      [...echologCommand(), ...args],
      { columns: 80, rows: 24, env },
    );
    await terminal.end();
    assert(!terminal.raw().includes("\x1b"), args.join(" "));
    assert(terminal.raw().length > 0, args.join(" "));
  }
  await using _recording = await recording(home.path, "another");
  await using watch = await Terminal.open(
    [...echologCommand(), "status", "--watch"],
    { columns: 80, rows: 24, env },
  );
  await watch.waitForScreen(/state: recording/);
  assert(!watch.raw().includes("\x1b"));
});

Deno.test("terminal: shows no live line and no summary with --quiet", async () => {
  if (!await hasTmux()) return;
  using home = homeFolder();
  await using terminal = await Terminal.open(
    [
      ...echologCommand(),
      ...["record", "--device", "test", "--duration", "3s", "--quiet"],
    ],
    { columns: 80, rows: 24, env: terminalEnvironment(home.path) },
  );
  await terminal.end();
  const lines = terminal.raw().split(/[\r\n]+/).filter((line) => line !== "");
  assertEquals(lines.length, 1, terminal.raw());
  assert(lines[0]?.startsWith("Logging to "), lines[0]);
});

Deno.test("terminal: writes colors to a terminal and none to a pipe", async () => {
  if (!await hasTmux()) return;
  using home = homeWithSession("restarted");
  for (const args of [["explain", "night"], ["logs", "night"], ["sessions"]]) {
    await using terminal = await Terminal.open(
      [...echologCommand(), ...args],
      { columns: 80, rows: 24, env: terminalEnvironment(home.path) },
    );
    await terminal.end();
    assertStringIncludes(terminal.raw(), "\x1b[", args.join(" "));
    const piped = await echolog(args, {
      home: home.path,
      env: { NO_COLOR: "" },
    });
    assert(piped.stdout.length > 0);
    assert(!`${piped.stdout}${piped.stderr}`.includes("\x1b"), args.join(" "));
  }
});
