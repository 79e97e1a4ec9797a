import { assertEquals } from "@std/assert";
import { judge, renderRow } from "../../scripts/benchmarks/peer_report.ts";
import { median } from "../../scripts/benchmarks/statistics.ts";
import { factsNamed } from "../../scripts/benchmarks/peer_traces.ts";

const REASON = { row: "lost", peers: ["rec"], why: "it waits", upTo: 2 };

function verdict(own: number, rec: number, ffmpeg = 9, spread = 0) {
  const values = new Map([["echolog", own], ["ffmpeg", ffmpeg], ["rec", rec]]);
  return judge({ name: "lost", values, spread }, "echolog", [REASON], 0.02);
}

Deno.test("judge: marks a row as missed when echolog is behind without a reason or beyond its limit", () => {
  const kept = (text: string) => ({ text, isMissed: false });
  assertEquals(verdict(1, 1), kept("first or equal"));
  assertEquals(verdict(1.05, 1), kept("first or equal"));
  assertEquals(verdict(0.08, 0, 9, 0.09), kept("first or equal"));
  assertEquals(verdict(1.5, 0, 9, 7), kept("behind rec: it waits"));
  assertEquals(verdict(2.5, 1), {
    text: "behind rec: MORE THAN 2",
    isMissed: true,
  });
  assertEquals(verdict(1.5, 1, 1), {
    text: "behind ffmpeg, rec: NO REASON IS KNOWN",
    isMissed: true,
  });
  assertEquals(verdict(NaN, 1).isMissed, true, "nothing was measured");
});

Deno.test("renderRow: prints the values and the ratio to each peer", () => {
  const values = new Map([["echolog", 1], ["ffmpeg", 2], ["arecord", 0]]);
  const text = renderRow(
    { name: "lost", values, spread: 0 },
    ["echolog", "ffmpeg", "arecord", "rec"],
  );
  assertEquals(text.split(/\s+/), [
    ...["lost", "1", "2", "0", "–", "0.50", "∞", "–"],
  ]);
  assertEquals([median([3, 1, 2]), median([4, 1, 2, 3])], [2, 2.5]);
});

Deno.test("factsNamed: counts only the facts that a text gives about this fault", () => {
  const at = Date.UTC(2026, 0, 2, 3, 4, 5);
  const fault = { at, length: 1.5, cause: /killed/i };
  assertEquals(factsNamed("", fault), 0);
  assertEquals(factsNamed("Killed", fault), 1);
  assertEquals(factsNamed("03:14:05 gap duration=0.500s", fault), 0);
  const whole = "2026-01-02T03:04:06Z gap duration=1.498s cause=ffmpeg_killed";
  assertEquals(factsNamed(whole, fault), 3);
});
