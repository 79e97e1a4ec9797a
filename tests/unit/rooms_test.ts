import { assertEquals } from "@std/assert";
import { dirname, fromFileUrl, join, relative } from "@std/path";

const SRC = fromFileUrl(new URL("../../src", import.meta.url));

/** The rooms; each may use those behind it, and none before it. */
const ROOMS = [
  "cli",
  "doctor",
  "recorder",
  "repair",
  "notify",
  "report",
  "export",
  "review",
  "retention",
  "sessions",
  "config",
  "log",
  "redact",
  "ffmpeg",
  "audio",
  "terminal",
  "times",
  "platform",
  "", // events, errors and version: the ground
];

/** A folder of more files is two rooms. */
const MAX_FILES = 12;

/** An import: paths of both files below `src`. */
interface Import {
  readonly from: string;
  readonly to: string;
}

function filesBelow(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = join(folder, name);
    return isDirectory ? filesBelow(path) : name.endsWith(".ts") ? [path] : [];
  });
}

function importsOf(path: string): Import[] {
  const specifiers = Deno.readTextFileSync(path)
    .matchAll(/(?:\bfrom|\bimport|\bimport\()\s*"(\.[^"]+)"/g);
  const from = relative(SRC, path);
  return [...specifiers].map(([, specifier = ""]) => ({
    from,
    to: relative(SRC, join(dirname(path), specifier)),
  }));
}

const folderOf = (path: string) => path.includes("/") ? dirname(path) : "";
const roomOf = (path: string) => path.includes("/") ? path.split("/")[0] : "";

const FILES = filesBelow(SRC);
const IMPORTS = FILES.flatMap(importsOf)
  .filter(({ to }) => !to.startsWith("..")); // deno.json has the version

Deno.test("rooms: every folder of src is in the list, and imports are found", () => {
  const found = new Set(FILES.map((path) => roomOf(relative(SRC, path))));
  assertEquals([...found].sort(), ROOMS.toSorted());
  // One import a file at least, on average: else the pattern reads nothing.
  assertEquals(IMPORTS.length > FILES.length, true);
});

Deno.test("rooms: a room uses only the rooms below it", () => {
  const rank = (path: string) => ROOMS.indexOf(roomOf(path) ?? "");
  const upwards = IMPORTS.filter(({ from, to }) => rank(to) < rank(from))
    .map(({ from, to }) => `${from} uses ${to}`);
  assertEquals(upwards, []);
});

Deno.test("rooms: no two folders need each other, by whatever way", () => {
  const uses = new Map<string, Set<string>>();
  for (const { from, to } of IMPORTS) {
    const [user, used] = [folderOf(from), folderOf(to)];
    if (user === used) continue;
    uses.set(user, (uses.get(user) ?? new Set()).add(used));
  }
  const cycles: string[] = [];
  const done = new Set<string>();
  const walk = (folder: string, path: readonly string[]) => {
    if (path.includes(folder)) {
      cycles.push([...path.slice(path.indexOf(folder)), folder].join(" > "));
      return;
    }
    if (done.has(folder)) return;
    for (const used of uses.get(folder) ?? []) walk(used, [...path, folder]);
    done.add(folder);
  };
  for (const folder of uses.keys()) walk(folder, []);
  assertEquals(cycles, []);
});

Deno.test(`rooms: a folder holds at most ${MAX_FILES} files`, () => {
  const counts = new Map<string, number>();
  for (const path of FILES) {
    const folder = folderOf(relative(SRC, path));
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  const full = [...counts].filter(([, count]) => count > MAX_FILES);
  assertEquals(full, []);
});
