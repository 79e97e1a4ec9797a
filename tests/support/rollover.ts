/**
 * Recorders that begin a new session now and then.
 *
 * @module
 */

import { join } from "@std/path";
import { exists } from "../../src/platform/fs.ts";
import { SessionOnDisk } from "./echolog.ts";
import { decodeFiles } from "./sound_server.ts";

/** All sessions below an output folder, oldest first; none before it is made. */
export function sessionsIn(outputDir: string): SessionOnDisk[] {
  if (!exists(outputDir)) return [];
  return [...Deno.readDirSync(outputDir)].map(({ name }) => name)
    .filter((name) => !name.startsWith(".")).sort()
    .map((name) => new SessionOnDisk(join(outputDir, name)));
}

/**
 * Returns the numbers of a session's samples, as `SoundServer.playNumbers` plays
 * them.
 */
export async function numbersOf(session: SessionOnDisk): Promise<number[]> {
  const paths = session.eventsOf("chunk_created")
    .map(({ file }) => join(session.folder, file));
  return numbersIn(await decodeFiles(paths));
}

/**
 * Returns the numbers of decoded samples of two channels.
 *
 * Silence is left out: the sound server inserts it where a busy machine holds
 * up the player, and the numbers continue after it. Numbers must not begin at 0.
 */
export function numbersIn(samples: Int16Array): number[] {
  const numbers: number[] = [];
  for (let at = 0; at + 1 < samples.length; at += 2) {
    const number = (samples[at + 1] ?? 0) * 32_768 + (samples[at] ?? 0);
    if (number !== 0) numbers.push(number);
  }
  return numbers;
}

/**
 * Checks that each number follows the one before it.
 *
 * @param mayLack whether some may be missing, since a sound server drops what the player of a busy machine brings too late.
 */
export function assertInOrder(
  numbers: readonly number[],
  mayLack = false,
): void {
  for (let at = 1; at < numbers.length; at++) {
    const expected = (numbers[at - 1] ?? 0) + 1;
    const number = numbers[at] ?? 0;
    if (number === expected || (mayLack && number > expected)) continue;
    throw new Error(`${number} follows ${numbers[at - 1]} at ${at}`);
  }
}
