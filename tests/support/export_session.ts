/**
 * Sessions to export, and echolog in a folder of its own.
 *
 * @module
 */

import { join } from "@std/path";
import { echolog } from "./echolog.ts";
import {
  makeNumberedSession,
  type NumberedSession,
  type SessionMade,
} from "./numbered_session.ts";

/** 10:00:00 in UTC. */
export const BEGIN = Date.UTC(2025, 8, 22, 10);

/** The session that is exported, unless a test wants another. */
export const NIGHT: SessionMade = {
  ...{ id: "20250922T100000Z", start: BEGIN, format: "flac", chunk: 2 },
  ...{ sampleRate: 48_000, channels: 2, bitDepth: 16 },
  // A gap from 10:00:05 to 10:00:07.
  runs: [{ at: 0, length: 5 }, { at: 7, length: 5 }],
};

/** Makes a session below `home`. */
export async function session(
  home: string,
  made: Partial<SessionMade> = {},
): Promise<NumberedSession> {
  return await makeNumberedSession(join(home, "recordings"), {
    ...NIGHT,
    ...made,
  });
}

/** Runs echolog in a folder of its own, in UTC. */
export async function run(home: string, ...args: string[]) {
  const cwd = join(home, "work");
  Deno.mkdirSync(cwd, { recursive: true });
  return await echolog(args, { home, cwd });
}

/** Names of the files in that folder. */
export function filesIn(home: string): string[] {
  return [...Deno.readDirSync(join(home, "work"))].map(({ name }) => name)
    .sort();
}
