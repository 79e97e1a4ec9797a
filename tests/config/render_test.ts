import { assertEquals } from "@std/assert";
import { loadSettings } from "../../src/config/load.ts";
import { renderExample } from "../../src/config/render.ts";
import { SETTING_NAMES, SETTINGS } from "../../src/config/settings.ts";
import { withTables } from "../../scripts/docs.ts";

const ROOT = new URL("../../", import.meta.url);

function load(text: string) {
  return loadSettings({ flags: new Map(), configPath: "/example" }, {
    env: () => undefined,
    home: "/home/ann",
    cwd: "/",
    os: "linux",
    readFile: () => new TextEncoder().encode(text),
  });
}

Deno.test("echolog.conf.example is what the table of settings gives", () => {
  const file = Deno.readTextFileSync(new URL("echolog.conf.example", ROOT));
  assertEquals(file, renderExample(), "run scripts/docs.ts");
});

Deno.test("the README's tables are what the tables in the code give", () => {
  const readme = Deno.readTextFileSync(new URL("README.md", ROOT));
  assertEquals(readme, withTables(readme), "run scripts/docs.ts");
});

Deno.test("the example configuration as it stands changes nothing", () => {
  assertEquals(load(renderExample()).sources.size, 0);
});

Deno.test("the example configuration with every value in force loads, and holds every key", () => {
  const all = renderExample().replaceAll(/^#(?! |$)/gm, "");
  const { sources } = load(all);
  const keyed = SETTING_NAMES.filter((name) => SETTINGS[name].key !== null);
  assertEquals([...sources.keys()].sort(), [...keyed].sort());
});

Deno.test("the example's values that are not examples are the defaults", () => {
  const all = renderExample().replaceAll(/^#(?! |$)/gm, "");
  const given = load(all).settings;
  const defaults = load("").settings;
  for (const name of SETTING_NAMES) {
    if (SETTINGS[name].example === undefined) {
      assertEquals(given[name], defaults[name], name);
    }
  }
});
