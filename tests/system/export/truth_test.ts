import { assertRandomExports } from "../../support/export_cases.ts";

Deno.test("export: every sample of random ranges is the numbered one, or silence in a named gap", async () => {
  // Others in each run; 200 ranges: scripts/test --long export
  const seed = Math.floor(Math.random() * 2 ** 31);
  await assertRandomExports(seed, { sessions: 6, ranges: 5 });
});
