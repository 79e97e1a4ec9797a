import { assertEquals } from "@std/assert";
import type { SessionEvent, Telemetry } from "../../../../src/events.ts";
import { GapTracker } from "../../../../src/recorder/clock/gaps.ts";
import { WallClock } from "../../../../src/recorder/clock/wall_clock.ts";
import { FakeClock } from "../../../fakes/clock.ts";

/** The gaps between a run of ten seconds and one that begins so many milliseconds after the session. */
function gapsBetween(next: number): SessionEvent[] {
  const clock = new FakeClock();
  const wall = new WallClock(clock, () => clock.monotonic() / 1000);
  const startedAt = clock.monotonic();
  const events: SessionEvent[] = [];
  const sink = { emit: (event: SessionEvent) => void events.push(event) };
  const gapTracker = new GapTracker({ sink, clock, wall, startedAt });
  gapTracker.audioBegins(startedAt + 100, null, 1);
  gapTracker.audioEnds(startedAt + 10_000, "device_gone");
  gapTracker.audioBegins(startedAt + next, null, 2);
  return events;
}

Deno.test("GapTracker: reports the time between two runs as a gap", () => {
  const [gap, more] = gapsBetween(14_000);
  assertEquals(more, undefined);
  assertEquals(gap?.event === "gap" && gap.duration, 4);
});

Deno.test("GapTracker: warns of repeated audio and reports no gap", () => {
  const [warning, more] = gapsBetween(6_000);
  assertEquals(more, undefined);
  assertEquals(warning?.event === "warning" && warning.code, "audio_overlap");
  assertEquals(warning?.event === "warning" && warning.details, {
    run: 2,
    overlap: "4.000s",
  });
});

Deno.test("GapTracker: shows an outage from the end of the audio until the gap is logged", () => {
  const clock = new FakeClock();
  const wall = new WallClock(clock, () => clock.monotonic() / 1000);
  const startedAt = clock.monotonic();
  const shown: string[] = [];
  const sink = {
    emit: ({ event }: SessionEvent) => void shown.push(event),
    observe: (telemetry: Telemetry) => {
      if (telemetry.kind !== "outage") return;
      const { outage } = telemetry;
      shown.push(
        outage === null
          ? "over"
          : `${outage.cause} ${outage.since - wall.at(startedAt)}`,
      );
    },
  };
  const gapTracker = new GapTracker({ sink, clock, wall, startedAt });
  gapTracker.audioBegins(startedAt + 100, null, 1);
  gapTracker.audioEnds(startedAt + 10_000, "stall");
  gapTracker.audioEnds(null, "device_missing");
  gapTracker.audioBegins(startedAt + 30_000, null, 2);
  // Stopping is no outage.
  gapTracker.audioEnds(startedAt + 40_000, "slow_stop");
  assertEquals(shown, ["over", "stall 10000", "gap", "over"]);
});

for (
  const { what, stop, close, gaps } of [
    { what: "a slow stop of ffmpeg is a gap", stop: 4, close: 5, gaps: [4] },
    { what: "closing its chunks is none", stop: 0.2, close: 30, gaps: [] },
    { what: "both are counted apart", stop: 4, close: 30, gaps: [4] },
  ]
) {
  Deno.test(`GapTracker: at the end of a session, ${what}`, () => {
    const clock = new FakeClock();
    const wall = new WallClock(clock, () => clock.monotonic() / 1000);
    const startedAt = clock.monotonic();
    const durations: number[] = [];
    const sink = {
      emit: (event: SessionEvent) => {
        if (event.event === "gap") durations.push(event.duration);
      },
    };
    const gapTracker = new GapTracker({ sink, clock, wall, startedAt });
    gapTracker.audioBegins(startedAt + 100, null, 1);
    clock.advance(10_000);
    const asked = clock.monotonic();
    clock.advance(close * 1000);
    gapTracker.audioEnds(asked, "slow_stop");
    gapTracker.finish(null, asked + stop * 1000);
    assertEquals(durations, gaps);
  });
}

Deno.test("GapTracker: a stop while the session starts is a gap from a second on", () => {
  const lengths = [0.4, 0.9, 1.5].map((seconds) => {
    const clock = new FakeClock();
    const wall = new WallClock(clock, () => clock.monotonic() / 1000);
    const startedAt = clock.monotonic();
    const gaps: number[] = [];
    const sink = {
      emit: (event: SessionEvent) => {
        if (event.event === "gap") gaps.push(event.duration);
      },
    };
    const gapTracker = new GapTracker({ sink, clock, wall, startedAt });
    clock.advance(seconds * 1000);
    gapTracker.finish(null, clock.monotonic());
    return gaps;
  });
  assertEquals(lengths, [[], [], [1.5]]);
});

Deno.test("GapTracker: names the gap after a former session, however short", () => {
  const clock = new FakeClock();
  const wall = new WallClock(clock, () => clock.monotonic() / 1000);
  const startedAt = clock.monotonic();
  const events: SessionEvent[] = [];
  const sink = { emit: (event: SessionEvent) => void events.push(event) };
  const gapTracker = new GapTracker({ sink, clock, wall, startedAt });
  gapTracker.follows(startedAt + 20);
  // A device that is not free at once changes nothing.
  gapTracker.audioEnds(null, "device_busy");
  gapTracker.audioBegins(startedAt + 170, null, 2);
  const [gap, more] = events;
  assertEquals(more, undefined);
  assertEquals(gap?.event === "gap" && [gap.cause, gap.duration], [
    "rollover",
    0.15,
  ]);
});

Deno.test("GapTracker: begins with the session when a former one had no audio at its end", () => {
  const clock = new FakeClock();
  const wall = new WallClock(clock, () => clock.monotonic() / 1000);
  const startedAt = clock.monotonic();
  const events: SessionEvent[] = [];
  const sink = { emit: (event: SessionEvent) => void events.push(event) };
  const gapTracker = new GapTracker({ sink, clock, wall, startedAt });
  gapTracker.follows(startedAt - 60_000);
  gapTracker.audioBegins(startedAt + 2_000, null, 1);
  assertEquals(
    events.map((one) => one.event === "gap" && one.duration),
    [2],
  );
});
