import { assertRandomExports } from "../support/export_cases.ts";

Deno.test("export: 400 random ranges of 40 random sessions are what was captured", async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  console.log(`seed ${seed}`);
  await assertRandomExports(seed, { sessions: 40, ranges: 10 });
});
