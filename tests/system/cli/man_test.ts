import { assertEquals } from "@std/assert";
import { MAN_PAGES } from "../../../src/cli/man.ts";
import { tempFolder } from "../../support/temp.ts";

/** What mandoc says of other pages that a machine lacks is not about these. */
const OF_THE_MACHINE = /outdated mandoc\.db|referenced manual not found/;

for (const [name, page] of Object.entries(MAN_PAGES)) {
  Deno.test(`MAN_PAGES: mandoc finds nothing wrong with ${name}`, async () => {
    using folder = tempFolder();
    const path = `${folder.path}/${name}`;
    Deno.writeTextFileSync(path, page(new Date()));
    const args = ["-T", "lint", path];
    let output: Deno.CommandOutput;
    try {
      output = await new Deno.Command("mandoc", { args }).output();
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      console.log("not run: mandoc is not installed");
      return;
    }
    const findings = new TextDecoder().decode(output.stdout).split("\n")
      .filter((line) => line !== "" && !OF_THE_MACHINE.test(line));
    assertEquals(findings, []);
  });
}
