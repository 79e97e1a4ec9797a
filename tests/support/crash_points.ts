/**
 * Kills a command at a call of the kernel, or lets the call fail, and checks what
 * is left.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { pooledMap } from "@std/async/pool";
import { join } from "@std/path";
import { echolog, echologCommand } from "./echolog.ts";
import type { Random } from "./random.ts";
import { tempFolder } from "./temp.ts";

/** Calls that change files, or open them. */
const CALLS = [
  ...["openat", "write", "rename", "unlink", "mkdir"],
  ...["fsync", "fdatasync", "ftruncate"],
];

/** What happens at a call. */
export type Harm = "kill" | "EIO" | "ENOSPC";

/** A call of a recorder: its name, and which of its kind it is in a thread. */
interface CrashPoint {
  readonly call: string;
  readonly count: number;
}

/** Programs that run at the same time. */
const AT_ONCE = 3;

/** A command that is harmed. */
export interface CrashSubject {
  /** Makes what it works on, in a home folder. */
  prepare(home: string): void;
  /** Its arguments, after the program. */
  readonly args: readonly string[];
  /** Checks what is left. */
  check(home: string, about: string): Promise<void>;
}

const ID = "night";

/** A session of three chunks, with rotations. */
export const RECORDER: CrashSubject = {
  prepare() {},
  args: [
    ...["record", "--device", "test", "--duration", "3s"],
    ...["--segment-duration", "1s", "--session-id", ID],
    ...["--log-level", "debug", "--log-max-bytes", "4000"],
  ],
  check: assertLeftSound,
};

function environment(home: string): Record<string, string> {
  const kept = ["PATH", "JSR_URL", "DENO_DIR"].flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  return {
    ...Object.fromEntries(kept),
    ...{ HOME: home, DENO_NO_UPDATE_CHECK: "1" },
  };
}

async function trace(
  { args }: CrashSubject,
  home: string,
  options: readonly string[],
) {
  // Of programs that it starts, strace lets go.
  return await new Deno.Command("strace", {
    args: ["-f", "-b", "execve", ...options, ...echologCommand(), ...args],
    clearEnv: true,
    env: environment(home),
    stdin: "null",
  }).output();
}

/** Returns why crash points cannot be tried here, or `null`. */
export async function whyNoCrashPoints(): Promise<string | null> {
  try {
    const { success, stderr } = await new Deno.Command("strace", {
      args: ["-f", "-o", "/dev/null", "true"],
    }).output();
    return success ? null : new TextDecoder().decode(stderr).trim();
  } catch (error) {
    return String(error);
  }
}

/** Returns all points at which a command touches files of its user. */
async function findPoints(
  subject: CrashSubject,
  harm: Harm,
): Promise<CrashPoint[]> {
  using home = tempFolder();
  subject.prepare(home.path);
  const file = join(home.path, "trace");
  const { success, stderr } = await trace(subject, home.path, [
    ...["-y", "-s", "0", "-o", file],
    ...["-e", `trace=${CALLS.map((call) => `?${call}`).join()}`],
  ]);
  assert(success, new TextDecoder().decode(stderr));
  const counts = new Map<string, number>();
  const points = new Map<string, CrashPoint>();
  const others = new Set<string>();
  for (const line of Deno.readTextFileSync(file).split("\n")) {
    const [, pid, call = ""] = /^(\d+) +(\w+)\(/.exec(line) ?? [];
    if (!CALLS.includes(call)) continue;
    const key = `${pid} ${call}`;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    const name = `${call} ${count}`;
    if (line.includes(`${home.path}/`)) points.set(name, { call, count });
    else others.add(name);
  }
  // Deno itself may not survive it when one of its own calls fails.
  return [...points].filter(([name]) => harm === "kill" || !others.has(name))
    .map(([, point]) => point);
}

/**
 * Tries crash points.
 *
 * @param most How many, chosen at random; `Infinity` for all.
 * @returns how many were tried.
 */
export async function tryCrashPoints(
  subject: CrashSubject,
  harm: Harm,
  most: number,
  random: Random,
): Promise<number> {
  const all = await findPoints(subject, harm);
  const chosen = all.map((point) => ({ point, key: random.next() }))
    .sort((one, other) => one.key - other.key)
    .slice(0, most);
  const results = pooledMap(
    AT_ONCE,
    chosen,
    ({ point }) => tryPoint(subject, harm, point),
  );
  return (await Array.fromAsync(results)).length;
}

async function tryPoint(
  subject: CrashSubject,
  harm: Harm,
  { call, count }: CrashPoint,
): Promise<void> {
  using home = tempFolder();
  subject.prepare(home.path);
  const what = harm === "kill" ? "signal=KILL" : `error=${harm}`;
  const { code, stderr } = await trace(subject, home.path, [
    ...["-o", "/dev/null", "-e", `trace=${call}`],
    ...["-e", `inject=${call}:${what}:when=${count}`],
  ]);
  const said = new TextDecoder().decode(stderr);
  const about = `${harm} at ${call} ${count}: ${code}\n${said}`;
  // On a busy machine, another thread may make the call of that number: one of
  // Deno's own, which it may not survive. What is left has to be sound all the
  // same.
  if (said.includes("panicked")) console.log(`Deno panicked: ${about}`);
  else if (harm !== "kill") assert([0, 1, 2, 69, 73].includes(code), about);
  await subject.check(home.path, about);
}

/** What is left can be repaired, and nothing that was logged is lost or there twice. */
async function assertLeftSound(home: string, about: string): Promise<void> {
  const run = (...args: string[]) => echolog(args, { home });
  const repaired = await run("repair");
  assertEquals(repaired.code, 0, `${about}${repaired.stderr}`);
  const known = JSON.parse((await run("sessions", "--json")).stdout);
  if (known.length === 0) return;
  // A file that could not be removed is named, and removed by this.
  if ((await run("verify", ID)).code !== 0) await run("repair", ID);
  const verified = await run("verify", ID);
  const shown = `${about}${verified.stdout}${verified.stderr}`;
  assertEquals(verified.code, 0, shown);
  const logged = (await run("logs", ID, "--json")).stdout.trimEnd();
  const events = logged.split("\n").map((line) => JSON.parse(line));
  const stops = events.filter(({ event }) => event === "session_stop");
  assertEquals(stops.length, 1, shown);
  assertEquals(events.at(-1)?.event, "session_stop", shown);
  const chunks = events.filter(({ event }) => event === "chunk_created")
    .map(({ seq }) => seq);
  assertEquals(new Set(chunks).size, chunks.length, shown);
}
