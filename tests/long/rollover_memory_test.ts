// A recorder lets go of sessions that have ended.

import { assert } from "@std/assert";
import { join } from "@std/path";
import { configured } from "../faults/support.ts";
import { echologCommand } from "../support/echolog.ts";
import { objectsOf } from "../support/heap.ts";
import { sessionsIn } from "../support/rollover.ts";
import { tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";

/** Where the inspector listens. */
const PORT = 9_417;
const SESSIONS = 6;

Deno.test({
  name: "record: holds four sessions at most, also at its fifth rollover",
  // A binary has no inspector.
  ignore: (Deno.env.get("ECHOLOG_BIN") ?? "") !== "",
  fn: async () => {
    using home = tempFolder();
    const [program, command, ...rest] = echologCommand();
    const child = new Deno.Command(program, {
      args: [
        ...[command ?? "", `--inspect=127.0.0.1:${PORT}`, ...rest],
        ...["record", "--device", "test", "--quiet"],
      ],
      env: {
        HOME: home.path,
        XDG_STATE_HOME: join(home.path, "state"),
        ...configured(
          home.path,
          '[recording]\nsession_duration = "10s"\n',
        ),
      },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    try {
      const output = join(home.path, "recordings");
      Deno.mkdirSync(output);
      await waitFor(
        "the last session",
        () => sessionsIn(output).length >= SESSIONS || null,
        { limit: 90_000 },
      );
      const count = await objectsOf("Session", PORT);
      console.log(`${count} sessions held of ${SESSIONS}`);
      assert(count > 0 && count <= 4, `${count} sessions are held`);
    } finally {
      child.kill("SIGINT");
      await child.status;
    }
  },
});
