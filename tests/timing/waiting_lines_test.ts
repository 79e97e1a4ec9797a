import { assert, assertEquals } from "@std/assert";
import { PriorityLineQueue, RANK } from "../../src/log/write/line_queue.ts";
import { growth } from "../support/growth.ts";

Deno.test("PriorityLineQueue: drops millions of lines in linear time and bounded memory", () => {
  const queue = flooded(2_000_000);
  assert(queue.size <= 100_000);
  assertEquals(queue.count + queue.totalDropped, 2_000_000);
  assertEquals(queue.first()?.time, 0, "lifecycle lines are kept");
  // A hundred times as long would be the square.
  const times = growth(() => flooded(200_000), () => flooded(2_000_000), 40);
  assert(times < 40, `${times} times`);
});

function flooded(lines: number): PriorityLineQueue {
  const queue = new PriorityLineQueue(100_000);
  for (let n = 0; n < lines; n++) {
    queue.push({
      text: "0123456789",
      time: n,
      rank: n % 1_000 === 0 ? RANK.lifecycle : RANK.detail,
    });
  }
  return queue;
}
