import { assertEquals, assertMatch } from "@std/assert";
import type { SessionEvent } from "../../../../src/events.ts";
import type { Seen } from "../../../../src/recorder/watches/source_probe.ts";
import { SourceWatch } from "../../../../src/recorder/watches/source_watch.ts";
import { FakeClock } from "../../../fakes/clock.ts";
import { event } from "../../../support/events.ts";

/** A watch of a source that a test changes. */
class Watched {
  readonly clock = new FakeClock();
  readonly warnings: SessionEvent[] = [];
  readonly watch: SourceWatch;
  seen: Seen | null = null;
  looks = 0;
  moves = 0;
  work: Promise<void> = Promise.resolve();
  /** Reports a change of the server, where it is subscribed to. */
  change = () => {};
  isLive = true;
  subscriptions = 0;

  constructor(
    wanted: string | null,
    source = wanted ?? "mic",
    reopened: string | null = null,
    isSubscribed = false,
  ) {
    this.sees(source);
    this.watch = new SourceWatch({
      wanted,
      reopened,
      probe: () =>
        Promise.resolve({
          interval: 10_000,
          look: async () => {
            this.looks++;
            await this.work;
            return this.seen;
          },
        }),
      clock: this.clock,
      sink: { emit: (event) => void this.warnings.push(event) },
      onMoved: () => this.moves++,
      ...(isSubscribed ? { subscribe: this.#subscribe } : {}),
    });
  }

  readonly #subscribe = (onChange: () => void) => {
    this.change = onChange;
    this.subscriptions++;
    const isLive = () => this.isLive;
    return {
      get isLive() {
        return isLive();
      },
      [Symbol.dispose]: () => void this.subscriptions--,
    };
  };

  sees(source: string, names = ["mic", "other"]): void {
    this.seen = { source, names };
  }

  async start(run = 1): Promise<void> {
    const time = this.clock.now();
    this.watch.emit(event("ffmpeg_started", { time, run, pid: 7 }));
    await this.clock.advanceAsync(0);
  }

  get codes(): string[] {
    return this.warnings.map((event) =>
      event.event === "warning" ? event.code : event.event
    );
  }
}

Deno.test("SourceWatch: ends the run when a named source is replaced, and says since when", async () => {
  const watched = new Watched("mic");
  await watched.start();
  await watched.clock.advanceAsync(10_000);
  assertEquals([watched.looks, watched.moves], [2, 0]);
  const since = new Date(watched.clock.now()).toISOString();
  watched.sees("other", ["other"]);
  await watched.clock.advanceAsync(10_000);
  assertEquals(watched.moves, 1);
  const [warning] = watched.warnings;
  assertEquals(warning?.event === "warning" && warning.code, "source_moved");
  assertEquals(warning?.event === "warning" && warning.details, {
    run: 1,
    from: "mic",
    to: "other",
    since,
  });
});

Deno.test("SourceWatch: follows a default that changes, and logs it", async () => {
  const watched = new Watched(null);
  await watched.start();
  watched.sees("other");
  await watched.clock.advanceAsync(20_000);
  assertEquals([watched.moves, watched.codes], [0, ["source_changed"]]);
});

Deno.test("SourceWatch: reopens a device of ALSA whose source changes, and takes what it gets then", async () => {
  const watched = new Watched(null, "mic", "alsa:mic");
  await watched.start();
  watched.sees("other", ["other"]);
  await watched.clock.advanceAsync(10_000);
  assertEquals([watched.moves, watched.codes], [1, ["source_moved"]]);
  const [warning] = watched.warnings;
  assertMatch(
    warning?.event === "warning" ? warning.message : "",
    /moved the recording from mic to other: .*; reopening alsa:mic$/,
  );
  await watched.start(2);
  await watched.clock.advanceAsync(30_000);
  assertEquals([watched.moves, watched.codes], [1, ["source_moved"]]);
});

Deno.test("SourceWatch: leaves a device of ALSA alone that no sound server has", async () => {
  const card = new Watched(null, "mic", "alsa:dsnoop");
  card.seen = null;
  await card.start();
  await card.clock.advanceAsync(100_000);
  assertEquals(card.looks, 3);
  // A server that does not answer for a while has the stream of the others.
  const named = new Watched("mic");
  named.seen = null;
  await named.start();
  await named.clock.advanceAsync(100_000);
  assertEquals(named.looks, 11);
});

Deno.test("SourceWatch: looks at once after a disturbance, but not more often than every 2 s", async () => {
  const watched = new Watched("mic");
  await watched.start();
  const gap = event("gap", { time: watched.clock.now() });
  watched.watch.emit(gap);
  await watched.clock.advanceAsync(0);
  assertEquals(watched.looks, 1);
  await watched.clock.advanceAsync(2_000);
  watched.watch.emit(gap);
  watched.watch.emit(gap);
  await watched.clock.advanceAsync(0);
  assertEquals(watched.looks, 2);
  await watched.clock.advanceAsync(9_900);
  assertEquals(watched.looks, 2);
});

Deno.test("SourceWatch: looks when audio resumes after a pause", async () => {
  const watched = new Watched("mic");
  await watched.start();
  await watched.clock.advanceAsync(3_000);
  watched.watch.observe({ kind: "audio" });
  await watched.clock.advanceAsync(0);
  assertEquals(watched.looks, 1);
  watched.watch.observe({ kind: "resumed" });
  await watched.clock.advanceAsync(0);
  assertEquals(watched.looks, 2);
});

Deno.test("SourceWatch: never looks twice at the same time, and stops with the run", async () => {
  const watched = new Watched("mic");
  const { promise, resolve } = Promise.withResolvers<void>();
  watched.work = promise;
  await watched.start();
  await watched.clock.advanceAsync(60_000);
  const time = watched.clock.now();
  watched.watch.emit(event("ffmpeg_stopped", { time, run: 1 }));
  await watched.start(2);
  assertEquals(watched.looks, 1);
  watched.sees("other");
  resolve();
  await watched.clock.advanceAsync(0);
  // The first run is over: only the second one is judged.
  assertEquals(watched.looks, 2);
  watched.watch.emit(event("ffmpeg_stopped", { time, run: 2 }));
  await watched.clock.advanceAsync(60_000);
  assertEquals([watched.looks, watched.clock.waiting], [2, 0]);
});

Deno.test("SourceWatch: ends a run that began with another source once, not again and again", async () => {
  const watched = new Watched("mic");
  watched.sees("other", ["other"]);
  await watched.start();
  assertEquals(watched.moves, 1);
  await watched.start(2);
  await watched.clock.advanceAsync(60_000);
  assertEquals([watched.moves, watched.codes], [1, ["source_moved"]]);
});

Deno.test("SourceWatch: warns once of a stream that is directed away from its source", async () => {
  const watched = new Watched("mic", "other");
  await watched.start();
  await watched.start(2);
  assertEquals([watched.moves, watched.codes], [0, ["source_moved"]]);
});

Deno.test("SourceWatch: ignores a probe that fails, and a source that is unknown", async () => {
  const watched = new Watched("mic");
  watched.work = Promise.reject(new Error("no answer"));
  await watched.start();
  watched.work = Promise.resolve();
  watched.seen = null;
  await watched.clock.advanceAsync(30_000);
  assertEquals([watched.moves, watched.codes], [0, []]);
  assertEquals(watched.looks, 4);
  assertEquals(watched.clock.holding, 0);
});

Deno.test("SourceWatch: looks at a change that the server reports, and else rarely", async () => {
  const watched = new Watched("mic", "mic", null, true);
  await watched.start();
  assertEquals([watched.looks, watched.subscriptions], [1, 1]);
  await watched.clock.advanceAsync(50_000);
  assertEquals(watched.looks, 1);
  watched.sees("other", ["other"]);
  watched.change();
  await watched.clock.advanceAsync(0);
  assertEquals([watched.looks, watched.moves], [2, 1]);
  await watched.clock.advanceAsync(60_000);
  assertEquals(watched.looks, 3);
});

Deno.test("SourceWatch: looks every ten seconds at most while the server changes all the time", async () => {
  const watched = new Watched("mic", "mic", null, true);
  await watched.start();
  for (let second = 0; second < 30; second++) {
    watched.change();
    await watched.clock.advanceAsync(1_000);
  }
  assertEquals(watched.looks, 4);
});

Deno.test("SourceWatch: looks every ten seconds once no changes are reported any more", async () => {
  const watched = new Watched("mic", "mic", null, true);
  await watched.start();
  watched.isLive = false;
  await watched.clock.advanceAsync(60_000);
  assertEquals(watched.looks, 2);
  await watched.clock.advanceAsync(10_000);
  assertEquals(watched.looks, 3);
});

Deno.test("SourceWatch: ends the subscription with the run", async () => {
  const watched = new Watched("mic", "mic", null, true);
  await watched.start();
  assertEquals(watched.subscriptions, 1);
  watched.watch.emit(event("ffmpeg_stopped"));
  assertEquals(watched.subscriptions, 0);
});
