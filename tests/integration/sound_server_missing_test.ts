import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { echolog, onlySession } from "../support/echolog.ts";
import { tempFolder } from "../support/temp.ts";

const ARGS = ["record", "--duration", "2s"];

function environment(home: string): Record<string, string> {
  const path = join(home, "echolog.conf");
  Deno.writeTextFileSync(path, '[recovery]\nstart_timeout = "1s"\n');
  return {
    ECHOLOG_CONFIG: path,
    XDG_RUNTIME_DIR: join(home, "wrong"),
    PULSE_SERVER: "",
  };
}

Deno.test("record: warns that the sound server of the default device is missing", async () => {
  using home = tempFolder();
  const env = environment(home.path);
  const { stderr } = await echolog(ARGS, { home: home.path, env });
  const found =
    `No sound server was found: XDG_RUNTIME_DIR is ${env.XDG_RUNTIME_DIR}, which does not exist; recording alsa:default, which may be another device; set XDG_RUNTIME_DIR=/run/user/${Deno.uid()}`;
  assert(stderr.startsWith(`echolog: ${found}`), stderr);
  const session = await onlySession(join(home.path, "recordings"));
  const warning = session.eventsOf("warning")
    .find(({ code }) => code === "sound_server_missing");
  assert(warning?.message.startsWith(found), session.logText());
  const explained = await echolog(["explain"], { home: home.path, env });
  const text = explained.stdout.replace(/\s+/g, " ");
  assert(text.includes(found), explained.stdout);
});

Deno.test("record: does not warn of a missing sound server when the device is named", async () => {
  using home = tempFolder();
  const env = environment(home.path);
  const { code, stderr } = await echolog([...ARGS, "--device", "test"], {
    home: home.path,
    // A busy machine takes longer than the timeout of the others.
    env: { ...env, ECHOLOG_CONFIG: "" },
  });
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
});

Deno.test("doctor: says that the sound server of the default device is missing, and how to fix it", async () => {
  using home = tempFolder();
  const env = environment(home.path);
  const { stdout } = await echolog(["doctor"], { home: home.path, env });
  const line = stdout.split("\n").find((each) => / device +alsa:/.test(each));
  assert(line?.includes("; no sound server was found: XDG_RUNTIME_DIR is "));
  assert(
    stdout.includes(`\nNext: set XDG_RUNTIME_DIR=/run/user/${Deno.uid()}`),
    stdout,
  );
});
