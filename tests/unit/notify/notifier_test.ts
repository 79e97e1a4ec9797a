import { assertEquals, assertMatch } from "@std/assert";
import { NOTIFY_EVENTS } from "../../../src/config/notify_events.ts";
import { Notifier } from "../../../src/notify/notifier.ts";
import type { Job } from "../../../src/notify/queue.ts";
import { TimeFormat } from "../../../src/times/shown.ts";
import { FakeClock } from "../../fakes/clock.ts";
import { event } from "../../support/events.ts";
import { faultsIn } from "../../support/json_schema.ts";

function scene(heartbeat: number | null = null) {
  const clock = new FakeClock();
  const jobs: Job[] = [];
  let finished = 0;
  const notifier = new Notifier({
    rules: { after: 30, heartbeat },
    on: NOTIFY_EVENTS,
    queue: {
      push: (job) => void jobs.push(job),
      finish: () => Promise.resolve(void finished++),
      stop: () => {},
    },
    machine: "studio",
    times: TimeFormat.utc,
    redact: (text) => text,
    clock,
  });
  const begin = (id = "night") => {
    const start = clock.now();
    const time = start;
    notifier.emit(event("session_start", { session_id: id, start, time }));
    notifier.observe({ kind: "outage", time, outage: null });
  };
  const messages = () =>
    jobs.map(({ stdin }) => {
      const message = JSON.parse(stdin);
      assertEquals(faultsIn(message, "notify"), []);
      return message;
    });
  return { clock, jobs, notifier, begin, messages, finished: () => finished };
}

Deno.test("Notifier: reports an outage by its timer, and its end", async () => {
  const { clock, notifier, begin, messages, jobs, finished } = scene();
  begin();
  const time = clock.now();
  const outage = { since: time, cause: "device_gone" } as const;
  notifier.observe({ kind: "outage", time, outage });
  clock.advance(29_000);
  assertEquals(messages().map(({ event }) => event), ["started"]);
  clock.advance(1_000);
  const [, message] = messages();
  assertEquals(message.event, "outage");
  assertEquals(message.duration, 30);
  assertMatch(message.text, /^No audio for 30 s, since 10:00:00 UTC: /);
  assertEquals(jobs[1]?.variables.ECHOLOG_SESSION_FOLDER, "/rec/night");
  assertEquals(jobs[1]?.variables.ECHOLOG_FOLDER, undefined);
  notifier.observe({ kind: "outage", time: clock.now(), outage: null });
  clock.advance(10_000);
  notifier.emit(event("session_stop", { reason: "gave_up" }));
  await notifier.finish();
  assertEquals(
    messages().map(({ event, severity }) => `${event} ${severity}`),
    ["started info", "outage problem", "recovered resolved", "ended problem"],
  );
  assertEquals(finished(), 1);
});

Deno.test("Notifier: wakes up once for what is due, whatever comes meanwhile", () => {
  const { clock, notifier, begin } = scene();
  begin();
  const fired = clock.fired;
  for (let second = 0; second < 300; second++) {
    clock.advance(1_000);
    notifier.observe({ kind: "audio" });
  }
  assertEquals(clock.fired - fired <= 11, true, String(clock.fired - fired));
  notifier[Symbol.dispose]();
  assertEquals(clock.waiting, 0);
});

Deno.test("Notifier: sends heartbeats, and reports trouble with the log", () => {
  const { clock, notifier, begin, messages } = scene(60);
  begin();
  for (let second = 0; second < 130; second++) {
    clock.advance(1_000);
    notifier.observe({ kind: "audio" });
  }
  notifier.logTrouble("echolog: cannot write /x/session.log: No space left");
  const [, beat, , trouble] = messages();
  assertEquals(beat.text, "Recording since 10:00:00 UTC: test, session night");
  assertEquals(trouble.text, "cannot write /x/session.log: No space left");
  assertEquals(messages().length, 4);
});
