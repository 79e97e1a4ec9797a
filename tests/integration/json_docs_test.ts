import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { reportAsJson } from "../../src/review/explain/render.ts";
import {
  chunk,
  explainEvents,
  recovery,
  sessionStart,
  sessionStop,
  silence,
} from "../support/account.ts";
import { echolog, onlySession, startEcholog } from "../support/echolog.ts";
import { event } from "../support/events.ts";
import { tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";

/** Returns the keys that docs/log.md describes for a command. */
function describedKeys(command: string): string[] {
  const text = Deno.readTextFileSync(
    new URL("../../docs/log.md", import.meta.url),
  );
  const section = text.split(/^### /m).find((part) =>
    part.startsWith(`${command} --json\n`)
  );
  const rows = section?.matchAll(/^\| `([^`]+)`/gm) ?? [];
  return [...rows].map(([, key = ""]) => key).sort();
}

/** Returns all keys below a value, `a.b` in an object and `a[].b` in a list. */
function keysOf(value: unknown, prefix = ""): string[] {
  if (Array.isArray(value)) {
    const inner = prefix === "" ? "" : `${prefix.slice(0, -1)}[].`;
    return unique(value.flatMap((item) => keysOf(item, inner)));
  }
  if (typeof value !== "object" || value === null) return [];
  const keys = Object.entries(value).flatMap(([key, item]) => {
    const path = `${prefix}${key}`;
    // session.json has a document of its own.
    return path === "details" ? [path] : [path, ...keysOf(item, `${path}.`)];
  });
  return unique(keys);
}

function unique(keys: string[]): string[] {
  return [...new Set(keys)].sort();
}

Deno.test("docs/log.md: describes the keys of explain --json", () => {
  const explained = explainEvents([
    sessionStart(),
    chunk(1, 0, 60),
    event("warning", { code: "clipping" }),
    recovery(60),
    silence(60, 62),
    chunk(2, 62, 120),
    sessionStop(120, { gaps: 1, gap_total: 2 }),
  ]);
  const printed = JSON.parse(reportAsJson(explained, "", "/x/session.log"));
  assertEquals(keysOf(printed), describedKeys("explain"));
});

Deno.test("docs/log.md: describes the JSON keys of all other commands", async () => {
  using home = tempFolder();
  const printed = async (...args: string[]) => {
    const { stdout } = await echolog([...args, "--json"], { home: home.path });
    return JSON.parse(stdout);
  };
  await using running = startEcholog(
    ["record", "--device", "test", "--segment-duration", "1s"],
    { home: home.path },
  );
  const session = await onlySession(join(home.path, "recordings"));
  await session.waitForEvent("chunk_created");
  const status = await waitFor("its status", async () => {
    const list = await printed("status");
    return list.length === 0 ? null : list;
  });
  assertEquals(keysOf(status), describedKeys("status"));
  running.signal("SIGINT");
  await running.finished;
  for (const command of ["sessions", "verify", "devices", "doctor"]) {
    assertEquals(keysOf(await printed(command)), describedKeys(command));
  }
  const config = await printed("config", "show");
  const keys = Object.values(config.settings).flatMap((one) =>
    keysOf(one, "settings.*.")
  );
  assertEquals(
    [...Object.keys(config), ...unique(keys)].sort(),
    describedKeys("config show"),
  );
});
