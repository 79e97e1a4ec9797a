import { assertRejects } from "@std/assert";
import { runFfmpeg } from "../../../src/ffmpeg/query.ts";

Deno.test("runFfmpeg: rejects when the program cannot be started", async () => {
  await assertRejects(() => runFfmpeg("/no/ffmpeg", [], { limit: 1_000 }));
});
