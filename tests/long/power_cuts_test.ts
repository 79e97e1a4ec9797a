import { assertEquals } from "@std/assert";
import { pooledMap } from "@std/async/pool";
import {
  randomCuts,
  tableOf,
  tryCut,
  whyNoPowerCuts,
} from "../support/power_cuts.ts";
import { Random } from "../support/random.ts";

const CUTS = Number(Deno.env.get("ECHOLOG_TEST_CUTS") ?? 40);
/** Cuts at the same time. */
const AT_ONCE = 2;

Deno.test("power cuts at random moments take no more than is promised", async () => {
  const reason = await whyNoPowerCuts();
  if (reason !== null) {
    console.log(`not run: ${reason}`);
    return;
  }
  const seed = Number(Deno.env.get("ECHOLOG_TEST_SEED") ?? 1);
  const cuts = randomCuts(new Random(seed), CUTS);
  const failures: string[] = [];
  const losses = pooledMap(AT_ONCE, cuts, async (cut) => {
    try {
      return await tryCut(cut, ["10s", "1s", "0s"]);
    } catch (error) {
      failures.push(`${JSON.stringify(cut)}: ${error}`);
      return [];
    }
  });
  console.log(tableOf((await Array.fromAsync(losses)).flat()));
  assertEquals(failures, []);
});
