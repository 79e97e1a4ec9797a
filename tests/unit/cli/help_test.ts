import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { COMMANDS } from "../../../src/cli/command_table.ts";
import { commandHelp, generalHelp } from "../../../src/cli/help.ts";
import { SETTING_NAMES, SETTINGS } from "../../../src/config/settings.ts";
import { widthOf } from "../../../src/terminal/width.ts";

Deno.test("generalHelp: lists every command with its summary", () => {
  const help = generalHelp("1.2.3", Infinity);
  assertStringIncludes(help, "echolog 1.2.3");
  for (const { name, summary } of COMMANDS) {
    assertStringIncludes(help, name);
    assertStringIncludes(help, summary);
  }
});

Deno.test("commandHelp: lists every flag of record with its choices and defaults", () => {
  const record = COMMANDS.find(({ name }) => name === "record");
  assert(record !== undefined);
  const help = commandHelp(record, Infinity);
  for (const name of SETTING_NAMES) {
    const { flag } = SETTINGS[name];
    if (flag !== null) assertStringIncludes(help, `  --${flag} `);
  }
  assertStringIncludes(help, "--log-level {debug,info,warning,error}");
  assertStringIncludes(help, "(default: 5242880)");
});

Deno.test("commandHelp: shows usage, an example and the options of every command", () => {
  for (const command of COMMANDS) {
    const help = commandHelp(command, Infinity);
    assertStringIncludes(help, `Usage: echolog ${command.name} [OPTION...]`);
    assertStringIncludes(help, "Example");
    for (const { name } of command.options()) {
      assertStringIncludes(help, `--${name}`);
    }
  }
});

Deno.test("help: breaks lines between words and keeps all of them", () => {
  const texts = (columns: number) => [
    generalHelp("1.2.3", columns),
    ...COMMANDS.map((command) => commandHelp(command, columns)),
  ];
  const words = (text: string) => text.split(/\s+/);
  for (const columns of [72, 80]) {
    for (const [index, text] of texts(columns).entries()) {
      assertEquals(words(text), words(texts(Infinity)[index] ?? ""));
      for (const line of text.split("\n")) {
        assert(widthOf(line) <= columns, line);
      }
    }
  }
});
