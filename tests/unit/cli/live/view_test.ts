import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { LiveView } from "../../../../src/cli/live/view.ts";
import type { SessionEvent } from "../../../../src/events.ts";
import { widthOf } from "../../../../src/terminal/width.ts";
import { event, START } from "../../../support/events.ts";
import { withTotals } from "../../../support/totals.ts";

const STARTED = event("ffmpeg_started");
const CHUNK = event("chunk_created", {
  duration: 5,
  size: 100_000,
  peak_dbfs: -18,
});
const RECOVERY = event("recovery");
/** When the figures are of. */
const NOW = START + 60_000;
const OUTAGE = {
  kind: "outage",
  time: NOW,
  outage: { since: NOW - 14_000, cause: "device_gone" },
} as const;

function view(...events: SessionEvent[]): LiveView {
  const { sink, emit } = withTotals((totals) => new LiveView(totals));
  for (const event of events) emit(event);
  return sink;
}

const FIGURES = { elapsed: 65, openBytes: 20_000, now: NOW };

Deno.test("LiveView: shows time, chunk, level, gaps, size and free space", () => {
  const live = view(STARTED, CHUNK);
  live.observe({ kind: "peak", dbfs: -18 });
  live.observe({ kind: "disk", free: 84e9 });
  assertEquals(
    live.line(FIGURES, 80),
    "1 min 5 s  chunk 2  ███████░░░  -18 dB  0 gaps  120 kB  84 GB left",
  );
});

Deno.test("LiveView: draws a meter of constant width from silence to full scale", () => {
  const widths = [-Infinity, -90, -60, -30, -0.5, 0, 3].map((dbfs) => {
    const live = view(STARTED);
    live.observe({ kind: "peak", dbfs: dbfs });
    return widthOf(live.line(FIGURES, 200));
  });
  assertEquals(new Set(widths).size, 1);
  const live = view(STARTED);
  live.observe({ kind: "peak", dbfs: -Infinity });
  assertStringIncludes(live.line(FIGURES, 80), "░░░░░░░░░░ -inf dB");
  live.observe({ kind: "peak", dbfs: 0 });
  assertStringIncludes(live.line(FIGURES, 80), "██████████    0 dB");
});

Deno.test("LiveView: shows the level of each channel, up to four", () => {
  const live = view(STARTED);
  const shown = (...channels: number[]) => {
    live.observe({ kind: "peak", dbfs: Math.max(...channels), channels });
    return live.line(FIGURES, 200).replace(/ {2}0 gaps.*/, "");
  };
  const head = "1 min 5 s  chunk 1  ███████░░░";
  assertEquals(shown(-18, -20), `${head}  -18  -20 dB`);
  assertEquals(shown(-18, -Infinity), `${head}  -18 -inf dB`);
  assertEquals(shown(-18), `${head}  -18 dB`);
  assertEquals(shown(-18, -20, -30, -40, -50), `${head}  -18 dB`);
});

Deno.test("LiveView: names its trouble", () => {
  const live = view(STARTED, CHUNK);
  const line = () => live.line(FIGURES, 80);
  line();
  assertEquals(live.trouble, null);
  const silence = { kind: "silence", time: NOW } as const;
  live.observe({ ...silence, what: "channels", channels: [2], since: NOW });
  assertStringIncludes(line(), "  silent channel for 0 s  chunk 2  ");
  live.observe({ ...silence, what: "zero", since: NOW - 15_000 });
  assertStringIncludes(line(), "  silence for 15 s  chunk 2  ");
  assertEquals(live.trouble, "silence for 15 s");
  live.observe({ ...silence, what: "zero", since: null });
  live.observe({ ...silence, what: "channels", since: null });
  line();
  assertEquals(live.trouble, null);
  live.observe(OUTAGE);
  line();
  assertEquals(live.trouble, "no audio for 14 s: device gone");
  live.observe({ kind: "stopping", time: 0 });
  line();
  assertEquals(live.trouble, null);
});

Deno.test("LiveView: keeps the line within the width of the terminal", () => {
  const live = view(STARTED, CHUNK, RECOVERY);
  live.observe({ kind: "disk", free: 84e9 });
  for (let columns = 1; columns < 100; columns++) {
    assert(widthOf(live.line(FIGURES, columns)) <= columns);
  }
});

Deno.test("LiveView: shows why there is no audio and that it is stopping", () => {
  const live = view(STARTED, CHUNK, RECOVERY);
  live.observe(OUTAGE);
  const line = live.line(FIGURES, 80);
  assertStringIncludes(line, "no audio for 14 s: device gone");
  assertStringIncludes(line, "1 gap ");
  // Audio is back once its gap is logged.
  live.emit(STARTED);
  assertStringIncludes(live.line(FIGURES, 80), "no audio for 14 s");
  live.observe({ kind: "stopping", time: 0 });
  live.emit(STARTED);
  assertStringIncludes(live.line(FIGURES, 80), "stopping: closing the last");
});
