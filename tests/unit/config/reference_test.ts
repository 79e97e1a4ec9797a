import { assertEquals } from "@std/assert";
import { loadSettings } from "../../../src/config/load.ts";
import { renderExample } from "../../../src/config/reference.ts";
import { SETTING_NAMES, SETTINGS } from "../../../src/config/settings.ts";
import { renderSchemas } from "../../../scripts/json/schema.ts";
import { DOCUMENTS, withTables } from "../../../scripts/docs.ts";

const ROOT = new URL("../../../", import.meta.url);

function load(text: string) {
  return loadSettings({ flags: new Map(), configPath: "/example" }, {
    env: () => undefined,
    home: "/home/ann",
    cwd: "/",
    os: "linux",
    readFile: () => new TextEncoder().encode(text),
  });
}

Deno.test("renderExample: matches echolog.conf.example", () => {
  const file = Deno.readTextFileSync(new URL("echolog.conf.example", ROOT));
  assertEquals(file, renderExample(), "run scripts/docs.ts");
});

Deno.test("withTables: matches the tables of docs/", () => {
  for (const path of Object.keys(DOCUMENTS)) {
    const text = Deno.readTextFileSync(new URL(path, ROOT));
    assertEquals(text, withTables(path, text), `${path}: run scripts/docs.ts`);
  }
});

Deno.test("renderSchemas: matches docs/schema/", () => {
  const schemas = renderSchemas();
  for (const [path, text] of schemas) {
    const file = Deno.readTextFileSync(new URL(path, ROOT));
    assertEquals(file, text, `${path}: run scripts/docs.ts`);
  }
  const files = [...Deno.readDirSync(new URL("docs/schema/", ROOT))];
  assertEquals(files.length, schemas.size);
});

Deno.test("renderExample: changes no setting as it is written", () => {
  assertEquals(load(renderExample()).sources.size, 0);
});

Deno.test("renderExample: contains every key and loads with all values uncommented", () => {
  const all = renderExample().replaceAll(/^#(?! |$)/gm, "");
  const { sources } = load(all);
  const keyed = SETTING_NAMES.filter((name) => SETTINGS[name].key !== null);
  assertEquals([...sources.keys()].sort(), [...keyed].sort());
});

Deno.test("renderExample: shows the defaults except where it gives examples", () => {
  const all = renderExample().replaceAll(/^#(?! |$)/gm, "");
  const given = load(all).settings;
  const defaults = load("").settings;
  for (const name of SETTING_NAMES) {
    // The example's channel makes the recording mono.
    const isExample = SETTINGS[name].example !== undefined ||
      name === "channels";
    if (!isExample) {
      assertEquals(given[name], defaults[name], name);
    }
  }
});
