import { assertAlmostEquals, assertEquals } from "@std/assert";
import { beepsIn } from "../../../scripts/sources_table/analysis/beeps.ts";
import { stretchesIn } from "../../../scripts/sources_table/analysis/numbers.ts";
import { makeSignal } from "../../../scripts/sources_table/analysis/signal.ts";

/** Samples of a signal of one channel. */
function mono(
  carries: "numbers" | "beeps",
  rate: number,
  first: number,
  count: number,
): Int16Array {
  return makeSignal({ rate, channels: 1, carries }, first, count);
}

function joined(...parts: readonly Int16Array[]): Int16Array {
  return new Int16Array(parts.flatMap((part) => [...part]));
}

Deno.test("sources: numbers say which samples are missing or repeated", () => {
  const samples = joined(
    mono("numbers", 48_000, 1_000_001, 999),
    mono("numbers", 48_000, 1_005_000, 500),
    mono("numbers", 48_000, 1_005_400, 100),
  );
  assertEquals(stretchesIn(samples), [
    { position: 0, first: 1_000_001, length: 999 },
    { position: 999, first: 1_005_000, length: 500 },
    { position: 1_499, first: 1_005_400, length: 100 },
  ]);
});

Deno.test("sources: silence is not numbered", () => {
  const samples = joined(
    new Int16Array(200),
    mono("numbers", 48_000, 70_000, 100),
    new Int16Array(200),
  );
  assertEquals(stretchesIn(samples), [
    { position: 200, first: 70_000, length: 100 },
  ]);
});

Deno.test("sources: numbers stay different for an hour at 384 kHz", () => {
  const first = 3_600 * 384_000;
  assertEquals(stretchesIn(mono("numbers", 384_000, first, 1_000)), [
    { position: 0, first, length: 1_000 },
  ]);
});

Deno.test("sources: a beep says at which second it began", () => {
  for (const rate of [8_000, 48_000]) {
    const samples = mono("beeps", rate, rate * 20 + rate / 2, rate * 3);
    const beeps = beepsIn(samples, rate);
    assertEquals(beeps.map(({ id }) => id), [5, 6, 7]);
    for (const [index, { position }] of beeps.entries()) {
      assertAlmostEquals(position / rate, index + 0.5, 0.001);
    }
  }
});

Deno.test("sources: a beep that was cut off does not count", () => {
  const samples = joined(
    new Int16Array(48_000),
    mono("beeps", 48_000, 48_000, 1_000),
    new Int16Array(48_000),
  );
  assertEquals(beepsIn(samples, 48_000), []);
});

Deno.test("sources: the last of several channels beeps, the first is numbered", () => {
  const signal = { rate: 8_000, channels: 8, carries: "numbers" } as const;
  const samples = makeSignal(signal, 8_000, 4_000);
  const channel = (at: number) =>
    samples.filter((_, index) => index % 8 === at);
  assertEquals(stretchesIn(channel(0)), [
    { position: 0, first: 8_000, length: 4_000 },
  ]);
  assertEquals(channel(3).some((value) => value !== 0), false);
  assertEquals(channel(7).some((value) => Math.abs(value) > 10_000), true);
});
