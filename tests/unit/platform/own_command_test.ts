import { assertEquals, assertFalse } from "@std/assert";
import { walkSync } from "@std/fs/walk";
import { proposeCommand } from "../../../src/platform/own_command.ts";

Deno.test("proposeCommand: quotes what a shell would act on", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["20250922T100000Z", "echolog repair 20250922T100000Z"],
    ["/srv/a b", "echolog repair '/srv/a b'"],
    ["evil; touch X #", "echolog repair 'evil; touch X #'"],
    ["$(touch X)", "echolog repair '$(touch X)'"],
    ["`touch X`", "echolog repair '`touch X`'"],
    ["it's", "echolog repair 'it'\\''s'"],
    ["~root", "echolog repair '~root'"],
    ["a*", "echolog repair 'a*'"],
    ["", "echolog repair ''"],
    ["-f", "echolog repair -- -f"],
    ["--force; rm x", "echolog repair -- '--force; rm x'"],
  ];
  for (const [operand, command] of cases) {
    assertEquals(proposeCommand(["repair"], operand), command);
  }
});

Deno.test("proposeCommand: is the only place that puts a name into a command", () => {
  for (const { path } of walkSync("src", { exts: [".ts"] })) {
    const text = Deno.readTextFileSync(path);
    const commands =
      /echolog (?:config|devices|doctor|explain|logs|record|repair|sessions|status|stop|verify)[^`"\n]*(?<!: )\$\{/;
    assertFalse(commands.test(text), `${path}: ${commands.exec(text)?.[0]}`);
  }
});
