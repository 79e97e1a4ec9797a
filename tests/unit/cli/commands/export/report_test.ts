import { assertEquals } from "@std/assert";
import {
  exportAsJson,
  type ExportReport,
  isComplete,
  placeText,
  reasonText,
  renderExport,
} from "../../../../../src/cli/commands/export/report.ts";
import type {
  PlacedAbsence,
  SessionPart,
} from "../../../../../src/export/plan/plan.ts";
import type { RecordedSession } from "../../../../../src/export/recorded.ts";
import { PLAIN } from "../../../../../src/terminal/style.ts";
import { TimeFormat } from "../../../../../src/times/shown.ts";
import { faultsIn } from "../../../../support/json_schema.ts";

const START = Date.UTC(2025, 8, 22, 10);
const MINUTE = 60_000;

function session(id: string, change: Partial<RecordedSession> = {}) {
  return {
    ...{ id, folder: `/r/${id}`, device: "pulse:hall", format: "flac" },
    ...{ sampleRate: 48_000, channels: 2, form: "s16le", timeZone: null },
    ...{ start: START, end: START + 10 * MINUTE, isActive: false },
    ...{ unlisted: 0, clockSet: 0, absences: [], chunks: [], gaps: [] },
    repeated: new Map(),
    ...change,
  } satisfies RecordedSession as RecordedSession;
}

const part = (session: number): SessionPart => ({
  chunk: {
    ...{ path: "/r/x", run: 1, samples: 48_000, start: START },
    ...{ end: START, absent: null, isOpen: false, isRecovered: false },
  },
  ...{ first: 0, samples: 48_000, start: START, end: START, missing: null },
  ...{ session, sampleRate: 48_000 },
});

const missing = (
  minute: number,
  length: number,
  change: Partial<PlacedAbsence> = {},
): PlacedAbsence => ({
  ...{ at: 60 * minute, start: START + minute * MINUTE, why: "gap" },
  ...{ end: START + minute * MINUTE + 1000 * length, cause: "stall" },
  ...change,
});

function report(change: {
  sessions?: readonly RecordedSession[];
  missing?: readonly PlacedAbsence[];
  damages?: ExportReport["written"]["damages"];
  clockAhead?: number;
  format?: ExportReport["format"];
  fillsGaps?: boolean;
} = {}): ExportReport {
  const sessions = change.sessions ?? [session("night")];
  return {
    path: "night.flac",
    format: change.format ?? "flac",
    plan: {
      pieces: sessions.map((_, index) => ({
        ...{ kind: "audio", part: part(index), first: 0 } as const,
        ...{ samples: 48_000, length: 48_000 },
      })),
      ...{ length: 28_800_000, audio: 28_000_000, start: START },
      ...{ end: START + 10 * MINUTE, missing: change.missing ?? [] },
      clockAhead: change.clockAhead ?? 0,
    },
    sessions,
    written: {
      ...{ size: 1_000_000, bitDepth: 16, damages: change.damages ?? [] },
      pcm: { sampleRate: 48_000, channels: 2, form: "s16le" },
    },
    fillsGaps: change.fillsGaps ?? true,
  };
}

const text = (one: ExportReport) =>
  renderExport(one, 1_000, PLAIN, TimeFormat.utc);

Deno.test("renderExport: says in four lines that nothing is missing", () => {
  assertEquals(text(report()), [
    "Wrote night.flac: 10 min, 1 MB",
    "2025-09-22 10:00:00 to 10:10:00 UTC: flac, 48000 Hz, 2 ch, 16 bits",
    "From night (pulse:hall)",
    "No audio is missing.",
  ]);
  assertEquals(isComplete(report()), true);
});

