import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { MarkFinder } from "../../../../src/report/levels/marks.ts";
import { decibelsOf } from "../../../../src/report/levels/decibels.ts";
import {
  makeKernel,
  type MeasuredForm,
} from "../../../../src/report/levels/kernel.ts";
import {
  type ChunkLevels,
  ChunkMeter,
} from "../../../../src/report/levels/meter.ts";
import { Random } from "../../../support/random.ts";

const RATE = 48_000;

/** Measures samples, of all channels the same, in pieces of odd sizes. */
function measured(
  sampleAt: (at: number) => number,
  { samples = RATE, channels = 2, form = "s16le", sampleRate = RATE }: {
    samples?: number;
    channels?: number;
    form?: MeasuredForm;
    sampleRate?: number;
  } = {},
): ChunkLevels {
  const count = samples * channels;
  const values = form === "s16le"
    ? Int16Array.from(
      { length: count },
      (_, at) => Math.round(32_767 * sampleAt(Math.floor(at / channels))),
    )
    : Float32Array.from(
      { length: count },
      (_, at) => sampleAt(Math.floor(at / channels)),
    );
  const meter = new ChunkMeter(makeKernel(form), {
    ...{ sampleRate, channels, form, samples },
  });
  const bytes = new Uint8Array(values.buffer);
  for (let at = 0, size = 1; at < bytes.length; at += size) {
    size = size * 7 % 300_007;
    meter.take(bytes.subarray(at, at + size));
  }
  return meter.levels();
}

const tone = (at: number) => 0.5 * Math.sin(at * 2 * Math.PI * 440 / RATE);

for (const form of ["s16le", "f32le"] as const) {
  for (const channels of [1, 2, 3, 6]) {
    Deno.test(`ChunkMeter: measures peak and RMS of ${channels} channels of ${form}`, () => {
      const { peaks, means, lows, marks, window } = measured(tone, {
        ...{ form, channels },
      });
      assertEquals(window, 960);
      assertEquals(peaks.length, 50);
      for (const [at, peak] of peaks.entries()) {
        assertAlmostEquals(decibelsOf(peak) ?? 0, -6.02, 0.05);
        assertAlmostEquals(decibelsOf(means[at] ?? 0) ?? 0, -9.03, 0.3);
        assert((lows[at] ?? 0) <= (means[at] ?? 0));
      }
      assertEquals(marks, []);
    });
  }
}

Deno.test("ChunkMeter: agrees with sums over every sample", () => {
  let random = 1;
  const values = Array.from({ length: 10_001 }, () => {
    random = Math.imul(random, 1_664_525) + 1_013_904_223;
    return random / 2 ** 32;
  });
  const { peaks, means } = measured((at) => values[at] ?? 0, {
    ...{ samples: values.length, form: "f32le", channels: 1 },
  });
  for (let window = 0; window < 10; window++) {
    const own = values.slice(window * 960, (window + 1) * 960);
    const peak = Math.max(...own.map(Math.abs));
    const power = own.reduce((sum, value) => sum + value * value, 0) / 960;
    assertAlmostEquals(
      decibelsOf(peaks[window] ?? 0) ?? 0,
      20 * Math.log10(peak),
      0.006,
    );
    assertAlmostEquals(
      decibelsOf(means[window] ?? 0) ?? 0,
      10 * Math.log10(power),
      0.006,
    );
  }
});

Deno.test("ChunkMeter: has at most 1,500 windows a chunk, and measures every sample rate", () => {
  for (const sampleRate of [8_000, 11_025, 22_050, 44_100, 96_000, 192_000]) {
    const samples = 40 * sampleRate;
    const { peaks, window } = measured(() => 0.25, {
      ...{ sampleRate, samples, channels: 1 },
    });
    assert(peaks.length <= 1_500 && peaks.length > 700, String(peaks.length));
    assertEquals(peaks.length, Math.ceil(samples / window));
    assertAlmostEquals(decibelsOf(peaks.at(-1) ?? 0) ?? 0, -12.04, 0.01);
  }
});

