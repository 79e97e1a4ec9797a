/**
 * Repairs dead sessions beside a recording, in a process of its own: reading a
 * long log takes seconds of processor, which the recording must not wait for.
 *
 * @module
 */

import { systemClock } from "../../platform/clock.ts";
import { Patience } from "../../platform/locks/patience.ts";
import { readState } from "../../sessions/state_file.ts";
import { exists } from "../../platform/fs.ts";
import { spawnFault } from "../../platform/programs/spawn.ts";
import type { ListedSession } from "../../sessions/registry.ts";

/** Options of {@linkcode startRepairs}. */
export interface RepairsOptions {
  /** Resolves when the recording has what it needs of the machine for its start. */
  readonly when: Promise<unknown>;
  /** Returns the program and the arguments that run an echolog command. */
  command(args: readonly string[]): readonly string[];
  /** Called for each session that was repaired. */
  onRepaired(session: ListedSession): void;
  /** Takes a line about each session that could not be repaired. */
  onError(line: string): void;
}

/**
 * Starts the repair of dead sessions, one after the other.
 *
 * @returns Disposing of it waits a moment for the repairs, which else continue
 * without this process.
 */
export function startRepairs(
  dead: readonly ListedSession[],
  options: RepairsOptions,
): AsyncDisposable {
  let isOver = false;
  const work = async () => {
    await options.when;
    for (const session of dead) {
      if (isOver) return;
      await repairOne(session, options);
    }
  };
  const done = work();
  return {
    async [Symbol.asyncDispose]() {
      const patience = new Patience({ clock: systemClock, onWait() {} });
      await patience.waitFor(done);
      isOver = true;
    },
  };
}

async function repairOne(
  session: ListedSession,
  { command, onRepaired, onError }: RepairsOptions,
): Promise<void> {
  const wasEnded = readState(session.folder)?.state === "ended";
  const [program = "", ...args] = command(["repair", session.folder]);
  let why = "";
  try {
    // In a group of its own: Ctrl-C is for the recording.
    const { code } = await new Deno.Command(program, {
      args,
      stdin: "null",
      stdout: "null",
      stderr: "null",
      detached: true,
    }).output();
    if (code === 0) {
      if (!wasEnded && exists(session.folder)) onRepaired(session);
      return;
    }
  } catch (error) {
    why = `: ${spawnFault(program, error).reason}`;
  }
  onError(
    `Cannot repair session ${session.session_id}${why}; run echolog repair`,
  );
}
