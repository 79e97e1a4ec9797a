import { tempFolder } from "../../support/temp.ts";
import {
  assertRange,
  randomRange,
  randomSession,
} from "../../support/export_cases.ts";
import { Random } from "../../support/random.ts";

/** Sessions in each run of the tests, with another seed each time. */
const SESSIONS = 8;
/** Ranges of each. */
const RANGES = 5;

Deno.test("export: every sample of random ranges is the numbered one, or silence in a named gap", async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const random = new Random(seed);
  for (let index = 0; index < SESSIONS; index++) {
    using folder = tempFolder();
    const made = await randomSession(folder.path, random, `s${index}`);
    for (let range = 0; range < RANGES; range++) {
      const wanted = randomRange(made, random);
      const format = random.pick<"flac" | "wav">(["flac", "wav"]);
      try {
        await assertRange(made, wanted, format, folder.path);
      } catch (error) {
        throw new Error(
          `seed ${seed}, session ${index}, range ${range}: ${
            JSON.stringify({ ...made.made, ...wanted, format })
          }`,
          { cause: error },
        );
      }
    }
  }
});
