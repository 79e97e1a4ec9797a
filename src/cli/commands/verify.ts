/**
 * `echolog verify`: compares a session's folder with its log.
 *
 * @module
 */

import { print, toJson } from "../../terminal/output.ts";
import { pooledMap } from "@std/async/pool";
import { basename, dirname, join } from "@std/path";
import {
  loadCommandSettings,
  requireFfmpeg,
} from "../args/command_settings.ts";
import type { ParsedOptions } from "../args/options.ts";
import { chooseSession } from "../args/session_operand.ts";
import { timesFor } from "../args/times.ts";
import { EchologError, messageOf } from "../../errors.ts";
import { readLogBlocks } from "../../log/read/reader.ts";
import { exists, isAbsent } from "../../platform/fs.ts";
import { SpawnError } from "../../platform/programs/spawn.ts";
import { HistoryReader, readHistory } from "../../review/history_reader.ts";
import {
  decodeChunk,
  type Decoded,
  NOT_OPENED,
} from "../../review/verify/decode.ts";
import {
  renderVerification,
  verificationAsJson,
} from "../../review/verify/render.ts";
import {
  type FolderFile,
  isChunk,
  type VerifyReport,
  verifySession,
} from "../../review/verify/verify.ts";
import { proposeCommand } from "../../platform/own_command.ts";
import { readChunkIndex } from "../../sessions/chunks/chunk_index.ts";
import { ProgressBar } from "../../terminal/progress_bar.ts";
import { styleOf } from "../../terminal/style.ts";
import { terminalColumns } from "../../terminal/width.ts";

/**
 * Verifies a session.
 *
 * @returns 0 when all files match the log, otherwise 1.
 * @throws {EchologError} `ffmpeg_unusable`, when there is no ffmpeg to decode
 * with.
 */
export async function verify(options: ParsedOptions): Promise<number> {
  const { ffmpegPath, outputDir } = loadCommandSettings(options).settings;
  const session = await chooseSession(options);
  const { folder, state, liveness } = session;
  if (!exists(folder)) {
    throw new EchologError(
      "failed",
      `The folder of session ${session.session_id} is missing: ${folder}`,
      {
        hint:
          "find out what deletes files there, or check that its disk is mounted",
      },
    );
  }
  const { path: ffmpeg } = await requireFfmpeg(ffmpegPath);
  // The log is read first: files that appear meanwhile are newer than its end.
  const before = await historyOf(session.log, folder);
  const listed = filesIn(folder);
  const decoded = await decodeAll(ffmpeg, folder, listed);
  const { history, files } = withoutDeleted(folder, before, listed);
  const report = verifySession({
    sessionId: history.sessionId ?? basename(folder),
    history,
    files,
    decoded,
    backupCount: history.start?.log_backup_count ??
      state?.log_backup_count ?? null,
    isActive: liveness === "alive",
    // Of a copy, it is not known whether a recorder still has it.
    repair: proposeCommand(
      ["repair", ...(liveness === "unknown" ? ["--force"] : [])],
      dirname(folder) === outputDir ? session.session_id : folder,
    ),
    hasEnded: state?.state === "ended",
    times: timesFor(options),
  });
  show(report, options.switches.has("json"));
  return report.ok ? 0 : 1;
}

function show(report: VerifyReport, isJson: boolean): void {
  const columns = Deno.stdout.isTerminal() ? terminalColumns() : Infinity;
  print(
    isJson
      ? toJson(verificationAsJson(report), 2)
      : renderVerification(report, columns, styleOf(Deno.stdout)).join("\n"),
  );
}

function filesIn(folder: string): FolderFile[] {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  return names.flatMap((name) => {
    try {
      const { size, mtime } = Deno.statSync(join(folder, name));
      return [{ name, size, written: mtime?.getTime() ?? null }];
    } catch (error) {
      // The file was renamed meanwhile, or is a dangling link.
      if (isAbsent(error)) return [];
      throw error;
    }
  });
}

/** Reads the history of a log, empty when all of the log is gone. */
async function historyOf(log: string, folder: string) {
  const index = readChunkIndex(folder);
  try {
    return await readHistory(readLogBlocks(log), index);
  } catch (error) {
    if (isAbsent(error)) return new HistoryReader(index).history();
    throw error;
  }
}

/** Leaves out files that retention deleted while they were read. */
function withoutDeleted(
  folder: string,
  history: Awaited<ReturnType<typeof historyOf>>,
  files: readonly FolderFile[],
) {
  const gone = files.filter(({ name }) => !exists(join(folder, name)));
  if (gone.length === 0) return { history, files };
  const deletions = [...readChunkIndex(folder).deletions.values()];
  const deleted = new Set(deletions.map(({ file }) => file));
  return {
    history: { ...history, deletions },
    files: files.filter((file) =>
      !gone.includes(file) || !deleted.has(file.name)
    ),
  };
}

async function decodeAll(
  ffmpeg: string,
  folder: string,
  files: readonly FolderFile[],
): Promise<Map<string, Decoded>> {
  const names = files.map(({ name }) => name).filter(isChunk).sort();
  using bar = new ProgressBar("Decoding", names.length);
  const decoded = new Map<string, Decoded>();
  const results = pooledMap(
    navigator.hardwareConcurrency,
    names,
    async (name) => {
      const result = await tryDecode(ffmpeg, join(folder, name));
      bar.advance();
      return { name, result };
    },
  );
  try {
    for await (const { name, result } of results) decoded.set(name, result);
  } catch (error) {
    // The pool wraps what its items throw.
    throw error instanceof AggregateError ? error.errors[0] : error;
  }
  return decoded;
}

async function tryDecode(ffmpeg: string, path: string): Promise<Decoded> {
  try {
    return await decodeChunk(ffmpeg, path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      // The file was deleted meanwhile; it is reported as missing.
      return NOT_OPENED;
    }
    // That is no fault of the chunk.
    if (error instanceof SpawnError) throw error;
    return { ...NOT_OPENED, fault: messageOf(error) };
  }
}
