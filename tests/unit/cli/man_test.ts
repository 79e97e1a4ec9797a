import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { COMMANDS } from "../../../src/cli/command_table.ts";
import { MAN_PAGES } from "../../../src/cli/man.ts";
import { SETTING_NAMES, SETTINGS } from "../../../src/config/settings.ts";

const DATE = new Date("2026-11-29T12:00:00Z");

function pageOf(name: string): string {
  const page = MAN_PAGES[name];
  assert(page !== undefined);
  return page(DATE);
}

Deno.test("MAN_PAGES: echolog(1) has every command with its options", () => {
  const page = pageOf("echolog.1").replaceAll("\\-", "-");
  assertStringIncludes(page, ".Dd November 29, 2026\n.Dt ECHOLOG 1\n");
  for (const command of COMMANDS) {
    assertStringIncludes(page, `.It Cm "${command.name}"`);
    for (const { name } of command.options()) {
      if (name !== "help") assertStringIncludes(page, `Fl Fl ${name}`);
    }
  }
});

Deno.test("MAN_PAGES: echolog.conf(5) has every key", () => {
  const page = pageOf("echolog.conf.5");
  for (const name of SETTING_NAMES) {
    const { key } = SETTINGS[name];
    const [, word] = key?.split(".") ?? [];
    if (word !== undefined) assertStringIncludes(page, `.It Cm "${word}" =`);
  }
});

Deno.test("MAN_PAGES: no text is taken for a macro, and no line is too long", () => {
  for (const name of Object.keys(MAN_PAGES)) {
    for (const line of pageOf(name).trimEnd().split("\n")) {
      assert(!/^(?:'|\.(?![A-Z][a-z](?: |$)))/.test(line), line);
      assert(line.startsWith(".") || line.length <= 80, line);
      // Nothing but ASCII, and no escape that mdoc does not have.
      assertEquals(/[^\x20-\x7e]|\\(?![-e&(])/.exec(line), null, line);
    }
  }
});
