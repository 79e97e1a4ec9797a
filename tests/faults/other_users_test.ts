/**
 * A shared output folder in which another user prepared a session.
 *
 * @module
 */

import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import {
  echolog,
  onlySession,
  SessionOnDisk,
  startEcholog,
} from "../support/echolog.ts";
import {
  ATTACKER,
  hasUsers,
  ORDINARY,
  ROOT,
  type SharedPlace,
  sharedPlace,
} from "../support/users.ts";
import { configured, ffmpegPid } from "./support.ts";

/** What the victim has, and no command may change or show. */
const CANARY = "the canary is private\n";
/** A command that takes longer waits for something. */
const LIMIT = 30_000;

/** A session of the attacker, whose recorder was killed, that everybody may change. */
async function prepared(place: SharedPlace): Promise<string> {
  const home = place.homeOf(ATTACKER);
  const env = configured(home);
  Deno.chmodSync(env.ECHOLOG_CONFIG ?? "", 0o644);
  await using running = startEcholog(
    ["record", "--device", "test", "--output-dir", place.shared],
    { home, env, uid: ATTACKER },
  );
  const session = await onlySession(place.shared);
  await session.waitForEvent("chunk_created", 1);
  running.signal("SIGKILL");
  await running.finished;
  Deno.kill(ffmpegPid(session), "SIGKILL");
  Deno.chmodSync(session.folder, 0o777);
  for (const { name } of Deno.readDirSync(session.folder)) {
    Deno.chmodSync(join(session.folder, name), 0o666);
  }
  return session.folder;
}

/** Runs a command as a victim; fails when it waits, or shows the canary. */
async function asVictim(
  argv: readonly string[],
  uid: number,
  place: SharedPlace,
) {
  await using running = startEcholog(argv, { home: place.homeOf(uid), uid });
  const timer = setTimeout(() => running.signal("SIGKILL"), LIMIT);
  try {
    const finished = await running.finished;
    const { code, stdout, stderr } = finished;
    const shown = `${argv.join(" ")}: ${code}\n${stdout}${stderr}`;
    assert(code <= 3 || code === 73, shown);
    assert(!shown.includes(CANARY.trim()), shown);
    for (const line of stderr.split("\n").filter((line) => line !== "")) {
      assert(line.startsWith("echolog: "), shown);
    }
    return finished;
  } finally {
    clearTimeout(timer);
  }
}

/** What the attacker has in the place of the files of a session, by their names. */
const TRAPS: Readonly<Record<string, (path: string, canary: string) => void>> =
  {
    "session.json.tmp": (path, canary) => Deno.symlinkSync(canary, path),
    "session.log": (path, canary) => Deno.symlinkSync(canary, path),
    "session.json": (path, canary) => Deno.linkSync(canary, path),
    "chunks.jsonl": (path, canary) => Deno.linkSync(canary, path),
    "chunk_00002.flac.part": (path, canary) => Deno.symlinkSync(canary, path),
  };

for (const [who, uid] of [["an ordinary user", ORDINARY], ["root", ROOT]]) {
  if (typeof uid !== "number") continue;
  Deno.test(`a session that another user prepared: nothing of ${who} is read or changed`, async () => {
    if (!await hasUsers()) return;
    using place = sharedPlace();
    const folder = await prepared(place);
    const canary = join(place.homeOf(uid), "canary");
    for (const [file, trap] of Object.entries(TRAPS)) {
      Deno.writeTextFileSync(canary, CANARY, { mode: 0o600 });
      Deno.chownSync(canary, uid, uid);
      const path = join(folder, file);
      const kept = await Deno.readFile(path).catch(() => null);
      await Deno.remove(path).catch(() => {});
      trap(path, canary);
      for (
        const argv of [
          ["sessions", "--json", "--output-dir", place.shared],
          ["explain", folder],
          ["logs", folder],
          ["verify", folder],
          ["status", "--output-dir", place.shared],
          ["stop", "--output-dir", place.shared],
          ["repair", "--output-dir", place.shared],
          ["repair", folder, "--force"],
        ]
      ) await asVictim(argv, uid, place);
      assertEquals(Deno.readTextFileSync(canary), CANARY, file);
      const now = Deno.lstatSync(canary);
      assertEquals([now.uid, (now.mode ?? 0) & 0o777], [uid, 0o600], file);
      await Deno.remove(path).catch(() => {});
      if (kept !== null) {
        Deno.writeFileSync(path, kept);
        Deno.chownSync(path, ATTACKER, ATTACKER);
      }
    }
  });
}

Deno.test("repair: another user's folder is left as it is, and the line says whose it is", async () => {
  if (!await hasUsers()) return;
  using place = sharedPlace();
  const folder = await prepared(place);
  const before = filesOf(folder);
  const { code, stderr } = await asVictim(
    ["repair", folder, "--force"],
    ORDINARY,
    place,
  );
  assertEquals(code, 1, stderr);
  assertStringIncludes(stderr, "it is another user's folder");
  assertEquals(filesOf(folder), before);
  // What others may read is read.
  const { stdout } = await asVictim(["explain", folder], ORDINARY, place);
  assertMatch(stdout, /1 chunk|chunks/);
});

