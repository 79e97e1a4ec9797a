/**
 * `echolog keep`: protects sessions from retention.
 *
 * @module
 */

import { dirname, join } from "@std/path";
import { chooseSession } from "../../args/session_operand.ts";
import type { ParsedOptions } from "../../args/options.ts";
import { EchologError, messageOf } from "../../../errors.ts";
import { createFile, removeIfThere } from "../../../platform/guarded/files.ts";
import { look } from "../../../platform/guarded/guard.ts";
import { RetentionLock } from "../../../retention/lock.ts";
import type { KnownSession } from "../../../sessions/catalog.ts";
import { KEEP_FILE } from "../../../sessions/folder.ts";
import { printLine } from "../../../terminal/output.ts";
import { waitForLock } from "./patience.ts";

/**
 * Keeps sessions, or with `--off` lets retention have them.
 *
 * @throws {EchologError} `usage`, when a session is unknown or none is named;
 * `failed`, when that cannot be written.
 */
export async function keep(options: ParsedOptions): Promise<number> {
  const { operands, switches } = options;
  if (operands.length === 0) {
    throw new EchologError("usage", "Name the session to keep", {
      hint: "echolog sessions lists them",
    });
  }
  // All names are looked up before anything is changed.
  const chosen: KnownSession[] = [];
  for (const name of operands) {
    chosen.push(await chooseSession({ ...options, operands: [name] }));
  }
  const isOff = switches.has("off");
  for (const session of chosen) {
    await change(session, isOff);
    printLine(
      isOff
        ? `${session.session_id} is not kept any longer: retention applies to it.`
        : `${session.session_id} is kept: retention deletes nothing of it.`,
    );
  }
  return 0;
}

async function change(
  { session_id, folder }: KnownSession,
  isOff: boolean,
): Promise<void> {
  const path = join(folder, KEEP_FILE);
  try {
    // A process that deletes must learn of it before its next deletion.
    const outputDir = dirname(folder);
    using lock = await waitForLock(
      outputDir,
      RetentionLock.take(outputDir),
      (late) => late[Symbol.dispose](),
    );
    const isKept = look(path, "write") !== null;
    if (isOff) removeIfThere(path);
    else if (!isKept) createFile(path).close();
    await lock.addChanged([session_id]);
  } catch (error) {
    throw new EchologError(
      "failed",
      `Cannot ${isOff ? "release" : "keep"} ${session_id}: ${messageOf(error)}`,
      { cause: error, hint: "check the permissions of its folder" },
    );
  }
}
