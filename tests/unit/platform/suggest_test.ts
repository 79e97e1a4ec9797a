import { assertEquals } from "@std/assert";
import { didYouMean, suggest } from "../../../src/platform/suggest.ts";

const COMMANDS = ["record", "status", "stop", "sessions", "logs", "repair"];

Deno.test("suggest: returns the word behind a typing mistake", () => {
  for (
    const [typed, meant] of [
      ["recrod", "record"],
      ["stats", "status"],
      ["sotp", "stop"],
      ["LOGS", "logs"],
      ["session", "sessions"],
    ]
  ) {
    assertEquals(suggest(typed ?? "", COMMANDS), meant);
  }
});

Deno.test("suggest: returns nothing for a word that resembles none", () => {
  for (const word of ["prune", "play", "foo", "x", ""]) {
    assertEquals(suggest(word, COMMANDS), null, word);
  }
  assertEquals(suggest("stop", []), null);
});

Deno.test("didYouMean: names the alternatives where nothing is close", () => {
  assertEquals(
    didYouMean("sotp", COMMANDS, "see --help"),
    "did you mean stop?",
  );
  assertEquals(didYouMean("play", COMMANDS, "see --help"), "see --help");
});
