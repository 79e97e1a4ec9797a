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
    })),
    cwd: folder.path,
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const startedAt = performance.now();
  const lags: number[] = [];
  const frames: number[] = [];
  const pauses: number[] = [];
  await readLines(child.stdout, (line) => {
    const report = parseReport(line);
    if (report?.kind === "frame") {
      frames.push(report.frame);
      // A busy machine pauses the source, as its start does.
      if (report.clock < 0) pauses.push(report.frame);
    }
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
  const often = [0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 49];
  const isLast = (frame: number) => endsPeak(RUN_SPEC, frame);
  const regular = (frame: number) => often.includes(frame) || isLast(frame);
  assertEquals(frames.filter(regular).slice(0, 11), often);
  assertEquals(frames.filter(isLast).length, 12);
  const others = frames.filter((frame) => !regular(frame));
  assertEquals(others, pauses.filter((frame) => !regular(frame)));
});
