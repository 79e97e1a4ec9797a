import { assertEquals } from "@std/assert";
import { shellCommand } from "../../../src/platform/shell.ts";

Deno.test("shellCommand: quotes words so that a shell reads them unchanged", async () => {
  const words = [
    "printf",
    "%s\\0",
    "plain",
    "two words",
    "it's",
    '"$HOME"',
    "`x`",
    "a\nb",
    "",
    "!*?[#~;&|",
    "ü",
  ];
  const { stdout } = await new Deno.Command("sh", {
    args: ["-c", shellCommand(words)],
  }).output();
  assertEquals(
    new TextDecoder().decode(stdout).split("\0").slice(0, -1),
    words.slice(2),
  );
});
