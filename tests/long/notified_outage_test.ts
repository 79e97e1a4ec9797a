import { outageOf } from "../faults/notified.ts";

Deno.test("notify: a sound server that is gone for 45 s, by the defaults", async () => {
  await outageOf(30, 45);
});
