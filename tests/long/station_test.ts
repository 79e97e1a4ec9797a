// The README's "24/7", line by line, as on a machine of a radio station: with a
// sound server, a user's service manager and old recordings. Then faults.

import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { exists } from "../../src/platform/fs.ts";
import { installEcholog } from "../support/installed.ts";
import { runProgram } from "../support/program.ts";
import { pactl } from "../support/pulse_client.ts";
import { sessionsIn } from "../support/rollover.ts";
import { SoundServer } from "../support/sound_server.ts";
import { tempFolder } from "../support/temp.ts";
import { startUserManager } from "../support/user_manager.ts";
import { waitFor } from "../support/wait.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));
/** The longest that a message may take, in seconds. */
const MINUTE = 60;
/** Ages of old recordings in hours: two are older than thirty days. */
const AGES = [33 * 24, 31 * 24, 29 * 24, 15 * 24, 48, 12];

/** The commands of "24/7", for this station's device and server. */
function documentedCommands(url: string): string[] {
  const readme = Deno.readTextFileSync(join(ROOT, "README.md"));
  const [, section = ""] = /\n## 24\/7\n(.*?)\n## /s.exec(readme) ?? [];
  const lines = section.split("\n").filter((line) => /^ {4}\S/.test(line))
    // Other devices and hours, and lingering, which needs a login.
    .filter((line) => !/echolog@hall|echolog-night|loginctl/.test(line));
  assert(lines.length > 10, section);
  return lines.map((line) =>
    line.trim().replace("https://ntfy.sh/TOPIC", url)
      .replace("pulse:NAME", "pulse:mic")
  );
}

/** A message as the server of ntfy gets it. */
interface Message {
  readonly at: number;
  readonly title: string;
  readonly text: string;
}

