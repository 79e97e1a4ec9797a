/**
 * `echolog prune` that is killed, or whose calls fail.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { CrashSubject } from "./crash_points.ts";
import { echolog } from "./echolog.ts";
import { HOUR, OutputFolder } from "./output_folder.ts";

const SESSIONS = ["a", "b", "c"];
/** Chunks of each session. */
const CHUNKS = 4;
/** What the rules leave. */
const KEPT = ["c/1", "c/2", "c/3", "c/4"];
/** Sessions whose chunks overlap in time, so that their deletions alternate. */
const PRUNED = ["a/1", "a/2", "a/3", "a/4", "b/1", "b/2", "b/3", "b/4"];

function outputOf(home: string): OutputFolder {
  return new OutputFolder(join(home, "recordings"));
}

/** Twelve chunks of three sessions, of which eight go. */
export const PRUNE: CrashSubject = {
  prepare(home) {
    const out = outputOf(home);
    const now = Date.now();
    for (const [index, id] of SESSIONS.entries()) {
      const start = now - (14 - 3 * index) * HOUR;
      out.session(id, { start, chunks: CHUNKS });
    }
    const config = join(home, ".config", "echolog");
    Deno.mkdirSync(config, { recursive: true });
    Deno.writeTextFileSync(
      join(config, "echolog.conf"),
      '[retention]\nmax_bytes = 40\nmin_age = "0s"\n',
    );
  },
  args: ["prune", "--force"],
  async check(home, about) {
    const out = outputOf(home);
    assertKnown(out, about);
    // The next run finishes it.
    const { code, stderr } = await echolog([...this.args], { home });
    assertEquals(code, 0, `${about}${stderr}`);
    assertKnown(out, about);
    assertEquals(out.left(), KEPT, about);
    const { stdout } = await echolog(["sessions", "--json"], { home });
    assertEquals(JSON.parse(stdout).length, SESSIONS.length, about);
  },
};

/** What is gone is known as deleted, and nothing else is gone. */
function assertKnown(out: OutputFolder, about: string): void {
  const left = new Set(out.left());
  for (const id of SESSIONS) {
    const { made, deletions } = out.index(id);
    assertEquals(made.size, CHUNKS, about);
    for (const seq of made.keys()) {
      const name = `${id}/${seq}`;
      const isKnown = deletions.has(seq);
      assert(left.has(name) || isKnown, `${about}${name} is gone`);
      assert(!isKnown || PRUNED.includes(name), `${about}${name} is kept`);
    }
  }
}
