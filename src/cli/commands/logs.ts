/**
 * `echolog logs`: prints a session's log across its parts, and follows it.
 *
 * @module
 */

import { join } from "@std/path";
import { chooseLog, readAlone } from "../args/log_operand.ts";
import type { ParsedOptions } from "../args/options.ts";
import { noLog } from "../args/session_operand.ts";
import { extentOf, typedTime } from "../args/times.ts";
import { EchologError } from "../../errors.ts";
import { followLog } from "../../log/read/follow.ts";
import { type ReadLine, readLogBlocks } from "../../log/read/reader.ts";
import { isAbsent, isSamePlace } from "../../platform/fs.ts";
import { LineFilter } from "../../review/logs/filter.ts";
import { LastLines } from "../../review/logs/last_lines.ts";
import { asJson, asText } from "../../review/logs/render.ts";
import type { KnownSession } from "../../sessions/catalog.ts";
import { isInReach, livenessOf } from "../../sessions/liveness.ts";
import { readState } from "../../sessions/state_file.ts";
import { LineWriter } from "../../terminal/line_writer.ts";
import { stdoutSink } from "../../terminal/output.ts";
import { styleOf } from "../../terminal/style.ts";
import { formatDuration } from "../../terminal/units.ts";

/** Milliseconds between two checks whether the recorder of a followed session runs. */
const LIFE_MS = 2_000;
/** Milliseconds without a change in its folder after which an unknown recorder counts as ended. */
const IDLE_MS = 300_000;

/** Prints a log, oldest line first. */
export async function logs(options: ParsedOptions): Promise<number> {
  const last = readCount(options.values.get("lines"));
  // Wrong values are refused before a session is looked for.
  LineFilter.of(options.values);
  const { alone, session } = await chooseLog(options);
  const now = Date.now();
  const base = {
    now,
    ...(session === null ? {} : { within: await extentOf(session, now) }),
  };
  const filter = () =>
    LineFilter.of(options.values, {
      since: typedTime(options, "since", "from", base),
      until: typedTime(options, "until", "to", base),
    });
  const style = styleOf(Deno.stdout);
  const render = options.switches.has("json")
    ? asJson
    : (line: ReadLine) => asText(line, style);
  const writer = new LineWriter(stdoutSink);
  try {
    if (options.switches.has("follow") && session !== null) {
      let skipped = await surplus(readLogBlocks(session.log), filter(), last);
      await follow(session, filter(), (line) => {
        if (skipped-- > 0) return;
        writer.write(render(line));
        // A user waits for the output.
        writer.flush();
      });
    } else {
      const blocks = alone === null
        ? readLogBlocks(session.log)
        : readAlone(alone);
      const kept = new LastLines(last, (line) => writer.write(render(line)));
      const selected = filter();
      for await (const lines of blocks) {
        for (const line of lines) {
          if (selected.accepts(line)) kept.add(line);
        }
      }
      kept.end();
      writer.flush();
    }
  } catch (error) {
    if (isAbsent(error) && session !== null) throw noLog(session);
    // The reader closed the pipe: `echolog logs | head`.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
  return 0;
}

/** Reads the value of `-n`. */
function readCount(text: string | undefined): number {
  if (text === undefined) return Infinity;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new EchologError("usage", `Cannot use -n ${text}`, {
    hint: "expected a number of lines, such as -n 20",
  });
}

/** Returns how many of the selected lines come before the last ones. */
async function surplus(
  blocks: AsyncIterable<readonly ReadLine[]>,
  filter: LineFilter,
  last: number,
): Promise<number> {
  if (last === Infinity) return 0;
  let count = 0;
  for await (const lines of blocks) {
    for (const line of lines) if (filter.accepts(line)) count++;
  }
  return Math.max(0, count - last);
}

/** Follows a log until the session has ended, or its recorder has died. */
async function follow(
  session: KnownSession,
  filter: LineFilter,
  print: (line: ReadLine) => void,
): Promise<void> {
  const end = new AbortController();
  const giveUp = (why: string) => {
    if (!end.signal.aborted) console.error(`echolog: ${why}`);
    end.abort();
  };
  let wasUnknown = false;
  const check = async () => {
    const { folder, entry } = session;
    const state = readState(folder);
    // A copy has the state of the folder that it was copied from.
    const isCopy = state !== null && !isSamePlace(state.folder, folder);
    const recorder = entry ?? (isCopy ? null : state);
    const liveness = await livenessOf(folder, recorder);
    // One that has ended properly has written its last line.
    if (liveness === "dead" && state?.state !== "ended") {
      return giveUp(
        "The recorder of this session has died, so no new lines will follow; finish the session with echolog repair",
      );
    }
    if (liveness !== "unknown") return;
    if (isCopy && isInReach(state)) {
      return giveUp(
        `This is a copy of ${state.folder}, so no new lines will follow`,
      );
    }
    const idle = Date.now() - lastChange(folder);
    if (idle > IDLE_MS) {
      return giveUp(
        `No recorder of this session is known on this machine, and nothing was written to its folder for ${
          formatDuration(idle / 1000)
        }, so no new lines will follow`,
      );
    }
    if (!wasUnknown) {
      wasUnknown = true;
      // The folder was copied, or it belongs to another machine.
      console.error(
        `echolog: No recorder of this session is known on this machine; this ends when nothing was written to its folder for ${
          formatDuration(IDLE_MS / 1000)
        }`,
      );
    }
  };
  if (session.liveness !== "alive") await check();
  const watch = setInterval(check, LIFE_MS);
  try {
    for await (const line of followLog(session.log, end)) {
      if (filter.accepts(line)) print(line);
      if (line.head?.event === "session_stop") end.abort();
    }
  } finally {
    clearInterval(watch);
  }
}

/** Returns when a file of a folder was last written. */
function lastChange(folder: string): number {
  try {
    return [...Deno.readDirSync(folder)].reduce((last, { name }) => {
      const { mtime } = Deno.lstatSync(join(folder, name));
      return Math.max(last, mtime?.getTime() ?? 0);
    }, 0);
  } catch (error) {
    // A file was renamed meanwhile, or the folder is gone for now.
    if (isAbsent(error)) return Date.now();
    throw error;
  }
}
