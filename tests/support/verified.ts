/**
 * Sessions that `echolog verify` looks at.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { VerificationJson } from "../../src/review/verify/render.ts";
import { echolog, SessionOnDisk } from "./echolog.ts";
import type { Finished } from "./program.ts";

/**
 * Records noise for a moment, into three whole chunks and a short one. ffmpeg
 * reports each second: each chunk is closed after a report that was not the
 * first, which may be late.
 */
export async function recordNoise(
  home: string,
  id: string,
  args: readonly string[],
): Promise<string> {
  const folder = join(home, "recordings", id);
  for (let tries = 1; tries <= TRIES; tries++) {
    const { code, stderr } = await echolog([
      "record",
      ...["--device", `lavfi:anoisesrc=r=48000:a=0.3:seed=${id.length}`],
      ...["--duration", "4.2s", "--segment-duration", "1.2s"],
      ...["--session-id", id],
      ...args,
    ], { home, env: { XDG_STATE_HOME: join(home, `state-${id}`) } });
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    const gaps = new SessionOnDisk(folder).eventsOf("gap");
    if (!gaps.some(({ cause }) => cause === "slow_start")) return folder;
    // Within the duration, a late start leaves less audio.
    Deno.removeSync(folder, { recursive: true });
  }
  throw new Error(`${TRIES} recordings began late`);
}

/** How often a busy machine may begin a recording late. */
const TRIES = 10;

/** Runs `echolog verify --json`. */
export async function verified(
  home: string,
  folder: string,
): Promise<{ finished: Finished; report: VerificationJson }> {
  const finished = await echolog(["verify", folder, "--json"], { home });
  return { finished, report: JSON.parse(finished.stdout) };
}

/** All faults, those of chunks behind the chunk's name. */
export function faultsOf(
  { chunk_list, fault_list }: VerificationJson,
): string[] {
  return [
    ...chunk_list.flatMap(({ file, fault_list }) =>
      fault_list.map((fault) => `${file}: ${fault}`)
    ),
    ...fault_list,
  ];
}

/** Checks that `echolog verify` accepts a session of {@linkcode recordNoise}. */
export async function assertHealthy(
  home: string,
  folder: string,
): Promise<void> {
  const { finished, report } = await verified(home, folder);
  assertEquals(faultsOf(report), [], folder);
  assertEquals([finished.code, report.ok], [0, true], folder);
  assertEquals(report.chunks, 4, folder);
}
