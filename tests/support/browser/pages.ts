/**
 * Pages of every kind of session, for tests in a browser.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { echolog, onlySession, startEcholog } from "../echolog.ts";
import { wasBusy } from "../load.ts";
import { runProgram } from "../program.ts";
import { madeMonth } from "../month_session.ts";
import { BERLIN, MADE, madeSession } from "../page_sessions.ts";

/** What `explain --json` printed. */
export type Explained = Readonly<Record<string, unknown>>;

/** A page, and what is known about the same session. */
export interface MadePage {
  readonly path: string;
  /** As explained before the page was made. */
  readonly before: Explained;
  /** As explained after that; the same unless it is being recorded. */
  readonly after: Explained;
}

/** The kinds of sessions that are made in little time. */
export const KINDS = [...Object.keys(MADE), "mailed log", "live"];

/** Returns the name of the files of a kind. */
export function nameOfKind(kind: string): string {
  return kind.replaceAll(" ", "_");
}

/** Makes the page of one kind of session below `home`. */
export async function makePage(home: string, kind: string): Promise<MadePage> {
  switch (kind) {
    case "mailed log": {
      const folder = await madeSession(home, "unplugged");
      const log = join(home, "ticket-4711.log");
      Deno.copyFileSync(join(folder, "session.log"), log);
      const { code } = await runProgram("gzip", [log]);
      assertEquals(code, 0);
      return await pageOf(home, kind, `${log}.gz`);
    }
    case "live":
      return await livePage(home);
    case "month":
      return await pageOf(home, kind, madeMonth(home));
    default:
      return await pageOf(home, kind, await madeSession(home, kind));
  }
}

/** Makes the page of a session or a log, in `home`. */
export async function pageOf(
  home: string,
  kind: string,
  what: string,
): Promise<MadePage> {
  const path = join(home, `${nameOfKind(kind)}.html`);
  const options = { home, env: BERLIN };
  const explain = async () => {
    const { stdout } = await echolog(["explain", what, "--json"], options);
    return JSON.parse(stdout);
  };
  const write = async () => {
    const made = await echolog(["report", what, "-o", path], options);
    assertEquals(made.code, 0, made.stderr);
  };
  if (kind !== "live") {
    const [before] = await Promise.all([explain(), write()]);
    return { path, before, after: before };
  }
  const before = await explain();
  await write();
  return { path, before, after: await explain() };
}

/**
 * Makes the page of a session that is being recorded, as often as it takes until
 * the recorder had nothing to warn of: a busy machine may start ffmpeg late.
 */
async function livePage(home: string): Promise<MadePage> {
  for (let attempt = 1;; attempt++) {
    const own = join(home, String(attempt));
    Deno.mkdirSync(own);
    await using recording = startEcholog(
      ["record", "--device", "test", "--segment-duration", "1s", "--quiet"],
      { home: own },
    );
    const session = await onlySession(join(own, "recordings"));
    await session.waitForEvent("chunk_created", 2);
    const page = await pageOf(own, "live", session.folder);
    const isClean = !session.logText().includes(" WARNING ");
    recording.signal("SIGINT");
    await recording.finished;
    if (isClean || !wasBusy() || attempt === 5) return page;
  }
}
