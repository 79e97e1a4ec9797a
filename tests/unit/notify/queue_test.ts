import { assertEquals } from "@std/assert";
import type { CommandInput } from "../../../src/notify/command.ts";
import { type Job, NotifyQueue } from "../../../src/notify/queue.ts";
import { FakeClock } from "../../fakes/clock.ts";

/** A queue whose commands end when the test says so, or are aborted. */
function scene() {
  const clock = new FakeClock();
  const failures: string[] = [];
  const begun: string[] = [];
  let end: (why: string | null) => void = () => {};
  const queue = new NotifyQueue({
    command: ["tell"],
    timeout: 30,
    clock,
    run({ stdin }: CommandInput, signal: AbortSignal) {
      begun.push(stdin);
      const { promise, resolve } = Promise.withResolvers<string | null>();
      end = resolve;
      signal.addEventListener("abort", () => resolve("aborted"));
      return promise;
    },
    onFailure: (message) => failures.push(message),
  });
  const push = (event: Job["event"], stdin: string = event) =>
    queue.push({ event, stdin, variables: {} });
  const finish = async (why: string | null = null) => {
    await clock.advanceAsync(0);
    end(why);
    await clock.advanceAsync(0);
  };
  return { clock, queue, push, finish, begun, failures };
}

Deno.test("NotifyQueue: runs one command at a time, in order", async () => {
  const { clock, push, finish, begun } = scene();
  push("started");
  push("outage");
  await clock.advanceAsync(0);
  assertEquals(begun, ["started"]);
  await finish();
  assertEquals(begun, ["started", "outage"]);
  await finish();
  push("recovered");
  await clock.advanceAsync(0);
  assertEquals(begun, ["started", "outage", "recovered"]);
});

Deno.test("NotifyQueue: a full queue loses heartbeats first, then its oldest", async () => {
  const { clock, push, finish, begun, failures } = scene();
  push("started", "first");
  await clock.advanceAsync(0);
  push("heartbeat", "beat");
  for (let n = 0; n < 51; n++) push("outage", `outage ${n}`);
  for (let n = 0; n < 51; n++) await finish();
  assertEquals(begun.length, 51);
  assertEquals(begun.slice(0, 3), ["first", "outage 1", "outage 2"]);
  assertEquals(failures, [
    "2 notifications were not sent: notify.command was too slow",
  ]);
});

Deno.test("NotifyQueue: reports failures that follow each other once an hour", async () => {
  const { clock, push, finish, failures } = scene();
  const fail = async (why: string | null) => {
    push("heartbeat");
    await finish(why);
  };
  for (let n = 0; n < 5; n++) await fail("It exited with code 1");
  assertEquals(failures, [
    "The notification heartbeat was not sent: notify.command failed: It exited with code 1",
  ]);
  await clock.advanceAsync(3_600_000);
  await fail("It exited with code 1");
  assertEquals(failures.length, 2);
  await fail(null);
  await fail("It exited with code 1");
  assertEquals(failures.length, 3);
});

Deno.test("NotifyQueue: waits for the last notification, five seconds at most", async () => {
  const { clock, queue, push, begun, failures } = scene();
  push("ended");
  let isOver = false;
  void queue.finish().then(() => isOver = true);
  await clock.advanceAsync(4_000);
  assertEquals([isOver, begun], [false, ["ended"]]);
  await clock.advanceAsync(1_000);
  assertEquals([isOver, failures.length], [true, 1]);
});

Deno.test("NotifyQueue: one that hangs does not take the time of the last one", async () => {
  const { clock, queue, push, finish, begun } = scene();
  push("outage");
  await clock.advanceAsync(0);
  push("heartbeat");
  push("ended");
  let isOver = false;
  void queue.finish().then(() => isOver = true);
  await clock.advanceAsync(2_500);
  assertEquals(begun, ["outage", "ended"]);
  await finish();
  await clock.advanceAsync(0);
  assertEquals(isOver, true);
});

Deno.test("NotifyQueue: ends at once when nothing waits", async () => {
  const { clock, queue } = scene();
  let isOver = false;
  void queue.finish().then(() => isOver = true);
  await clock.advanceAsync(0);
  assertEquals(isOver, true);
});

Deno.test("NotifyQueue: lets the recording start before the first command", async () => {
  const clock = new FakeClock();
  const begun: number[] = [];
  const queue = new NotifyQueue({
    ...{ command: ["tell"], timeout: 30, delay: 500, clock },
    run() {
      begun.push(clock.monotonic());
      return Promise.resolve(null);
    },
    onFailure() {},
  });
  queue.push({ event: "started", stdin: "", variables: {} });
  await clock.advanceAsync(2_000);
  queue.push({ event: "outage", stdin: "", variables: {} });
  await clock.advanceAsync(0);
  assertEquals(begun, [500, 2_000]);
});
