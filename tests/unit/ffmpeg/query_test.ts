import { assertRejects } from "@std/assert";
import { askFfmpeg } from "../../../src/ffmpeg/query.ts";

Deno.test("askFfmpeg: rejects when the program cannot be started", async () => {
  await assertRejects(() => askFfmpeg("/no/ffmpeg", [], { limit: 1_000 }));
});
