import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { messageOf } from "../../../src/errors.ts";
import { claimSession } from "../../../src/recorder/claim/claim.ts";
import {
  isAlive,
  listSessions,
  registerSession,
} from "../../../src/sessions/registry.ts";
import { selectSessions } from "../../../src/sessions/select.ts";
import { change, SESSION } from "../../support/registered.ts";
import { tempFolder } from "../../support/temp.ts";

/** Names that tell nothing of the order, and one of an earlier release, without a start. */
const STARTS = [["old", undefined], ["zoo", 1], ["alpha-2", 2], [
  "alpha-10",
  2,
]] as const;

Deno.test("listSessions: lists a session until its entry is removed", async () => {
  using folder = tempFolder();
  assertEquals(await listSessions(join(folder.path, "none")), []);
  {
    await using _registration = await registerSession(folder.path, SESSION);
    const [session, more] = await listSessions(folder.path);
    assertEquals(more, undefined);
    assertEquals(session?.session_id, "s");
    assertEquals(session?.pid, Deno.pid);
    assertEquals(session !== undefined && isAlive(session), true);
  }
  assertEquals(await listSessions(folder.path), []);
});

Deno.test("listSessions: orders sessions by start so that latest selects the last one", async () => {
  using folder = tempFolder();
  for (const [session_id, start] of STARTS) {
    await registerSession(folder.path, { ...SESSION, session_id, start });
  }
  const listed = await listSessions(folder.path);
  assertEquals(
    listed.map(({ session_id }) => session_id),
    STARTS.map(([session_id]) => session_id),
  );
  assertEquals(
    selectSessions(listed, "latest", { now: Date.now() }),
    listed.slice(-1),
  );
});

Deno.test("listSessions: does not know of an entry of another machine whether it is alive", async () => {
  using folder = tempFolder();
  await using _registration = await registerSession(folder.path, SESSION);
  const states = async () =>
    (await listSessions(folder.path)).map(({ liveness }) => liveness);
  change(folder.path, { machine_id: "x", boot_id: "another" });
  assertEquals(await states(), ["unknown"]);
  change(folder.path, { machine: "elsewhere", machine_id: null });
  assertEquals(await states(), ["unknown"]);
});

/** Claims a device, and tells the problems and how many folders were made. */
async function claim(stateFolder: string | null) {
  let made = 0;
  await using claim = await claimSession({
    stateFolder,
    spec: "test",
    device: { kind: "test" },
    logFile: "session.log",
    async create(announce) {
      made++;
      const folder = { id: "s", path: "/rec/s" };
      await announce(folder);
      return { folder, start: 0 };
    },
    onError() {},
  });
  const problems = claim.problems.map(messageOf);
  return { folder: claim.folder.path, made, problems };
}

Deno.test("claimSession: starts the session and reports problem with the state folder", async () => {
  using home = tempFolder();
  const places = [
    ["lock", "the lock cannot be taken"],
    ["active", "the entries cannot be read"],
    [`active/s.${Deno.pid}.json/x`, "the entry cannot be written"],
  ] as const;
  for (const [index, [path, what]] of places.entries()) {
    const state = join(home.path, String(index));
    // A file where a folder is wanted, or the other way round.
    if (path === "active") {
      Deno.mkdirSync(state);
      Deno.writeTextFileSync(join(state, path), "");
    } else {
      Deno.mkdirSync(join(state, path), { recursive: true });
    }
    const { folder, made, problems: [problem = "", ...more] } = await claim(
      state,
    );
    assertEquals({ folder, made, more }, {
      folder: "/rec/s",
      made: 1,
      more: [],
    }, what);
    assertStringIncludes(
      problem,
      `Cannot write to the state folder ${state}: `,
      what,
    );
  }
  assertEquals((await claim(join(home.path, "well"))).problems, []);
  assertEquals((await claim(null)).problems.length, 1);
});

Deno.test("listSessions: ignores invalid entries", async () => {
  using folder = tempFolder();
  await using _registration = await registerSession(folder.path, SESSION);
  const active = join(folder.path, "active");
  Deno.writeTextFileSync(join(active, "a.json"), "{");
  Deno.writeTextFileSync(join(active, "b.json"), '{"session_id": 3}');
  Deno.writeTextFileSync(join(active, "c.txt"), "");
  assertEquals((await listSessions(folder.path)).length, 1);
});

Deno.test("registerSession: does not fail when its entry cannot be removed", async () => {
  using folder = tempFolder();
  const path = join(folder.path, "active", `s.${Deno.pid}.json`);
  {
    await using _registration = await registerSession(folder.path, SESSION);
    // What cannot be removed, for root neither.
    Deno.removeSync(path);
    Deno.mkdirSync(join(path, "x"), { recursive: true });
  }
  assertEquals(Deno.statSync(path).isDirectory, true);
});

Deno.test("registerSession: accepts that its entry is already gone", async () => {
  using folder = tempFolder();
  await using _registration = await registerSession(folder.path, SESSION);
  Deno.removeSync(join(folder.path, "active"), { recursive: true });
});
