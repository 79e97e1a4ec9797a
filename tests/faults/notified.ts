/**
 * Recordings whose command keeps what it gets, with the time.
 *
 * @module
 */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { faultsIn } from "../support/json_schema.ts";
import { SoundServer } from "../support/sound_server.ts";
import { type TempFolder, tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";
import { assertSound, gapsOf, IMPATIENT, startRecording } from "./support.ts";

/** A message, and when the command got it. */
export interface Received {
  readonly event: string;
  readonly at: number;
  readonly since: string | null;
  readonly duration: number | null;
  readonly cause: string | null;
  readonly code: string | null;
  readonly silent_channel_list: readonly number[];
}

/** Configures a command that keeps its messages, with the time. */
export function notifying(
  home: TempFolder,
  rules: string,
  recording = "",
): Record<string, string> {
  const path = join(home.path, "echolog.conf");
  const script = `echo "$(date +%s%3N) $(cat)" >>'${home.path}/received'`;
  Deno.writeTextFileSync(
    path,
    `${IMPATIENT}${recording}[notify]\ncommand = ${
      JSON.stringify(["sh", "-c", script])
    }\n${rules}`,
  );
  return { ECHOLOG_CONFIG: path };
}

/** The messages so far. */
export function received(home: TempFolder): Received[] {
  let text: string;
  try {
    text = Deno.readTextFileSync(join(home.path, "received"));
  } catch {
    return [];
  }
  return text.split("\n").filter((line) => line.endsWith("}")).map((line) => {
    const [at = "", ...json] = line.split(" ");
    const message = JSON.parse(json.join(" "));
    assertEquals(faultsIn(message, "notify"), []);
    return { ...message, at: Number(at) };
  });
}

/** Waits for a message. */
export async function waitForMessage(
  home: TempFolder,
  event: string,
  limit = 60_000,
): Promise<Received> {
  return await waitFor(
    `the message ${event}`,
    () => received(home).find((one) => one.event === event) ?? null,
    { limit, context: () => JSON.stringify(received(home)) },
  );
}

/** Names of the messages so far. */
export const names = (home: TempFolder) =>
  received(home).map(({ event }) => event);

/** Checks the messages about an outage against the gap in the log. */
export async function outageOf(after: number, length: number): Promise<void> {
  await using server = await SoundServer.start();
  using home = tempFolder();
  server.playTone(440);
  const config = notifying(home, `after = "${after}s"\n`);
  await using recording = await startRecording(
    home.path,
    ["--device", "pulse:loop.monitor"],
    { ...server.clientEnv, ...config },
  );
  const { session, running } = recording;
  await session.waitForEvent("chunk_created", 1);
  await server.pullThePlug();
  const killed = Date.now();
  const outage = await waitForMessage(home, "outage");
  const delay = (outage.at - killed) / 1000;
  assert(delay > after - 1 && delay < after + 2, `after ${delay} s`);
  assertEquals(outage.cause, "device_gone");
  await waitFor(
    "the end of the outage",
    () => Date.now() >= killed + length * 1000 || null,
    { limit: 120_000 },
  );
  await server.plugIn();
  server.playTone(440);
  const recovered = await waitForMessage(home, "recovered");
  running.signal("SIGTERM");
  await running.finished;
  await assertSound(session, "terminated");
  // A new server may let the beginning wait.
  const gaps = gapsOf(session).filter(({ cause }) => cause !== "slow_start");
  const [gap] = gaps;
  assert(gap !== undefined);
  // On a busy machine the new server is slow: an outage may come in pieces.
  const whole = ((gaps.at(-1)?.end ?? 0) - gap.start) / 1000;
  assertAlmostEquals(recovered.duration ?? 0, whole, 0.01);
  assertEquals(recovered.since, new Date(gap.start).toISOString());
  assert(whole > length - 1);
  assertEquals(names(home), ["started", "outage", "recovered", "ended"]);
}
