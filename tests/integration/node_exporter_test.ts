/**
 * The metrics of `status --prometheus`, read by Prometheus' node exporter as
 * docs/notifications.md sets it up.
 *
 * @module
 */

import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { startEcholog } from "../support/echolog.ts";
import { installEcholog } from "../support/installed.ts";
import { runProgram } from "../support/program.ts";
import { tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";

const PAGE = new URL("../../docs/notifications.md", import.meta.url);
const FOLDER = "/var/lib/prometheus/node-exporter";

/** The command of cron that the page shows, for another folder. */
function command(folder: string): string {
  const [, line] = /^ {4}\* \* \* \* \* (.*echolog status --prometheus.*)$/m
    .exec(Deno.readTextFileSync(PAGE)) ?? [];
  if (line === undefined) throw new Error("The page has no such line");
  return line.replace(FOLDER, folder);
}

/** A port that was free a moment ago. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

Deno.test("status --prometheus: the node exporter reads it", async () => {
  const { code } = await runProgram("sh", [
    ...["-c", "command -v prometheus-node-exporter"],
  ]);
  if (code !== 0) {
    console.log("skipped: there is no prometheus-node-exporter");
    return;
  }
  using home = tempFolder();
  installEcholog(home.path);
  const folder = join(home.path, "textfile");
  Deno.mkdirSync(folder);
  const write = async () => {
    const { code, stderr } = await runProgram("sh", ["-c", command(folder)], {
      env: { HOME: home.path },
    });
    assertEquals([code, stderr], [0, ""]);
  };
  await using running = startEcholog(
    ["record", "--device", "test", "--session-id", "night"],
    { home: home.path },
  );
  // A recording that begins is a warning, and has no audio yet.
  await waitFor("metrics of a recording", async () => {
    await write();
    const metrics = Deno.readTextFileSync(join(folder, "echolog.prom"));
    return /^echolog_check_state\{.*\} 0$/m.test(metrics) || null;
  });
  const port = freePort();
  const exporter = new Deno.Command("prometheus-node-exporter", {
    args: [
      ...["--collector.disable-defaults", "--collector.textfile"],
      `--collector.textfile.directory=${folder}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    ...{ stdin: "null", stdout: "null", stderr: "null" },
  }).spawn();
  try {
    const metrics = () =>
      waitFor("the exporter", async () => {
        try {
          const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
          return await answer.text();
        } catch {
          return null;
        }
      });
    const during = await metrics();
    assertMatch(during, /^node_textfile_scrape_error 0$/m);
    assertMatch(during, /^echolog_recorders 1$/m);
    assertMatch(during, /^echolog_check_state\{.*device="test".*\} 0$/m);
    assertMatch(
      during,
      /^echolog_last_audio_timestamp_seconds\{.*\} 1\.\d+e\+09$/m,
    );
    running.signal("SIGTERM");
    await running.finished;
    await write();
    const after = await metrics();
    assertMatch(after, /^node_textfile_scrape_error 0$/m);
    assertMatch(after, /^echolog_recorders 0$/m);
  } finally {
    exporter.kill("SIGTERM");
    await exporter.status;
  }
});
