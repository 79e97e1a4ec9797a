/**
 * `echolog logs`: prints a session's log across its parts, and follows it.
 *
 * @module
 */

import type { ParsedOptions } from "../args/options.ts";
import { chooseSession, noLog } from "../args/session_operand.ts";
import { followLog } from "../../log/read/follow.ts";
import { type ReadLine, readLogBlocks } from "../../log/read/reader.ts";
import { isAbsent } from "../../platform/fs.ts";
import { LineFilter } from "../../review/logs/filter.ts";
import { asJson, asText } from "../../review/logs/render.ts";
import type { KnownSession } from "../../sessions/catalog.ts";
import { livenessOf } from "../../sessions/liveness.ts";
import { readState } from "../../sessions/state_file.ts";
import { LineWriter } from "../../terminal/line_writer.ts";
import { stdoutSink } from "../../terminal/output.ts";
import { styleOf } from "../../terminal/style.ts";

/** Milliseconds between two checks whether the recorder of a followed session runs. */
const LIFE_MS = 2_000;

/** Prints a log, oldest line first. */
export async function logs(options: ParsedOptions): Promise<number> {
  const filter = LineFilter.of(options.values, Date.now());
  const session = await chooseSession(options);
  const style = styleOf(Deno.stdout);
  const render = options.switches.has("json")
    ? asJson
    : (line: ReadLine) => asText(line, style);
  const writer = new LineWriter(stdoutSink);
  try {
    if (options.switches.has("follow")) {
      await follow(session, filter, (line) => {
        writer.write(render(line));
        // A user waits for the output.
        writer.flush();
      });
    } else {
      for await (const lines of readLogBlocks(session.log)) {
        for (const line of lines) {
          if (filter.accepts(line)) writer.write(render(line));
        }
      }
      writer.flush();
    }
  } catch (error) {
    if (isAbsent(error)) throw noLog(session);
    // The reader closed the pipe: `echolog logs | head`.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
  return 0;
}

/** Follows a log until the session has ended, or its recorder has died. */
async function follow(
  session: KnownSession,
  filter: LineFilter,
  print: (line: ReadLine) => void,
): Promise<void> {
  const end = new AbortController();
  let isKnown = session.liveness !== "unknown";
  const watch = setInterval(async () => {
    const { folder, entry } = session;
    const liveness = await livenessOf(folder, entry ?? readState(folder));
    if (liveness === "unknown" && !isKnown) {
      isKnown = true;
      // The folder was copied, or it belongs to another machine.
      console.error(
        "echolog: No recorder of this session is known on this machine, so new lines may never come; press Ctrl-C to stop",
      );
    }
    // One that has ended properly has written its last line.
    if (liveness !== "dead" || readState(folder)?.state === "ended") return;
    console.error(
      "echolog: The recorder of this session has died, so no new lines will follow; finish the session with echolog repair",
    );
    end.abort();
  }, LIFE_MS);
  try {
    for await (const line of followLog(session.log, end)) {
      if (filter.accepts(line)) print(line);
      if (line.head?.event === "session_stop") end.abort();
    }
  } finally {
    clearInterval(watch);
  }
}
