import { fuzz } from "../fuzz/fuzz.ts";

/** Seconds; an hour unless `ECHOLOG_FUZZ_SECONDS` says otherwise. */
const SECONDS = Number(Deno.env.get("ECHOLOG_FUZZ_SECONDS") ?? 3_600);

Deno.test("echolog: reads damaged files of every kind without harm for a long time", async () => {
  await fuzz(SECONDS);
});
