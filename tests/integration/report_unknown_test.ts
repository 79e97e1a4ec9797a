import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { encodeEvent } from "../../src/log/format/event_fields.ts";
import { textFormat } from "../../src/log/format/line.ts";
import { event, START } from "../support/events.ts";
import { run, session } from "../support/export_session.ts";
import { tempFolder } from "../support/temp.ts";

Deno.test("report: chunks that cannot be decoded are named on a page without levels", async () => {
  using home = tempFolder();
  const { folder } = await session(home.path, {
    runs: [{ at: 0, length: 4 }],
    chunk: 2,
  });
  for (const name of ["chunk_00001.flac", "chunk_00002.flac"]) {
    const path = join(folder, name);
    const { size } = Deno.statSync(path);
    Deno.writeFileSync(path, new Uint8Array(size).fill(7));
  }
  const { code, stderr } = await run(home.path, "report", "-o", "x.html");
  assertEquals([code, stderr], [0, ""]);
  const page = Deno.readTextFileSync(join(home.path, "work", "x.html"));
  assert(page.includes("The level is not shown"));
  assertMatch(page, /<p>2 s of chunk_00001\.flac cannot be decoded/);
  assertMatch(page, /<p>2 s of chunk_00002\.flac cannot be decoded/);
});

Deno.test("report: a log without gaps and chunks gives no picture of a whole recording", async () => {
  using home = tempFolder();
  const log = join(home.path, "quiet.log");
  const events = [
    event("session_start", { log_level: "error" }),
    event("session_stop", {
      ...{ time: START + 10_000, wall: 10, chunks: 2, audio: 8 },
      ...{ gaps: 1, gap_total: 2, coverage: 80 },
    }),
  ];
  const options = { format: textFormat, utc: true, redact: String };
  Deno.writeTextFileSync(
    log,
    events.map((one) => `${encodeEvent(one, options)}\n`).join(""),
  );
  const { code, stderr } = await run(home.path, "report", log, "-o", "x.html");
  assertEquals([code, stderr], [0, ""]);
  const page = Deno.readTextFileSync(join(home.path, "work", "x.html"));
  assertMatch(page, /Audio is missing in 1 place, 2 s in all/);
  assert(!page.includes('id="chart"'));
});
