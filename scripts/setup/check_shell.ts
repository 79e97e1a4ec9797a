/**
 * Checks the shell scripts with shellcheck. Prints why it does not, where
 * shellcheck is not installed.
 *
 * Run: `deno run --allow-read --allow-run scripts/setup/check_shell.ts
 * FOLDER…`; ends with 1 if shellcheck reports something.
 *
 * @module
 */

/**
 * Codes that are not reported: `test && work || fail` is how these scripts end,
 * and `fail` ends them.
 */
const LEFT_OUT = "SC2015";

/**
 * Returns the shell scripts in some folders: the files that begin with the line
 * of a shell. shellcheck follows what they source.
 */
export function shellScripts(folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory, isFile }) => {
      const path = `${folder}/${name}`;
      if (isDirectory) return shellScripts([path]);
      return isFile && isShellScript(path) ? [path] : [];
    })
  ).sort();
}

/** Whether a file begins with `#!`, and a shell. */
function isShellScript(path: string): boolean {
  using file = Deno.openSync(path);
  const start = new Uint8Array(64);
  const read = file.readSync(start) ?? 0;
  const text = new TextDecoder().decode(start.subarray(0, read));
  return /^#!.*[/ ](?:ba|da)?sh\s/.test(text);
}

if (import.meta.main) {
  const args = [
    ...["--external-sources", `--exclude=${LEFT_OUT}`],
    ...shellScripts(Deno.args),
  ];
  try {
    const { code } = await new Deno.Command("shellcheck", { args }).spawn()
      .status;
    Deno.exit(code === 0 ? 0 : 1);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.log("not run: shellcheck is not installed");
  }
}
