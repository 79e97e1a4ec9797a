import { assert, assertEquals } from "@std/assert";
import { buildArgs } from "../../src/ffmpeg/command/command.ts";
import { endsPeak } from "../../src/ffmpeg/command/filters.ts";
import { readLines } from "../../src/platform/line_splitter.ts";
import { parseReport } from "../../src/ffmpeg/stdout.ts";
import { RUN_SPEC } from "../support/run_spec.ts";
import { tempFolder } from "../support/temp.ts";

Deno.test("buildArgs: measures levels without falling behind the source", async () => {
  using folder = tempFolder();
  const child = new Deno.Command("ffmpeg", {
    // What has come as far as the file is what counts here.
    args: ["-progress", "pipe:1"].concat(buildArgs({
      ...RUN_SPEC,
      duration: 12,
      folder: folder.path,
    })),
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const startedAt = performance.now();
  const lags: number[] = [];
  const frames: number[] = [];
  await readLines(child.stdout, (line) => {
    const report = parseReport(line);
    if (report?.kind === "frame") frames.push(report.frame);
    if (report?.kind !== "progress") return;
    lags.push((performance.now() - startedAt) / 1000 - report.captured);
  }).done;
  await child.status;
  // Frames that waited in a filter made it 60 ms more in every second.
  const early = Math.min(...lags.slice(0, 20));
  const late = Math.min(...lags.slice(-20, -1));
  assert(lags.length > 40, `${lags.length} reports`);
  assert(late - early < 0.3, lags.map((lag) => lag.toFixed(3)).join(" "));
  // Often at first, so that one late report does not date the recording.
  assertEquals(frames.slice(0, 11), [0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 49]);
  assertEquals(frames.filter(endsPeak).length, 12);
  assertEquals(frames.length, 22);
});
