/**
 * The examples of scripts/notify, each against a server of this machine, as
 * echolog doctor --notify and a recording call them.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { echolog } from "../support/echolog.ts";
import { faultsIn } from "../support/json_schema.ts";
import { SmtpServer } from "../support/smtp_server.ts";
import { type TempFolder, tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";

const SCRIPTS = fromFileUrl(new URL("../../scripts/notify", import.meta.url));

/** Whether a program is installed; where not, says so. */
function hasProgram(name: string): boolean {
  const { success } = new Deno.Command("sh", {
    args: ["-c", 'command -v "$0" >/dev/null', name],
  }).outputSync();
  if (!success) console.log(`skipped: there is no ${name}`);
  return success;
}

/** Records two seconds with a command of scripts/notify; fails if it failed. */
async function record(
  home: TempFolder,
  script: string,
  args: readonly string[],
): Promise<void> {
  const config = join(home.path, "echolog.conf");
  const command = JSON.stringify([join(SCRIPTS, script), ...args]);
  Deno.writeTextFileSync(config, `[notify]\ncommand = ${command}\n`);
  const { code, stderr } = await echolog(
    ["record", "--device", "test", "--duration", "2s", "--session-id", "night"],
    { home: home.path, env: { ECHOLOG_CONFIG: config } },
  );
  assertEquals([code, stderr], [0, ""]);
  const log = Deno.readTextFileSync(
    join(home.path, "recordings", "night", "session.log"),
  );
  assertEquals(
    log.split("\n").filter((line) => line.includes("notify_failed")),
    [],
  );
  for (const arg of args) {
    if (arg.length > 5) assertEquals(log.includes(arg), false, arg);
  }
}

/** A request that a web server got. */
interface Got {
  readonly path: string;
  readonly body: string;
  readonly header: Headers;
}

/** A web server that keeps what it gets. */
function webServer() {
  const got: Got[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      const { pathname } = new URL(request.url);
      const body = await request.text();
      got.push({ path: pathname, body, header: request.headers });
      return new Response("ok\n");
    },
  );
  return {
    got,
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

Deno.test("scripts/notify/mail: mails the start and the end, with a summary", async () => {
  if (!hasProgram("msmtp")) return;
  using home = tempFolder();
  using server = new SmtpServer();
  const rc = join(home.path, ".msmtprc");
  Deno.writeTextFileSync(
    rc,
    `account default\nhost 127.0.0.1\nport ${server.port}\nfrom echolog@example.org\n`,
    { mode: 0o600 },
  );
  await record(home, "mail", ["studio@example.org", "boss@example.org"]);
  assertEquals(server.mails.map(({ to }) => to), [
    ["studio@example.org", "boss@example.org"],
    ["studio@example.org", "boss@example.org"],
  ]);
  const [started, ended] = server.mails.map(({ text }) => text);
  assertMatch(
    started ?? "",
    /^Subject: echolog on \S+: recording started \(test\)$/m,
  );
  assertMatch(ended ?? "", /^From: .*echolog@example\.org/m);
  assertStringIncludes(
    ended ?? "",
    "\n\nIt stopped after the requested duration.\n\nnight was recorded: 2 s of audio in ",
  );
});

Deno.test("scripts/notify/webhook: posts the JSON", async () => {
  using home = tempFolder();
  await using server = webServer();
  await record(home, "webhook", [`${server.url}/hook/a1b2c3d4e5f6`]);
  const messages = server.got.map(({ body }) => JSON.parse(body));
  assertEquals(messages.map(({ event }) => event), ["started", "ended"]);
  for (const message of messages) assertEquals(faultsIn(message, "notify"), []);
  assertEquals(server.got[0]?.header.get("content-type"), "application/json");
});

Deno.test("scripts/notify/ntfy: sends title, text and priority", async () => {
  using home = tempFolder();
  await using server = webServer();
  await record(home, "ntfy", [`${server.url}/studio-topic`]);
  const [first] = server.got;
  assertMatch(
    first?.header.get("title") ?? "",
    /: recording started \(test\)$/,
  );
  assertEquals(first?.header.get("priority"), "low");
  assertMatch(first?.body ?? "", /^Recording started: test, session night\n/);
});

Deno.test("scripts/notify/gotify: sends a form with the token in a header", async () => {
  using home = tempFolder();
  await using server = webServer();
  await record(home, "gotify", [server.url, "Atoken.12345"]);
  const [first] = server.got;
  assertEquals(first?.path, "/message");
  assertEquals(first?.header.get("x-gotify-key"), "Atoken.12345");
  assertMatch(first?.body ?? "", /name="message"\r\n\r\nRecording started/);
});

Deno.test("scripts/notify/healthchecks: pings start, and the log at a planned end", async () => {
  using home = tempFolder();
  await using server = webServer();
  const url = `${server.url}/0a1b2c3d-0000`;
  await record(home, "healthchecks", [url]);
  assertEquals(server.got.map(({ path }) => path), [
    "/0a1b2c3d-0000/start",
    "/0a1b2c3d-0000/log",
  ]);
  const paths: string[] = [];
  for (
    const [event, severity] of [
      ["outage", "problem"],
      ["recovered", "resolved"],
      ["heartbeat", "info"],
      ["ended", "problem"],
      ["crashed", "problem"],
    ]
  ) {
    await new Deno.Command(join(SCRIPTS, "healthchecks"), {
      args: [url],
      env: {
        ...{ ECHOLOG_EVENT: event ?? "", ECHOLOG_SEVERITY: severity ?? "" },
        ECHOLOG_TEXT: "@text",
      },
    }).output();
    const last = server.got.at(-1);
    assertEquals(last?.body, "@text");
    paths.push(last?.path.replace("/0a1b2c3d-0000", "") ?? "");
  }
  assertEquals(paths, ["/fail", "", "", "/fail", "/fail"]);
});

Deno.test("scripts/notify/mqtt: publishes the JSON", async () => {
  if (!hasProgram("mosquitto") || !hasProgram("mosquitto_sub")) return;
  using home = tempFolder();
  const port = 20_000 + Deno.pid % 40_000;
  const config = join(home.path, "mosquitto.conf");
  Deno.writeTextFileSync(
    config,
    `listener ${port} 127.0.0.1\nallow_anonymous true\n`,
  );
  const broker = new Deno.Command("mosquitto", {
    args: ["-c", config],
    stdout: "null",
    stderr: "null",
  }).spawn();
  const at = ["-h", "127.0.0.1", "-p", String(port)];
  await waitFor("the broker", async () => {
    const { success } = await new Deno.Command("mosquitto_pub", {
      args: [...at, "-t", "ready", "-n"],
      stderr: "null",
    }).output();
    return success ? true : null;
  });
  const received = new Deno.Command("mosquitto_sub", {
    args: [...at, "-t", "studio/#", "-C", "2", "-W", "60", "-v"],
    stderr: "null",
  }).output();
  // A subscriber that is late gets the last message, which is retained.
  const script = ["127.0.0.1", "studio/echolog", "--port", String(port)];
  await record(home, "mqtt", [...script, "--retain"]);
  const text = new TextDecoder().decode((await received).stdout);
  broker.kill("SIGTERM");
  await broker.status;
  const lines = text.split("\n").filter((line) => line !== "");
  assertEquals(
    lines.map((line) =>
      JSON.parse(line.replace(/^studio\/echolog /, "")).event
    ),
    ["started", "ended"],
  );
});
