/**
 * The question before packages are installed, at a real terminal, with a program
 * in the place of apt-get that installs nothing.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { hasTmux, Terminal } from "../support/terminal.ts";
import { tempFolder } from "../support/temp.ts";

const SETUP = fromFileUrl(new URL("../../scripts/setup", import.meta.url));

/** Notes its calls, and says how much it would fetch. */
const APT = `#!/bin/sh
echo "$*" >>"$CALLS"
echo 'Hit:1 a mirror'
echo '0 upgraded, 212 newly installed, 0 to remove and 3 not upgraded.'
echo 'Need to get 310 MB of archives.'
echo 'After this operation, 1,105 MB of additional disk space will be used.'
`;
/** Says that its user is root. */
const ID = "#!/bin/sh\necho 0\n";
const DRIVER = `deps=$1
assume_yes=\${2-no}
. "$SETUP/steps.sh"
. "$SETUP/programs.sh"
set_up_programs nosuch-program:thing </dev/null
echo "result $?"
`;

/** Asks at a terminal; returns what it shows, and the calls of apt-get. */
async function ask(
  answer: string,
  { env = {}, yes = "no" }: {
    readonly env?: Record<string, string>;
    readonly yes?: string;
  } = {},
): Promise<{ readonly screen: string; readonly calls: string }> {
  using folder = tempFolder();
  const path = (name: string) => join(folder.path, name);
  for (const [name, text] of [["apt-get", APT], ["id", ID]] as const) {
    Deno.mkdirSync(path("bin"), { recursive: true });
    Deno.writeTextFileSync(path(`bin/${name}`), text, { mode: 0o755 });
  }
  Deno.writeTextFileSync(path("driver"), DRIVER);
  await using terminal = await Terminal.open(
    ["sh", path("driver"), path("deps"), yes],
    {
      ...{ columns: 250, rows: 20 },
      env: {
        PATH: `${path("bin")}:/usr/bin:/bin`,
        ...{ SETUP, CALLS: path("calls"), ...env },
      },
    },
  );
  if (answer !== "") {
    await terminal.waitForScreen(/\[Y\/n\]/);
    await terminal.press(answer, "Enter");
  }
  const screen = await terminal.waitForScreen(/^result \d/m);
  return { screen, calls: Deno.readTextFileSync(path("calls")) };
}

const AMOUNT = "(212 packages, 310 MB to fetch, 1,105 MB on the disk)";
const QUESTION = `echolog: Install thing with apt-get ${AMOUNT}? [Y/n]`;

Deno.test("set-up: asks before it installs packages, and takes a no for one", async () => {
  if (!await hasTmux()) return;
  const { screen, calls } = await ask("n");
  assertStringIncludes(screen, QUESTION);
  assertStringIncludes(screen, "Missing: thing. Install with: ");
  assertStringIncludes(screen, "result 1");
  assertEquals(calls.includes("--download-only"), false);
});

Deno.test("set-up: installs packages after a yes", async () => {
  if (!await hasTmux()) return;
  const { screen, calls } = await ask("y");
  assertStringIncludes(screen, `echolog: Installing thing with apt-get`);
  assertStringIncludes(screen, "result 0");
  assert(calls.trimEnd().endsWith("--no-download thing"), calls);
});

Deno.test("set-up: does not wait for ever for an answer", async () => {
  if (!await hasTmux()) return;
  const { screen } = await ask("", { env: { ECHOLOG_SETUP_WAIT: "1" } });
  assertStringIncludes(screen, `${QUESTION} (yes after 1 s)`);
  assertStringIncludes(screen, "result 0");
});

Deno.test("set-up: asks nothing with --yes, and in continuous integration", async () => {
  if (!await hasTmux()) return;
  for (const options of [{ yes: "yes" }, { env: { CI: "true" } }]) {
    const { screen } = await ask("", options);
    assertEquals(screen.includes("[Y/n]"), false, screen);
    assertStringIncludes(screen, "result 0");
  }
});
