import { assert, assertEquals } from "@std/assert";
import {
  PriorityLineQueue,
  RANK,
  type Rank,
  type WaitingLine,
} from "../../../../src/log/write/line_queue.ts";
import { forAll } from "../../../support/random.ts";

Deno.test("PriorityLineQueue: drops the oldest of the least important lines first", () => {
  forAll((random) => {
    const limit = random.int(10, 400);
    const queue = new PriorityLineQueue(limit);
    let model: WaitingLine[] = [];
    let dropped: WaitingLine[] = [];
    let n = 0;
    for (let step = random.int(1, 200); step > 0; step--) {
      if (random.oneIn(20)) {
        const text = queue.take(random.int(1, 100), () => !random.oneIn(5));
        const lines = text.split("\n").slice(0, -1);
        assertEquals(
          lines,
          model.slice(0, lines.length).map(({ text }) => text),
        );
        assertEquals(lines.length > 0, model.length > 0);
        model = model.slice(lines.length);
        continue;
      }
      const line = {
        text: `${n}`.padEnd(random.int(1, 20), "x"),
        time: n++,
        rank: random.pick<Rank>([RANK.detail, RANK.alarm, RANK.lifecycle]),
      };
      queue.push(line);
      model.push(line);
      while (sizeOf(model) > limit) {
        const lowest = Math.min(...model.map(({ rank }) => rank));
        const victim = model.find(({ rank }) => rank === lowest);
        assert(victim !== undefined);
        dropped.push(victim);
        model = model.filter((other) => other !== victim);
      }
      assertEquals(queue.count, model.length);
      assertEquals(queue.size, sizeOf(model));
      assertEquals(queue.first(), model[0]);
      if (random.oneIn(50)) {
        const times = dropped.map(({ time }) => time);
        assertEquals(
          queue.takeDropped(),
          dropped.length === 0 ? null : {
            count: dropped.length,
            first: Math.min(...times),
            last: Math.max(...times),
          },
        );
        dropped = [];
      }
    }
    assertEquals(queue.totalDropped + model.length <= n, true);
    queue.dropAll();
    assertEquals([queue.count, queue.size, queue.first()], [0, 0, undefined]);
  }, 2_000);
});

function sizeOf(lines: readonly WaitingLine[]): number {
  return lines.reduce((sum, { text }) => sum + text.length + 1, 0);
}
