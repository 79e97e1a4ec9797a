import { assertEquals } from "@std/assert";
import type { DatedChunk, Part } from "../../../../src/export/plan/timeline.ts";
import {
  columnsOf,
  NO_AUDIO,
  placedMarks,
} from "../../../../src/report/levels/columns.ts";
import { codeOfPower } from "../../../../src/report/levels/decibels.ts";
import type { Mark } from "../../../../src/report/levels/marks.ts";
import type { ChunkLevels } from "../../../../src/report/levels/meter.ts";

const RATE = 1_000;

function part(seq: number, start: number, end: number, run = 1): Part {
  const chunk: DatedChunk = {
    ...{ path: `/s/chunk_${seq}.flac`, run, samples: end - start, start, end },
    ...{ absent: null, isOpen: false, isRecovered: false },
  };
  return { chunk, first: 0, samples: end - start, start, end, missing: 0 };
}

function levels(
  powers: readonly number[],
  window: number,
  marks: readonly Mark[] = [],
): ChunkLevels {
  const codes = Uint16Array.from(powers, codeOfPower);
  return { window, peaks: codes, means: codes, lows: codes, marks };
}

Deno.test("columnsOf: has the highest peak, the mean and the lowest of each column, and nothing in gaps", () => {
  const one = part(1, 0, 400);
  const other = part(2, 600, 1_000);
  const found = columnsOf(
    { start: 0, end: 1_000 },
    [one, other],
    new Map([
      [one.chunk, levels([1, 0.1, 0.01, 0.01], 100)],
      [other.chunk, levels([0.1, 0.1, 0, 1], 100)],
    ]),
    5,
  );
  assertEquals(found.step, 200);
  const [full, tenth, hundredth] = [1, 0.1, 0.01].map(codeOfPower);
  assertEquals([...found.peaks], [full, hundredth, NO_AUDIO, tenth, full]);
  assertEquals([...found.lows], [tenth, hundredth, NO_AUDIO, tenth, 0]);
  assertEquals([...found.means], [
    codeOfPower(0.55),
    hundredth,
    NO_AUDIO,
    tenth,
    codeOfPower(0.5),
  ]);
});

Deno.test("columnsOf: a window that is longer than a column is in all that it covers", () => {
  const one = part(1, 0, 1_000);
  const { step, peaks } = columnsOf(
    { start: 0, end: 1_000 },
    [one],
    new Map([[one.chunk, levels([1, 0.1], 500)]]),
  );
  assertEquals(step, 20);
  assertEquals(peaks.length, 50);
  assertEquals([...new Set(peaks)], [1, 0.1].map(codeOfPower));
});

const drop = (at: number, length: number, edge?: "start" | "end"): Mark => ({
  ...{ kind: "dropout", at, length, power: 0.1, score: 100 },
  ...(edge === undefined ? {} : { edge }),
});

Deno.test("placedMarks: joins a dropout that is cut by the border of two chunks", () => {
  const [one, other] = [part(1, 0, 1_000), part(2, 1_000, 2_000)];
  const found = placedMarks(
    [one, other],
    new Map([
      [one.chunk, levels([0.1], 1_000, [drop(0.99, 0.01, "end")])],
      [other.chunk, levels([0.1], 1_000, [drop(0, 0.02, "start")])],
    ]),
    RATE,
  );
  assertEquals(
    found.map(({ time, length }) => [time, Math.round(length * 1000)]),
    [[990, 30]],
  );
});

Deno.test("placedMarks: the end and the beginning of a run are no dropouts", () => {
  const [one, other] = [part(1, 0, 1_000), part(2, 1_000, 2_000, 2)];
  const found = placedMarks(
    [one, other],
    new Map([
      [one.chunk, levels([0.1], 1_000, [drop(0.99, 0.01, "end")])],
      [other.chunk, levels([0.1], 1_000, [drop(0, 0.02, "start")])],
    ]),
    RATE,
  );
  assertEquals(found, []);
});

Deno.test("placedMarks: a dropout that begins with its chunk follows sound", () => {
  const [one, other] = [part(1, 0, 1_000), part(2, 1_000, 2_000)];
  const after = (power: number) =>
    placedMarks(
      [one, other],
      new Map([
        [one.chunk, levels([power], 1_000)],
        [other.chunk, levels([0.1], 1_000, [drop(0, 0.02, "start")])],
      ]),
      RATE,
    ).map(({ time }) => time);
  assertEquals(after(0.1), [1_000]);
  assertEquals(after(0), []);
});