/** A server of ntfy that keeps what it gets. */
function messageServer() {
  const messages: Message[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      // "echolog on MACHINE: no audio (pulse:mic)"
      const title = (request.headers.get("title") ?? "")
        .replace(/^echolog on [^:]*: /, "").replace(/ \(.*\)$/, "");
      const at = Date.now();
      messages.push({ at, title, text: await request.text() });
      return new Response("ok\n");
    },
  );
  return {
    messages,
    url: `http://127.0.0.1:${server.addr.port}/studio`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Records three seconds of each age. */
async function makeOldSessions(env: Record<string, string>): Promise<void> {
  for (const hours of AGES) {
    const { code, stderr } = await runProgram("faketime", [
      ...["-f", `-${hours}h`, join(env.HOME ?? "", ".local/bin/echolog")],
      ...["record", "--device", "test", "--duration", "3s"],
    ], { env: { ...env, FAKETIME_DONT_FAKE_MONOTONIC: "1" } });
    assertEquals([code, stderr], [0, ""]);
  }
}

/** The sessions of an output folder, oldest first, and whether they have audio. */
function sessionsWithAudio(recordings: string): boolean[] {
  return sessionsIn(recordings).map(({ folder }) =>
    exists(join(folder, "chunk_00001.flac"))
  );
}

Deno.test("24/7 as documented: thirty days are kept, and a message comes within a minute of each fault", async () => {
  using folder = tempFolder();
  const home = folder.path;
  installEcholog(home);
  await using server = await SoundServer.start();
  const { PULSE_SERVER = "" } = server.env;
  const started = await startUserManager(home);
  if (typeof started === "string") throw new Error(started);
  await using manager = started;
  await using ntfy = messageServer();
  const { messages } = ntfy;
  const env = {
    ...{ HOME: home, PULSE_SERVER, NO_COLOR: "1", TZ: "UTC" },
    PATH: `${join(home, ".local/bin")}:${Deno.env.get("PATH")}`,
    XDG_RUNTIME_DIR: join(home, "run"),
  };
  await makeOldSessions(env);

  server.playNumbers(200, 100_000_000);
  const plugIn = () =>
    pactl(
      server.env,
      ...["load-module", "module-remap-source", "source_name=mic"],
      "master=loop.monitor",
    );
  const microphone = await plugIn() ?? "";
  await manager.systemctl(
    ...["set-environment", `PULSE_SERVER=${PULSE_SERVER}`, "TZ=UTC"],
  );
  for (const line of documentedCommands(ntfy.url)) {
    const { code, stdout, stderr } = await runProgram("sh", ["-c", line], {
      ...{ env, cwd: ROOT },
    });
    console.log(`$ ${line}\n${stdout}${stderr}`.trimEnd());
    assertEquals(code, 0, line);
  }

  let seen = 0;
  /** Waits for a message with a title after those that were waited for. */
  const hear = async (title: string, since: number): Promise<number> => {
    const message = await waitFor(
      `the message "${title}"`,
      () => messages.slice(seen).find((one) => one.title === title) ?? null,
      { limit: 180_000, context: () => JSON.stringify(messages) },
    );
    seen = messages.indexOf(message) + 1;
    const delay = (message.at - since) / 1000;
    console.log(`${delay.toFixed(1).padStart(6)} s  ${message.text.trim()}`);
    return delay;
  };
  const session = () => {
    const last = sessionsIn(join(home, "recordings")).at(-1);
    assert(last !== undefined);
    return last;
  };
  const check = async () =>
    (await runProgram("sh", ["-c", "echolog status --check"], { env })).stdout;

  await hear("test", Date.now());
  await hear("recording started", Date.now());
  await waitFor("audio", async () => /^OK/.test(await check()) || null);

  // The new recorder keeps thirty days.
  await waitFor(
    "the deletion of what is older",
    () => !sessionsWithAudio(join(home, "recordings"))[1] || null,
  );
  const kept = sessionsWithAudio(join(home, "recordings"));
  const expected = AGES.map((hours) => hours < 30 * 24);
  assertEquals(kept.slice(0, AGES.length), expected);
  console.log(
    `old recordings: ${
      AGES.map((h, i) => `${h / 24} d: ${kept[i] ? "kept" : "deleted"}`).join(
        ", ",
      )
    }`,
  );

  const faults: readonly {
    readonly name: string;
    readonly begin: readonly string[];
    readonly end: () => Promise<unknown>;
    readonly titles: readonly [string, string];
  }[] = [
    {
      name: "the cable is pulled",
      begin: ["unload-module", microphone],
      end: plugIn,
      titles: ["no audio", "audio is back"],
    },
    {
      name: "the source is suspended",
      begin: ["suspend-source", "mic", "1"],
      end: () => pactl(server.env, "suspend-source", "mic", "0"),
      titles: ["no audio", "audio is back"],
    },
    {
      name: "the source is muted",
      begin: ["set-source-mute", "mic", "1"],
      end: () => pactl(server.env, "set-source-mute", "mic", "0"),
      titles: ["silence", "sound is back"],
    },
  ];
  for (const { name, begin, end, titles: [problem, resolved] } of faults) {
    console.log(name);
    const began = Date.now();
    assert(await pactl(server.env, ...begin) !== null, name);
    const delay = await hear(problem, began);
    assert(delay < MINUTE, `${name}: ${delay} s`);
    const ended = Date.now();
    assert(await end() !== null, name);
    assert(await hear(resolved, ended) < MINUTE, name);
    assert(/^OK/.test(await check()), name);
  }

  console.log("the recorder is killed");
  const killed = Date.now();
  const id = session().folder;
  Deno.kill(Number(await manager.property("echolog", "MainPID")), "SIGKILL");
  const died = await hear("recorder died", killed);
  assert(died < MINUTE, `${died} s`);
  await waitFor("a new session", () => session().folder !== id || null, {
    limit: 60_000,
  });
  await session().waitForEvent("ffmpeg_started");
  await manager.systemctl("stop", "echolog");
  await hear("recording ended", Date.now());
  // None twice: the service was restarted once as documented, and once by itself.
  assertEquals(
    messages.map(({ title }) => title).filter((title) =>
      !/^recording (started|ended)$/.test(title)
    ).filter((title, at, titles) =>
      // The check may notice the death before the repair does.
      title !== "echolog-check.service failed" ||
      titles[at + 1] !== "recorder died"
    ),
    [
      ...["test", "no audio", "audio is back", "no audio", "audio is back"],
      ...["silence", "sound is back", "recorder died"],
    ],
  );
});
