import { assert, assertEquals } from "@std/assert";
import { ask } from "../../../../src/ffmpeg/pulse/ask.ts";

Deno.test("ask: returns the lines of a program in the C locale", async () => {
  assertEquals(await ask("sh", ["-c", "echo a; echo $LC_ALL"]), ["a", "C"]);
});

Deno.test("ask: returns null for a program that fails or is not installed", async () => {
  assertEquals(await ask("sh", ["-c", "echo a; exit 1"]), null);
  assertEquals(await ask("echolog-no-such-program", []), null);
});

Deno.test("ask: kills a program that hangs, even when a child holds its pipe", async () => {
  for (const script of ["exec sleep 60", "sleep 5 & exec sleep 60"]) {
    const before = performance.now();
    assertEquals(await ask("sh", ["-c", script], 200), null);
    assert(performance.now() - before < 4_000, script);
  }
});
