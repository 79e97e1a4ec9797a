// Sessions that begin, fail and end when a test says so.

import { assertEquals } from "@std/assert";
import type { StopReason } from "../../../../src/events.ts";
import type { Outcome } from "../../../../src/recorder/end/outcome.ts";
import {
  type Recording,
  recordInTurn,
} from "../../../../src/recorder/rollover/relay.ts";
import { FakeClock } from "../../../fakes/clock.ts";

class FakeRecording implements Recording {
  readonly #audio = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<Outcome>();
  readonly notes: string[] = [];
  readonly name: string;
  reason: StopReason | null = null;
  isWaitingForDisk = false;
  isMissingAudio = false;

  constructor(name: string) {
    this.name = name;
  }

  get hasAudio(): Promise<void> {
    return this.#audio.promise;
  }

  get ended(): Promise<Outcome> {
    return this.#ended.promise;
  }

  hear(): void {
    this.#audio.resolve();
  }

  stop(reason: StopReason): void {
    this.end(reason);
  }

  abandon(problem: string): void {
    this.end("start_failed", problem);
  }

  fail(error: unknown): void {
    this.#ended.reject(error);
  }

  end(reason: StopReason, problem: string | null = null): void {
    this.reason ??= reason;
    const exitCode = problem === null ? 0 : 1;
    this.#ended.resolve({ reason: this.reason, exitCode, problem });
  }

  notFollowed(problem: string): void {
    this.notes.push(problem);
  }
}

class Relay {
  readonly clock = new FakeClock();
  readonly recordings: FakeRecording[] = [new FakeRecording("1")];
  readonly signals = new AbortController();
  refusal: string | null = null;
  due: () => void = () => {};

  run(isShared = true) {
    const [first = new FakeRecording("1")] = this.recordings;
    return recordInTurn<FakeRecording>(first, {
      clock: this.clock,
      signal: this.signals.signal,
      isShared,
      whenDue: (_, callback) => {
        this.due = callback;
        return { [Symbol.dispose]: () => {} };
      },
      next: (former) => {
        if (this.refusal !== null) {
          return Promise.reject(new Error(this.refusal));
        }
        if (!isShared) former.stop("rollover");
        const next = new FakeRecording(String(this.recordings.length + 1));
        this.recordings.push(next);
        return Promise.resolve(next);
      },
      onError: () => {},
    });
  }

  async follow(): Promise<void> {
    this.due();
    await this.clock.advanceAsync(0);
  }

  at(index: number): FakeRecording {
    const recording = this.recordings[index];
    if (recording === undefined) throw new Error(`No recording ${index}`);
    return recording;
  }
}

Deno.test("recordInTurn: stops a session once the next one has audio", async () => {
  const relay = new Relay();
  const done = relay.run();
  await relay.follow();
  assertEquals(relay.at(0).reason, null);
  relay.at(1).hear();
  await relay.clock.advanceAsync(0);
  assertEquals(relay.at(0).reason, "rollover");
  await relay.follow();
  relay.at(2).hear();
  await relay.clock.advanceAsync(0);
  assertEquals(relay.at(1).reason, "rollover");
  relay.at(2).end("interrupted");
  const { recording, outcome } = await done;
  assertEquals([recording.name, outcome.reason], ["3", "interrupted"]);
});

Deno.test("recordInTurn: stops a session whose next one gets no audio beside it", async () => {
  const relay = new Relay();
  const done = relay.run();
  await relay.follow();
  await relay.clock.advanceAsync(9_900);
  assertEquals(relay.at(0).reason, null);
  await relay.clock.advanceAsync(200);
  assertEquals(relay.at(0).reason, "rollover");
  relay.at(1).end("terminated");
  assertEquals((await done).recording.name, "2");
});

Deno.test("recordInTurn: continues a session that none can follow, and tries again", async () => {
  const relay = new Relay();
  const done = relay.run();
  relay.refusal = "No space left on device";
  await relay.follow();
  assertEquals(relay.at(0).notes, ["No space left on device"]);
  await relay.clock.advanceAsync(59_000);
  assertEquals(relay.at(0).notes.length, 1);
  relay.refusal = null;
  await relay.clock.advanceAsync(2_000);
  relay.at(1).hear();
  await relay.clock.advanceAsync(0);
  assertEquals(relay.at(0).reason, "rollover");
  relay.at(1).end("interrupted");
  assertEquals((await done).recording.name, "2");
});

Deno.test("recordInTurn: continues a session whose next one fails before it has audio", async () => {
  const relay = new Relay();
  const done = relay.run();
  await relay.follow();
  relay.at(1).end("gave_up", "Cannot write");
  await relay.clock.advanceAsync(0);
  assertEquals([relay.at(0).reason, relay.at(0).notes], [null, [
    "Cannot write",
  ]]);
  relay.at(0).end("duration_reached");
  assertEquals((await done).recording.name, "1");
});

Deno.test("recordInTurn: ends with the last session when a signal stops both", async () => {
  const relay = new Relay();
  const done = relay.run();
  await relay.follow();
  relay.signals.abort();
  for (const recording of relay.recordings) recording.end("terminated");
  const { recording, outcome } = await done;
  assertEquals([recording.name, outcome.reason], ["2", "terminated"]);
});

Deno.test("recordInTurn: fails with the next session when the former had to stop before it", async () => {
  const relay = new Relay();
  const done = relay.run(false);
  await relay.follow();
  assertEquals(relay.at(0).reason, "rollover");
  relay.at(1).end("gave_up", "Cannot write");
  const { recording, outcome } = await done;
  assertEquals([recording.name, outcome.exitCode], ["2", 1]);
});

Deno.test("recordInTurn: continues a session while the next one cannot write beside it", async () => {
  const relay = new Relay();
  const done = relay.run();
  await relay.follow();
  relay.at(1).isWaitingForDisk = true;
  await relay.clock.advanceAsync(10_100);
  assertEquals([relay.at(0).reason, relay.at(1).reason], [
    null,
    "start_failed",
  ]);
  assertEquals(relay.at(0).notes, ["Cannot write in its folder"]);
  // One that cannot write either loses nothing.
  await relay.clock.advanceAsync(60_000);
  relay.at(0).isMissingAudio = true;
  relay.at(2).isWaitingForDisk = true;
  await relay.clock.advanceAsync(10_100);
  assertEquals(relay.at(0).reason, "rollover");
  relay.at(2).end("interrupted");
  assertEquals((await done).recording.name, "3");
});

Deno.test("recordInTurn: continues a session whose next one fails unexpectedly", async () => {
  const relay = new Relay();
  const done = relay.run();
  await relay.follow();
  relay.at(1).fail(new Error("Out of memory"));
  await relay.clock.advanceAsync(0);
  assertEquals([relay.at(0).reason, relay.at(0).notes], [null, [
    "Out of memory",
  ]]);
  relay.at(0).end("interrupted");
  assertEquals((await done).recording.name, "1");
});
