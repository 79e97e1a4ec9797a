import { assertEquals } from "@std/assert";
import { DeadAir, silenceAt } from "../../../../src/recorder/run/dead_air.ts";

/** Returns what changed, and at which second. */
function observe(
  air: DeadAir,
  peaks: readonly (number | readonly number[])[],
): string[] {
  return peaks.flatMap((peak, index) => {
    const channels = typeof peak === "number" ? [peak, peak] : peak;
    return air.observe(Math.max(...channels), channels)
      .map(({ length, channels, note }) =>
        [index + 1, note.code, length, ...channels].join(" ")
      );
  });
}

const times = <T>(count: number, value: T): T[] =>
  Array.from({ length: count }, () => value);
const limit = { dbfs: -50, after: 5 };

Deno.test("DeadAir: reports sound below the level after its time, and its end after as long", () => {
  const voice = [...times(9, -20), ...times(20, -70), ...times(20, -20)];
  assertEquals(observe(new DeadAir(limit), voice), [
    "14 silence 5",
    "34 silence_ended ",
  ]);
});

Deno.test("DeadAir: ignores shorter pauses, and clicks do not hide silence", () => {
  const pauses = times(20, [...times(4, -70), ...times(6, -20)]).flat();
  assertEquals(observe(new DeadAir(limit), pauses), []);
  const clicks = [...times(4, -70), -10, ...times(10, -70)];
  // Five seconds of the last seven were silent.
  assertEquals(observe(new DeadAir(limit), clicks), ["7 silence 7"]);
});

Deno.test("DeadAir: a level that flaps around the limit is reported once", () => {
  const flapping = times(100, [-70, -70, -20]).flat();
  assertEquals(observe(new DeadAir(limit), flapping).length, 1);
});

Deno.test("DeadAir: digital zero is below every level, and none is set by default", () => {
  assertEquals(observe(new DeadAir(limit), times(9, -Infinity)), [
    "5 silence 5",
  ]);
  assertEquals(observe(new DeadAir(), times(99, -90)), []);
});

Deno.test("DeadAir: reports a channel that is zero while another has sound", () => {
  const broken: number[][] = [
    ...times(5, [-20, -20]),
    ...times(20, [-20, -Infinity]),
    ...times(20, [-20, -20]),
  ];
  assertEquals(observe(new DeadAir(), broken), [
    "15 channel_silence 10 2",
    "35 channel_silence_ended ",
  ]);
});

Deno.test("DeadAir: channels that are all zero are not a broken cable", () => {
  assertEquals(observe(new DeadAir(), times(30, -Infinity)), []);
  assertEquals(observe(new DeadAir(), times(30, [-Infinity])), []);
});

Deno.test("DeadAir: names every silent channel", () => {
  const four = [
    ...times(12, [-20, -Infinity, -20, -20]),
    ...times(12, [-20, -Infinity, -Infinity, -20]),
    ...times(12, [-20, -20, -Infinity, -20]),
  ];
  assertEquals(observe(new DeadAir(), four), [
    "10 channel_silence 10 2",
    "22 channel_silence 10 2 3",
    "34 channel_silence_ended 10 3",
  ]);
});

Deno.test("silenceAt: dates the beginning and the end back", () => {
  const air = new DeadAir(limit);
  const peaks = [...times(5, -70), ...times(9, -70), ...times(5, -20)];
  const found = peaks.flatMap((peak, index) =>
    air.observe(peak, [peak]).map((change) => {
      const { since, until } = silenceAt((index + 1) * 1000, change);
      return { since, until };
    })
  );
  assertEquals(found, [
    { since: 0, until: undefined },
    { since: null, until: 14_000 },
  ]);
});

Deno.test("DeadAir: says in words what is silent", () => {
  const air = new DeadAir(limit);
  const messages = (dbfs: number, channels: number[], seconds: number) =>
    times(seconds, channels).flatMap((peaks) => air.observe(dbfs, peaks))
      .map(({ note }) => note.message);
  assertEquals(messages(-70, [-70, -70], 5), [
    "The sound has been below -50 dBFS for 5 s",
  ]);
  assertEquals(messages(-20, [-20, -Infinity], 10), [
    "The sound is above -50 dBFS again, after 5 s below it",
    "Every sample of channel 2 was zero for 10 s, while the other channels have sound",
  ]);
  assertEquals(messages(-20, [-20, -20], 10), [
    "Sound returned to channel 2",
  ]);
});
