import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { FAILURE_CODES, WARNING_CODES } from "../../src/events.ts";
import { reportAsJson } from "../../src/review/explain/render/json.ts";
import { indexLine } from "../../src/sessions/chunks/chunk_index.ts";
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

const DOCS = () =>
  Deno.readTextFileSync(new URL("../../docs/log.md", import.meta.url));

/** Returns the keys that docs/log.md describes for a command or a file. */
function describedKeys(command: string): string[] {
  const section = DOCS().split(/^### /m).find((part) =>
    part.startsWith(`${command}\n`) ||
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
    // The keys of session.json have a table of their own.
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

Deno.test("docs/log.md: describes every code, and chunks.jsonl", () => {
  const rows = new Set(
    [...DOCS().matchAll(/^\| `(\w+)`/gm)].map(([, word]) => word),
  );
  const codes = [...WARNING_CODES, ...FAILURE_CODES];
  assertEquals(codes.filter((code) => !rows.has(code)), []);
  const line = event("chunk_created", { samples: 1, recovered: true });
  assertEquals(
    keysOf(JSON.parse(indexLine(line))),
    describedKeys("chunks.jsonl"),
  );
});

Deno.test("docs/log.md: describes the keys of session.json", async () => {
  using home = tempFolder();
  await echolog(["record", "--device", "test", "--duration", "1s"], {
    home: home.path,
  });
  const { folder } = await onlySession(join(home.path, "recordings"));
  const text = Deno.readTextFileSync(join(folder, "session.json"));
  assertEquals(keysOf(JSON.parse(text)), describedKeys("session.json"));
});
