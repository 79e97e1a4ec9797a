import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { echologCommand, onlySession } from "../support/echolog.ts";
import { hasTmux, Terminal, terminalEnvironment } from "../support/terminal.ts";
import { tempFolder } from "../support/temp.ts";

/** How a shell writes a word. */
const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;

/** A shell with job control, and a script that records. */
async function shell(home: string): Promise<Terminal> {
  const script = join(home, "rec");
  Deno.writeTextFileSync(
    script,
    `#!/bin/sh\nexec ${
      echologCommand().map(quoted).join(" ")
    } record --device test --segment-duration 1s\n`,
    { mode: 0o755 },
  );
  return await Terminal.open(["bash", "--norc", "-i"], {
    ...{ columns: 80, rows: 12 },
    // A shell that is killed would write its history.
    env: { ...terminalEnvironment(home), PS1: "ready> ", HISTFILE: "" },
  });
}

const LIVE = / dB /;

Deno.test("record: a background job draws no live line until it is in the foreground", async () => {
  if (!await hasTmux()) return;
  using home = tempFolder();
  await using terminal = await shell(home.path);
  await terminal.waitForScreen(/ready>/);
  await terminal.press(`${join(home.path, "rec")} &`, "Enter");
  const session = await onlySession(join(home.path, "recordings"));
  await session.waitForEvent("ffmpeg_started");
  await terminal.press("echo typed", "Enter");
  await terminal.waitForScreen(/^typed$/m);
  // Long enough for some draws.
  await session.waitForEvent("chunk_created", 2);
  assertEquals(LIVE.test(terminal.raw()), false, terminal.raw());
  await terminal.press("fg", "Enter");
  await terminal.waitForScreen(LIVE);
  // To the background again: what the user types stays.
  await terminal.press("C-z");
  await terminal.waitForScreen(/Stopped/);
  await terminal.press("bg", "Enter");
  await terminal.press("echo again", "Enter");
  await terminal.waitForScreen(/^again$/m);
  await terminal.press("fg", "Enter");
  await terminal.waitForScreen(/again[^]* dB /);
  await terminal.press("C-c");
  // The prompt comes once the program has ended.
  await terminal.waitForScreen(/Ended: it was stopped with Ctrl-C[^]*\nready>/);
});
