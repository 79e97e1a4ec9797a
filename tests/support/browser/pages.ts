/**
 * Pages of every kind of session, for tests in a browser.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { echolog, onlySession, startEcholog } from "../echolog.ts";
import { runProgram } from "../program.ts";
import { MADE, madeMonth, madeSession } from "../page_sessions.ts";

/** A page, and what `explain --json` prints about the same session. */
export interface MadePage {
  readonly path: string;
  readonly explained: Readonly<Record<string, unknown>>;
}

/** The kinds of sessions. */
export const KINDS = [
  ...Object.keys(MADE),
  ...["mailed log", "live", "month"],
];

/** The environment of those who look at the pages. */
const BERLIN = { TZ: "Europe/Berlin" };

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

async function pageOf(
  home: string,
  kind: string,
  what: string,
): Promise<MadePage> {
  const path = join(home, `${kind.replaceAll(" ", "_")}.html`);
  const options = { home, env: BERLIN };
  const made = await echolog(["report", what, "-o", path], options);
  assertEquals(made.code, 0, made.stderr);
  const explained = await echolog(["explain", what, "--json"], options);
  return { path, explained: JSON.parse(explained.stdout) };
}

async function livePage(home: string): Promise<MadePage> {
  await using recording = startEcholog(
    ["record", "--device", "test", "--segment-duration", "1s", "--quiet"],
    { home },
  );
  const session = await onlySession(join(home, "recordings"));
  await session.waitForEvent("chunk_created", 2);
  const page = await pageOf(home, "live", session.folder);
  recording.signal("SIGINT");
  await recording.finished;
  return page;
}

const GOLDENS = new URL("../../fixtures/pages/", import.meta.url);

/**
 * Compares the structure of a page with that of the file in
 * `tests/fixtures/pages`. With `ECHOLOG_WRITE_GOLDENS` in the environment, the
 * file is written instead.
 */
export function assertGolden(kind: string, outline: string): void {
  const path = fromFileUrl(
    new URL(`${kind.replaceAll(" ", "_")}.txt`, GOLDENS),
  );
  if (Deno.env.get("ECHOLOG_WRITE_GOLDENS") !== undefined) {
    Deno.mkdirSync(fromFileUrl(GOLDENS), { recursive: true });
    Deno.writeTextFileSync(path, outline);
  }
  assertEquals(outline, Deno.readTextFileSync(path));
}
