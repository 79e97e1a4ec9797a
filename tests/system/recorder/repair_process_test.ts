import { assert, assertEquals } from "@std/assert";
import { basename, join } from "@std/path";
import { startRepairs } from "../../../src/recorder/claim/repair_process.ts";
import { exists } from "../../../src/platform/fs.ts";
import type { ListedSession } from "../../../src/sessions/registry.ts";
import { tempFolder } from "../../support/temp.ts";

function deadSession(folder: string): ListedSession {
  Deno.mkdirSync(folder);
  return {
    session_id: basename(folder),
    folder,
    log: join(folder, "session.log"),
    start: 0,
    device: "test",
    has_folder: true,
    pid: 0,
    process_start: null,
    boot_id: null,
    machine: "",
    entry: `${folder}.json`,
    liveness: "dead",
  };
}

Deno.test("startRepairs: repairs one session after the other, and none before the recording is under way", async () => {
  using home = tempFolder();
  const dead = ["one", "two"].map((name) => deadSession(join(home.path, name)));
  const order = join(home.path, "order");
  const repaired: string[] = [];
  const underWay = Promise.withResolvers<void>();
  {
    await using _repairs = startRepairs(dead, {
      when: underWay.promise,
      command: (args) => [
        "sh",
        ...["-c", `echo "$*" >> "$0"`, order, ...args.slice(1)],
      ],
      onRepaired: ({ session_id }) => void repaired.push(session_id),
      onError: (line) => assert(false, line),
    });
    // A program that was started would have its turn by then.
    await new Deno.Command("true").output();
    assert(!exists(order));
    underWay.resolve();
  }
  assertEquals(repaired, ["one", "two"]);
  assertEquals(
    Deno.readTextFileSync(order),
    dead.map(({ folder }) => `${folder}\n`).join(""),
  );
});