Deno.test("ChunkMeter: digital silence has no level, and a chunk may be empty", () => {
  const { peaks, means, marks } = measured(() => 0);
  assertEquals([...new Set([...peaks, ...means])], [0]);
  assertEquals(marks, []);
  assertEquals(measured(() => 0, { samples: 0 }).peaks.length, 0);
  assertEquals(measured(() => 0.5, { samples: 1 }).marks, []);
});

for (const at of [0.0101, 0.3333, 0.5, 0.98765]) {
  Deno.test(`ChunkMeter: finds a click of one sample at ${at} s below the peaks around it`, () => {
    const place = Math.round(at * RATE);
    const { marks } = measured((one) => one === place ? 0.2 : tone(one));
    assertEquals(marks.map(({ kind }) => kind), ["click"]);
    assertAlmostEquals(marks[0]?.at ?? 0, at, 0.011);
  });
}

for (const at of [0.2, 0.2034, 0.2071, 0.2099]) {
  for (const length of [0.02, 0.05, 0.2]) {
    Deno.test(`ChunkMeter: finds a dropout of ${length} s at ${at} s`, () => {
      const { marks } = measured((one) =>
        one >= at * RATE && one < (at + length) * RATE ? 0 : tone(one)
      );
      assertEquals(marks.map(({ kind }) => kind), ["dropout"]);
      assertAlmostEquals(marks[0]?.at ?? 0, at, 0.011);
      assertAlmostEquals(marks[0]?.length ?? 0, length, 0.011);
    });
  }
}

Deno.test("ChunkMeter: noise, fades, pauses and bursts are neither clicks nor dropouts", () => {
  let random = 1;
  const noise = () => {
    random = Math.imul(random, 1_664_525) + 1_013_904_223;
    return random / 2 ** 32;
  };
  const sounds: ((at: number) => number)[] = [
    noise,
    (at) => noise() * Math.exp(-((at % 24_000) / 2_000)),
    (at) => tone(at) * Math.min(1, at / 20_000),
    // A second of silence is a pause, and can be seen.
    (at) => at > 10_000 && at < 40_000 ? 0 : tone(at),
    // A slow swell.
    (at) => tone(at) * Math.abs(Math.sin(at / 5_000)) ** 4,
  ];
  for (const [index, sound] of sounds.entries()) {
    const { marks } = measured(sound);
    assertEquals(
      marks.filter(({ kind }) => kind === "dropout"),
      [],
      `dropouts of sound ${index}`,
    );
    if (index === 3) continue; // Its edges are clicks.
    assertEquals(marks, [], `clicks of sound ${index}`);
  }
});

Deno.test("ChunkMeter: finds the same whether calm blocks are taken together or one by one", () => {
  const { isCalm } = MarkFinder.prototype;
  let together = 0;
  for (let seed = 1; seed <= 20; seed++) {
    const values = eventful(seed, 4 * RATE);
    const at = (index: number) => values[index] ?? 0;
    const options = { samples: values.length, channels: 1 + seed % 3 };
    const own = isCalm;
    MarkFinder.prototype.isCalm = function (...args) {
      const calm = own.apply(this, args);
      if (calm) together++;
      return calm;
    };
    const found = measured(at, options);
    MarkFinder.prototype.isCalm = () => false;
    const expected = measured(at, options);
    MarkFinder.prototype.isCalm = isCalm;
    assertEquals(found, expected, `seed ${seed}`);
  }
  assert(together > 500, `${together}`);
});

/** Noise of changing loudness with clicks, and with drops of some milliseconds. */
function eventful(seed: number, length: number): Float64Array {
  const numbers = new Random(seed);
  const random = () => numbers.next();
  const values = new Float64Array(length);
  const loudness = 10 ** (-3 * random());
  for (let at = 0; at < length; at++) {
    values[at] = (random() - 0.5) * loudness * (1 + Math.sin(at / 20_000));
  }
  for (let click = 0; click < 5; click++) {
    values[Math.floor(random() * length)] = random() > 0.5 ? 0.9 : -0.9;
  }
  for (let drop = 0; drop < 5; drop++) {
    const start = Math.floor(random() * length);
    values.fill(0, start, start + Math.floor(RATE * 0.1 * random()));
  }
  return values;
}