/** Names, owners and sizes of the files of a folder. */
function filesOf(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => {
    const { uid, size } = Deno.lstatSync(join(folder, name));
    return `${name} ${uid} ${size}`;
  }).sort();
}

for (const [who, uid] of [["an ordinary user", ORDINARY], ["root", ROOT]]) {
  if (typeof uid !== "number") continue;
  Deno.test(`another user's session is not the latest of ${who}, whatever start it claims, nor repaired without its name`, async () => {
    if (!await hasUsers()) return;
    using place = sharedPlace();
    const folder = await prepared(place);
    const path = join(folder, "session.json");
    const state = JSON.parse(Deno.readTextFileSync(path));
    state.start = "2099-01-01T00:00:00.000Z";
    Deno.writeTextFileSync(path, JSON.stringify(state));
    const at = ["--output-dir", place.shared];
    const { code, stdout } = await asVictim(
      ["record", "--device", "test", "--duration", "1s", "--session-id", "own"]
        .concat(at),
      uid,
      place,
    );
    assertEquals(code, 0);
    assertMatch(stdout, /own/);
    for (const argv of [["explain"], ["explain", "latest"]]) {
      const { stdout, stderr } = await asVictim([...argv, ...at], uid, place);
      assertMatch(stdout, /^own was recorded/, stderr);
    }
    const { stdout: log } = await asVictim(["logs", ...at], uid, place);
    assertStringIncludes(log, "session_id=own");
    const kept = await asVictim(["keep", "latest", ...at], uid, place);
    assertMatch(kept.stdout, /^own is kept/, kept.stderr);
    const before = filesOf(folder);
    const repaired = await asVictim(["repair", ...at], uid, place);
    assertEquals(repaired.code, 0, repaired.stderr);
    assertMatch(
      repaired.stdout,
      uid === ROOT
        ? /is another user's: to finish it, run echolog repair /
        : /is another user's: its owner can finish it/,
    );
    assertEquals(filesOf(folder), before);
    const { code: stopped } = await asVictim(["stop", ...at], uid, place);
    assertEquals(stopped, 3);
    // The owner of the output folder is looked after by root.
    Deno.chownSync(place.shared, ATTACKER, ATTACKER);
    const owned = await asVictim(["explain", ...at], uid, place);
    assertMatch(owned.stdout, /^own was recorded/);
    const { stdout: finished } = await asVictim(["repair", ...at], uid, place);
    assertEquals(/^Finished/.test(finished), uid === ROOT, finished);
  });
}

Deno.test("repair by root: another user's session in a shared folder is finished as that user's", async () => {
  if (!await hasUsers()) return;
  using place = sharedPlace();
  const folder = await prepared(place);
  const { code, stdout, stderr } = await asVictim(
    ["repair", folder, "--force"],
    ROOT,
    place,
  );
  assertEquals(code, 0, stdout + stderr);
  for (const { name } of Deno.readDirSync(folder)) {
    assertEquals(Deno.lstatSync(join(folder, name)).uid, ATTACKER, name);
  }
  const [stop] = new SessionOnDisk(folder).eventsOf("session_stop");
  assertEquals(stop?.reason, "crashed");
});

Deno.test("record: ordinary users share an output folder, and see only their own sessions", async () => {
  if (!await hasUsers()) return;
  using place = sharedPlace();
  for (const uid of [ORDINARY, ATTACKER]) {
    const { code, stderr } = await echolog([
      ...["record", "--device", "test", "--duration", "2s"],
      ...["--output-dir", place.shared, "--session-id", `by-${uid}`],
    ], { home: place.homeOf(uid), uid });
    assertEquals(code, 0, stderr);
    const folder = join(place.shared, `by-${uid}`);
    const info = Deno.lstatSync(folder);
    assertEquals([info.uid, (info.mode ?? 0) & 0o777], [uid, 0o700]);
  }
  const own = join(place.shared, `by-${ORDINARY}`);
  const before = filesOf(own);
  for (
    const argv of [
      ...[["explain", own], ["verify", own], ["repair", own, "--force"]],
      ["record", "--device", "test", "--session-id", `by-${ORDINARY}`]
        .concat(["--output-dir", place.shared]),
    ]
  ) {
    const { code, stderr } = await asVictim(argv, ATTACKER, place);
    assert(code !== 0, `${argv.join(" ")}: ${stderr}`);
    assertEquals(filesOf(own), before);
  }
  const { stdout } = await asVictim(
    ["sessions", "--ids", "--output-dir", place.shared],
    ATTACKER,
    place,
  );
  assertEquals(stdout, `by-${ATTACKER}\n`);
});
