import { fuzz } from "./fuzz.ts";

Deno.test("echolog: reads damaged files of every kind without harm", async () => {
  await fuzz(10);
});