Deno.test("renderExport: what was missing after the last audio is not in the file", () => {
  const lines = (fillsGaps: boolean) =>
    text(report({
      fillsGaps,
      missing: [missing(1, 5), missing(10, 4)],
    })).slice(3);
  assertEquals(lines(true), [
    "Audio is missing in 1 place, 5 s in all, as silence:",
    "  0:01:00.000  5 s: ffmpeg kept running but produced no more audio",
    "After its end, 4 s: ffmpeg kept running but produced no more audio",
  ]);
  assertEquals(
    lines(false)[0],
    "Audio is missing in 2 places, 9 s in all, left out:",
  );
});

Deno.test("renderExport: a range that ends later than now, of sessions that have ended", () => {
  const later = missing(10, 60, { why: "not_yet", cause: null });
  assertEquals(
    text(report({ missing: [later] })).at(-1),
    "The file ends at 2025-09-22 10:10:00, when it was made: nothing is being recorded.",
  );
});

Deno.test("renderExport: says what is missing, where and why", () => {
  const one = report({
    missing: [
      missing(-5, 300, { at: 0, why: "deleted", cause: null }),
      missing(1, 5),
      missing(2, 0.5, { why: "lost", cause: null }),
      missing(3, 2, { why: "unknown", cause: null }),
      missing(10, 60, { why: "not_yet", cause: null }),
    ],
    clockAhead: -0.25,
    sessions: [
      session("night", { unlisted: 1, clockSet: 3_600 }),
      session("later", { sampleRate: 44_100, channels: 1, isActive: true }),
    ],
  });
  assertEquals(text(one).slice(2), [
    "From night (pulse:hall), later (pulse:hall)",
    "later had 44100 Hz and 1 ch, and was converted.",
    "Before its beginning, 5 min: deleted by retention, until 2025-09-22 10:00:00",
    "Audio is missing in 3 places, 7.5 s in all, as silence:",
    "  0:01:00.000  5 s: ffmpeg kept running but produced no more audio",
    "  0:02:00.000  500 ms: the file of the chunk is missing",
    "  0:03:00.000  2 s: the log does not say why",
    "1 chunk of night without a line in its index or log is left out: see echolog verify night",
    "The file ends at 2025-09-22 10:10:00, with the last audio so far.",
    "By the machine's clock the file ends 250 ms earlier, since the source has a clock of its own.",
    "The machine's clock was set by 1 h during the recording; all times are by the clock as it was set last.",
  ]);
  assertEquals(isComplete(one), false);
  assertEquals(faultsIn(exportAsJson(one), "export"), []);
  assertEquals(exportAsJson(one).unlisted_chunks, 1);
});

Deno.test("renderExport: claims nothing whole when chunks are damaged", () => {
  const one = report({
    damages: [
      { paths: ["/r/a.flac"], length: 1.5, message: "Invalid data" },
      { paths: ["/r/b.flac"], length: 1, message: null },
    ],
  });
  assertEquals(text(one).slice(3), [
    "1.5 s could not be decoded, and are silence, in a.flac: Invalid data",
    "1 s could not be decoded, and is silence, in b.flac",
  ]);
  assertEquals(exportAsJson(one).complete, false);
});

Deno.test("renderExport: lists the longest of many places, and the rate of a lossy file", () => {
  const many = Array.from(
    { length: 30 },
    (_, index) => missing(index, index + 1),
  );
  const lines = text(
    report({ missing: many, fillsGaps: false, format: "opus" }),
  );
  assertEquals(
    lines[4],
    "  0:10:00.000  11 s: ffmpeg kept running but produced no more audio",
  );
  assertEquals(lines.length, 3 + 1 + 20 + 1);
  assertEquals(lines.at(-1), "These are the longest 20; --json has all.");
  assertEquals(
    lines[3],
    "Audio is missing in 30 places, 7 min 45 s in all, left out:",
  );
});

Deno.test("reasonText, placeText: have words for all", () => {
  const why = (why: PlacedAbsence["why"]) =>
    reasonText(undefined, missing(0, 1, { why }), TimeFormat.utc);
  assertEquals(why("not_recorded"), "nothing was recorded");
  assertEquals(why("not_yet"), "not recorded yet");
  assertEquals(placeText({ at: 36_061.0005 }), "10:01:01.001");
});
