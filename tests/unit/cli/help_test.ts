import { assert, assertStringIncludes } from "@std/assert";
import { COMMANDS } from "../../../src/cli/command_table.ts";
import { commandHelp, generalHelp } from "../../../src/cli/help.ts";
import { SETTING_NAMES, SETTINGS } from "../../../src/config/settings.ts";

Deno.test("generalHelp: lists every command with its summary", () => {
  const help = generalHelp("1.2.3");
  assertStringIncludes(help, "echolog 1.2.3");
  for (const { name, summary } of COMMANDS) {
    assertStringIncludes(help, name);
    assertStringIncludes(help, summary);
  }
});

Deno.test("commandHelp: lists every flag of record with its choices and defaults", () => {
  const record = COMMANDS.find(({ name }) => name === "record");
  assert(record !== undefined);
  const help = commandHelp(record);
  for (const name of SETTING_NAMES) {
    const { flag } = SETTINGS[name];
    if (flag !== null) assertStringIncludes(help, `  --${flag} `);
  }
  assertStringIncludes(help, "--log-level {debug,info,warning,error}");
  assertStringIncludes(help, "(default: 5242880)");
});

Deno.test("commandHelp: shows usage, an example and the options of every command", () => {
  for (const command of COMMANDS) {
    const help = commandHelp(command);
    assertStringIncludes(help, `Usage: echolog ${command.name} [OPTION...]`);
    assertStringIncludes(help, "Example");
    for (const { name } of command.options()) {
      assertStringIncludes(help, `--${name}`);
    }
  }
});
