import { assertAlmostEquals, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { configured, gapsOf } from "../faults/support.ts";
import { onlySession, startEcholog } from "../support/echolog.ts";
import { serveNumbers } from "../support/http_source.ts";
import { tempFolder } from "../support/temp.ts";
import {
  assertJoined,
  assertTruth,
  EXACT,
  measure,
  QUICK,
  recordNumbers,
} from "./support.ts";

Deno.test("a stream that loses audio: the gap is where the samples are missing", async () => {
  const plan = [
    ...[{ flow: 3.5 }, { lose: 2.5 }, { flow: 3.3 }, { lose: 1.5 }],
    { flow: 60 },
  ];
  await measure(() => plan, ["--duration", "20s"], async (recorded, source) => {
    const { session, stop } = recorded;
    await assertTruth(session, source);
    assertAlmostEquals(stop.coverage ?? 0, 100 * 16 / 20, 0.6);
  });
});

Deno.test("a stream that begins with what it had buffered: less is still missed later", async () => {
  const plan = [{ burst: 4 }, { flow: 4 }, { lose: 2.5 }, { flow: 60 }];
  await measure(
    () => plan,
    ["--duration", "17s"],
    ({ session }, source) => assertTruth(session, source),
  );
});

Deno.test("a stream that is held up and catches up at once: nothing is lost", async () => {
  using home = tempFolder();
  await using source = serveNumbers(() => [
    ...[{ flow: 3.5 }, { pause: 3 }, { burst: 3 }, { flow: 60 }],
  ]);
  const { session, stop } = await recordNumbers(home.path, source, [
    ...["--duration", "14s"],
  ]);
  await assertTruth(session, source);
  assertEquals(stop.coverage, 100);
  assertAlmostEquals(stop.audio, 14, 0.3);
});

Deno.test("a stream that pauses and catches up at twice the speed: nothing is lost", async () => {
  using home = tempFolder();
  await using source = serveNumbers(() => [
    ...[{ flow: 4 }, { pause: 8 }, { flow: 16, speed: 2 }, { flow: 60 }],
  ]);
  const { session, stop } = await recordNumbers(home.path, source, [
    ...["--duration", "28s"],
  ]);
  await assertTruth(session, source);
  assertEquals(stop.coverage, 100);
});

Deno.test("a stream in segments: nothing is lost, and times do not overlap", async () => {
  using home = tempFolder();
  await using source = serveNumbers(() => [
    { burst: 6 },
    ...Array.from({ length: 20 }, () => [{ pause: 2 }, { burst: 2 }]).flat(),
  ]);
  const { session, stop } = await recordNumbers(home.path, source, [
    ...["--duration", "13s"],
  ]);
  await assertTruth(session, source);
  assertEquals([stop.coverage, stop.retries], [100, 0]);
  // The end of a segment is the least late.
  let time = (source.connected.at(-1) ?? 0) / 1000 - 6;
  for (const { start, duration } of session.eventsOf("chunk_created")) {
    assertAlmostEquals(start / 1000, time, EXACT, session.logText());
    time += duration;
  }
});

Deno.test("a stream in segments that is stopped between two: nothing is lost", async () => {
  using home = tempFolder();
  await using source = serveNumbers(() => [
    { burst: 6 },
    ...Array.from({ length: 20 }, () => [{ pause: 3 }, { burst: 3 }]).flat(),
  ]);
  await using running = startEcholog(["record", "--device", source.url], {
    home: home.path,
    env: configured(home.path, QUICK),
  });
  const session = await onlySession(join(home.path, "recordings"));
  await session.waitFor("four segments", () => source.sent[3] ?? null);
  const due = (source.sent[3]?.at ?? 0) + 2_000;
  await session.waitFor("the middle", () => Date.now() > due ? true : null);
  running.signal("SIGINT");
  await running.finished;
  assertEquals(gapsOf(session), [], session.logText());
});

Deno.test("a stream at half the speed of time: nothing is lost", async () => {
  using home = tempFolder();
  await using source = serveNumbers(() => [{ flow: 60, speed: 0.5 }]);
  const { session, stop } = await recordNumbers(home.path, source, [
    ...["--duration", "24s"],
  ]);
  assertEquals(stop.retries, 0);
  // Until it is opened, half the speed takes twice the time.
  const gaps = gapsOf(session).filter(({ cause }) => cause !== "slow_start");
  assertEquals(gaps, [], session.logText());
  assertJoined(session);
  const codes = session.eventsOf("warning").map(({ code }) => code);
  const slow = codes.filter((code) => code === "source_slow");
  assertEquals(slow.length, 1, session.logText());
  const chunks = session.eventsOf("chunk_created");
  // What came while ffmpeg opened the stream came at once.
  const chunk = chunks.filter(({ duration }) => duration === 2).at(-1);
  const length = ((chunk?.end ?? 0) - (chunk?.start ?? 0)) / 1000;
  assertAlmostEquals(length, 4, 0.3, session.logText());
});
