import { assertAlmostEquals } from "@std/assert";
import {
  soundFromNow,
  soundSkipped,
} from "../../../scripts/sources_table/player.ts";

Deno.test("sources: a player says how much sound it skipped when it was held up", async () => {
  const signal = { rate: 8_000, channels: 1, carries: "numbers" } as const;
  const before = soundSkipped();
  // It began ten seconds before its first block is asked for.
  const now = Date.now;
  const sound = soundFromNow(signal, Math.floor(now() / 1000) * 1000);
  const reader = sound.getReader();
  try {
    Date.now = () => now() + 10_000;
    await reader.read();
  } finally {
    Date.now = now;
  }
  await reader.cancel();
  assertAlmostEquals(soundSkipped() - before, 10, 0.5);
});
