/**
 * The `install.sh` of a release, which knows where its release is.
 *
 * Run: `deno run --allow-read scripts/release/install_script.ts URL`
 *
 * @module
 */

/**
 * Writes the address of a release into the installer.
 *
 * @param script The text of `scripts/install.sh`
 * @param address The folder of the release's files
 * @throws {Error} If the address could mean anything else to a shell, or the
 * script has no one line for it
 */
export function withAddress(script: string, address: string): string {
  if (!/^https:\/\/[\w.~:/-]*[\w.~:-]$/.test(address)) {
    throw new Error(
      `Cannot write "${address}" into install.sh: it is not a plain https address without a slash at its end`,
    );
  }
  const lines = script.split("\n");
  const at = lines.indexOf("from=");
  if (at < 0 || lines.indexOf("from=", at + 1) >= 0) {
    throw new Error("Cannot find the one line from= in install.sh");
  }
  return lines.with(at, `from=${address}`).join("\n");
}

if (import.meta.main) {
  try {
    const script = new URL("../install.sh", import.meta.url);
    const text = Deno.readTextFileSync(script);
    // console.log adds the end of the last line.
    console.log(withAddress(text, Deno.args[0] ?? "").replace(/\n$/, ""));
  } catch (error) {
    console.error(`echolog: ${error instanceof Error ? error.message : error}`);
    Deno.exit(1);
  }
}
